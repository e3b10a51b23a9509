// SPDX-License-Identifier: Apache-2.0
/**
 * What is said to the provisioning service of a device, and what it answers: a datagram each, deterministic CBOR.
 * docs/provisioning.md has all of it. A request is [id, operation, ...fields], an answer [id, true, result] or
 * [id, false, code]. Whoever asks chooses the id: another one for each request, the same when it is sent again.
 */
import { requireBytes } from "../bytes/bytes.js";
import { decodeCbor } from "../cbor/decode.js";
import { encodeCbor } from "../cbor/encode.js";
import type { CborValue } from "../cbor/value.js";
import { ProtocolError } from "../errors/security-error.js";
import { CREDENTIAL_MAX, type CredentialUse } from "./credential.js";
import { HASH_LENGTH } from "./order.js";

/** UDP. */
export const SERVICE_PORT = 4419;
/** Of a request and of an answer. */
export const DATAGRAM_MAX = 1400;
export const MESSAGE_LIMITS = Object.freeze({ length: DATAGRAM_MAX, depth: 3, count: 64 });
const POINT_LENGTH = 65;
const ORDER_MAX = 256;
const RECORD_MAX = 1280;
const ID_MAX = 0xffff_ffff;

/** 1 to 3 on the wire. */
const USES: readonly CredentialUse[] = Object.freeze<CredentialUse[]>(["signing", "agreement", "attestation"]);

/** What each operation takes. */
export interface RequestFields {
  status: [];
  "boot-record": [];
  "make-secret": [];
  /** SHA-256 of the root keys' SubjectPublicKeyInfo. */
  "set-roots": [first: Uint8Array, second: Uint8Array];
  "public-keys": [];
  "set-owner": [hash: Uint8Array];
  /** The owner's key is 0x04‖x‖y. */
  "store-credential": [use: CredentialUse, ownerKey: Uint8Array, credential: Uint8Array];
  "read-credential": [use: CredentialUse];
  secure: [];
  "install-trust": [record: Uint8Array];
  challenge: [];
  /** The order is a COSE_Sign1: order.ts. */
  order: [ownerKey: Uint8Array, order: Uint8Array];
  restart: [];
}

export type Operation = keyof RequestFields;

export type ServiceRequest = {
  [Name in Operation]: { readonly id: number; readonly operation: Name; readonly fields: RequestFields[Name] };
}[Operation];

/** A field: a use, or bytes of so many. */
type Field = "use" | readonly [name: string, least: number, most: number];

const hash = (name: string): Field => Object.freeze([name, HASH_LENGTH, HASH_LENGTH] as const);
const OWNER_KEY: Field = Object.freeze(["ownerKey", POINT_LENGTH, POINT_LENGTH] as const);

/** In the order of their numbers on the wire, from 1 on. */
const OPERATIONS: readonly (readonly [name: Operation, ...fields: readonly Field[]])[] = Object.freeze<
  (readonly [name: Operation, ...fields: readonly Field[]])[]
>([
  Object.freeze(["status"]),
  Object.freeze(["boot-record"]),
  Object.freeze(["make-secret"]),
  Object.freeze(["set-roots", hash("first"), hash("second")]),
  Object.freeze(["public-keys"]),
  Object.freeze(["set-owner", hash("hash")]),
  Object.freeze(["store-credential", "use", OWNER_KEY, Object.freeze(["credential", 1, CREDENTIAL_MAX] as const)]),
  Object.freeze(["read-credential", "use"]),
  Object.freeze(["secure"]),
  Object.freeze(["install-trust", Object.freeze(["record", 1, RECORD_MAX] as const)]),
  Object.freeze(["challenge"]),
  Object.freeze(["order", OWNER_KEY, Object.freeze(["order", 1, ORDER_MAX] as const)]),
  Object.freeze(["restart"]),
]);

function fail(message: string): never {
  throw new ProtocolError("SERVICE_REQUEST", message);
}

/**
 * @param id - 0 to 2^32-1.
 * @returns The datagram, new bytes.
 * @throws TypeError, RangeError - an id or a field that cannot be.
 */
export function encodeRequest<Name extends Operation>(
  id: number,
  operation: Name,
  ...fields: RequestFields[Name]
): Uint8Array {
  if (!isId(id)) throw new RangeError(`id: expected 0 to ${ID_MAX}`);
  const at = OPERATIONS.findIndex(([name]) => name === operation);
  const [, ...expected] = OPERATIONS[at] ?? [];
  if (at < 0 || expected.length !== fields.length) throw new RangeError(`${operation}: not what it takes`);
  const items = expected.map((field, i) => writeField(field, fields[i]));
  return encodeCbor([id, at + 1, ...items]);
}

function writeField(field: Field, value: unknown): CborValue {
  if (field === "use") {
    const number = USES.indexOf(value as CredentialUse) + 1;
    if (number === 0) throw new RangeError(`use: expected ${USES.join(", ")}`);
    return number;
  }
  const [name, least, most] = field;
  requireBytes(value, name);
  if (value.length < least || value.length > most) {
    throw new RangeError(`${name}: expected ${least} to ${most} bytes, got ${value.length}`);
  }
  return value;
}

/**
 * Parses a request. Whether it can be carried out now, the device says.
 * @returns Bytes are views into `datagram`.
 * @throws ProtocolError SERVICE_REQUEST - not an operation with its fields. CBOR codes.
 */
export function parseRequest(datagram: Uint8Array): ServiceRequest {
  const items = decodeCbor(datagram, { limits: MESSAGE_LIMITS });
  if (!Array.isArray(items)) return fail("expected an array");
  const [id, number, ...fields] = items as CborValue[];
  if (!isId(id)) return fail("expected an id of 32 bits");
  const [operation, ...expected] =
    (typeof number === "number" && OPERATIONS[number - 1]) || fail("an unknown operation");
  if (fields.length !== expected.length) return fail(`${operation}: expected ${expected.length} fields`);
  const read = expected.map((field, i) => readField(field, fields[i]));
  return Object.freeze({ id, operation, fields: Object.freeze(read) }) as unknown as ServiceRequest;
}

function readField(field: Field, value: CborValue): CredentialUse | Uint8Array {
  if (field === "use") {
    return (
      (typeof value === "number" && USES[value - 1]) ||
      fail("use: expected 1 (signing), 2 (agreement) or 3 (attestation)")
    );
  }
  const [name, least, most] = field;
  const fits = value instanceof Uint8Array && value.length >= least && value.length <= most;
  return fits ? value : fail(`${name}: expected ${least} to ${most} bytes`);
}

/** Of a request that nobody could read; undefined when it does not even say that. */
export function idOf(datagram: Uint8Array): number | undefined {
  try {
    const items = decodeCbor(datagram, { limits: MESSAGE_LIMITS });
    const id: CborValue = Array.isArray(items) ? items[0] : undefined;
    return isId(id) ? id : undefined;
  } catch {
    return undefined;
  }
}

export function isId(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= ID_MAX;
}
