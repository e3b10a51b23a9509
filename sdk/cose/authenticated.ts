// SPDX-License-Identifier: Apache-2.0
/** What COSE_Sign1 and COSE_Mac0 share (RFC 9052 §4.2, §6.2): a payload, and a signature or tag behind it. */
import { requireBytes } from "../bytes/bytes.js";
import type { CborLimits } from "../cbor/value.js";
import type { KeyId } from "../contracts/crypto.js";
import type { DetailCode } from "../errors/codes.js";
import { ProtocolError } from "../errors/security-error.js";
import { acceptHeaders, type HeaderMap, requireAlgorithm } from "./headers.js";
import {
  chooseContent,
  encodeStructure,
  type MessageKind,
  type MessageOptions,
  makeHeaders,
  type ReadOptions,
  readMessage,
  type UnverifiedHeaders,
  unverifiedHeaders,
  writeMessage,
} from "./message.js";

/** external_aad where the caller gives none. */
const NONE = new Uint8Array(0);

interface Row {
  readonly id: number;
  readonly name: string;
  /** Bytes of the signature or tag. */
  readonly proofLength: number;
}

/** One of the two messages; what its keys and algorithms are for, `Prover` and `Verifier` carry out. */
export interface Scheme<Algorithm extends Row, Prover, Verifier> extends MessageKind {
  /** The context of Sig_structure or MAC_structure. */
  readonly context: string;
  readonly find: (id: unknown) => Algorithm | undefined;
  /** For a signature or tag of another length. */
  readonly lengthCode: DetailCode;
  /** Makes the signature or tag of the bytes that are authenticated. */
  readonly prove: (crypto: Prover, key: KeyId, algorithm: Algorithm, authenticated: Uint8Array) => Uint8Array;
  /** Throws unless the signature or tag is right; only then is there a result. */
  readonly verify: (
    crypto: Verifier,
    key: KeyId,
    algorithm: Algorithm,
    authenticated: Uint8Array,
    proof: Uint8Array,
  ) => void;
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

export function createAuthenticated<Algorithm extends Row, Prover>(
  scheme: Scheme<Algorithm, Prover, never>,
  crypto: Prover,
  key: KeyId,
  options: AuthenticatedOptions,
): Uint8Array {
  const payload = options.payload;
  requireBytes(payload, "payload");
  const algorithm = requireAlgorithm(scheme.find, options.algorithm);
  const headers = makeHeaders(options, algorithm.id);
  const authenticated = encodeStructure(scheme.context, headers.protectedBytes, options.externalAad ?? NONE, payload);
  return writeMessage(scheme, headers, options, payload, scheme.prove(crypto, key, algorithm, authenticated));
}

export function verifyAuthenticated<Algorithm extends Row, Verifier>(
  scheme: Scheme<Algorithm, never, Verifier>,
  crypto: Verifier,
  key: KeyId,
  message: Uint8Array,
  options: AuthenticatedReadOptions,
): Authenticated {
  const { headers, content, reader } = readMessage(message, scheme, options.limits);
  const proof = reader.readBytes();
  reader.end();
  const algorithm = acceptHeaders(headers, scheme.find, options);
  const payload = chooseContent(content, options.detachedPayload);
  requireProofLength(scheme.lengthCode, algorithm, proof);
  const authenticated = encodeStructure(scheme.context, headers.protectedBytes, options.externalAad ?? NONE, payload);
  scheme.verify(crypto, key, algorithm, authenticated, proof);
  const { protectedHeader, unprotectedHeader } = headers;
  return Object.freeze({ payload, protectedHeader, unprotectedHeader, algorithm: algorithm.id });
}

/** @throws ProtocolError - the code that is given: a signature or tag of another length. */
export function requireProofLength(code: DetailCode, algorithm: Pick<Row, "proofLength">, proof: Uint8Array): void {
  const proofLength = algorithm.proofLength;
  if (proof.length !== proofLength) throw new ProtocolError(code, `expected ${proofLength} bytes`);
}

/** Headers, unverified; never the payload. */
export function parseAuthenticatedHeaders(
  kind: MessageKind,
  message: Uint8Array,
  limits: CborLimits | undefined,
): UnverifiedHeaders {
  const { headers, reader } = readMessage(message, kind, limits);
  reader.readBytes();
  reader.end();
  return unverifiedHeaders(headers);
}
