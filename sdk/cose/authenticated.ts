// SPDX-License-Identifier: Apache-2.0
/** What COSE_Sign1 and COSE_Mac0 share (RFC 9052 §4.2, §6.2): a payload, and a signature or tag behind it. */
import { requireBytes } from "../bytes/bytes.js";
import type { CborLimits } from "../cbor/value.js";
import type { DetailCode } from "../errors/codes.js";
import { ProtocolError } from "../errors/security-error.js";
import type { HeaderMap } from "./headers.js";
import {
  acceptHeaders,
  chooseContent,
  encodeStructure,
  type MessageKind,
  type MessageOptions,
  makeHeaders,
  type ReadOptions,
  readMessage,
  requireAlgorithm,
  type UnverifiedHeaders,
  unverifiedHeaders,
  writeMessage,
} from "./message.js";

interface Row {
  readonly id: number;
  readonly name: string;
  /** Bytes of the signature or tag. */
  readonly proofLength: number;
}

/** One of the two messages. */
export interface Scheme<Algorithm extends Row> {
  readonly kind: MessageKind;
  /** The context of Sig_structure or MAC_structure. */
  readonly context: string;
  readonly find: (id: unknown) => Algorithm | undefined;
  /** For a signature or tag of another length. */
  readonly lengthCode: DetailCode;
}

export interface AuthenticatedOptions extends MessageOptions {
  readonly payload: Uint8Array;
}

export interface AuthenticatedReadOptions extends ReadOptions {
  /** The payload of a message that carries none. */
  readonly detachedPayload?: Uint8Array;
}

export interface Authenticated {
  /** View into the message, or the detached payload that was given. */
  readonly payload: Uint8Array;
  readonly protectedHeader: HeaderMap;
  /** Not authenticated. */
  readonly unprotectedHeader: HeaderMap;
  readonly algorithm: number;
}

/** @param prove - makes the signature or tag of the bytes that are authenticated. */
export function createAuthenticated<Algorithm extends Row>(
  { kind, context, find }: Scheme<Algorithm>,
  options: AuthenticatedOptions,
  prove: (algorithm: Algorithm, authenticated: Uint8Array) => Uint8Array,
): Uint8Array {
  const { payload, externalAad = new Uint8Array(0) } = options;
  requireBytes(payload, "payload");
  const algorithm = requireAlgorithm(find, options.algorithm);
  const headers = makeHeaders(options, algorithm.id);
  const authenticated = encodeStructure(context, headers.protectedBytes, externalAad, payload);
  return writeMessage(kind, headers, options, payload, prove(algorithm, authenticated));
}

/** @param check - throws unless the signature or tag is right; only then is there a result. */
export function verifyAuthenticated<Algorithm extends Row>(
  { kind, context, find, lengthCode }: Scheme<Algorithm>,
  message: Uint8Array,
  options: AuthenticatedReadOptions,
  check: (algorithm: Algorithm, authenticated: Uint8Array, proof: Uint8Array) => void,
): Authenticated {
  const { externalAad = new Uint8Array(0), limits } = options;
  const parsed = readMessage(message, kind, limits);
  const proof = parsed.reader.readBytes();
  parsed.reader.end();
  const algorithm = acceptHeaders(parsed, find, options);
  const payload = chooseContent(parsed.content, options.detachedPayload);
  requireProofLength(lengthCode, algorithm, proof);
  check(algorithm, encodeStructure(context, parsed.protectedBytes, externalAad, payload), proof);
  const { protectedHeader, unprotectedHeader } = parsed;
  return Object.freeze({ payload, protectedHeader, unprotectedHeader, algorithm: algorithm.id });
}

/** @throws ProtocolError - the code that is given: a signature or tag of another length. */
export function requireProofLength(
  code: DetailCode,
  { proofLength }: Pick<Row, "proofLength">,
  proof: Uint8Array,
): void {
  if (proof.length !== proofLength) throw new ProtocolError(code, `expected ${proofLength} bytes`);
}

/** Headers, unverified; never the payload. */
export function parseAuthenticatedHeaders(
  kind: MessageKind,
  message: Uint8Array,
  limits: CborLimits | undefined,
): UnverifiedHeaders {
  const parsed = readMessage(message, kind, limits);
  parsed.reader.readBytes();
  parsed.reader.end();
  return unverifiedHeaders(parsed);
}
