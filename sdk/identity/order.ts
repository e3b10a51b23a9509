// SPDX-License-Identifier: Apache-2.0
/**
 * What an owner orders a device to do: a COSE_Sign1 (RFC 9052 §4.2) with ES256, for one device and one challenge of it. The
 * device puts the payload together again from what it knows and checks the signature behind its call gate, so that there
 * is one encoding of an order, and nothing else is one.
 */
import { equalPublicBytes, requireBytes } from "../bytes/bytes.js";
import { decodeCbor } from "../cbor/decode.js";
import { encodeCbor } from "../cbor/encode.js";
import { CborReader, Major } from "../cbor/reader.js";
import type { CborValue } from "../cbor/value.js";
import type { Crypto, KeyId } from "../contracts/crypto.js";
import type { OwnerOrder } from "../contracts/lifecycle.js";
import { CoseAlgorithm } from "../cose/algorithms.js";
import { createSign1 } from "../cose/sign1.js";
import { ProtocolError } from "../errors/security-error.js";

/** Bytes: of a device's id, of its challenges, of the hash that a transfer names. */
export const DEVICE_ID_LENGTH = 16;
export const CHALLENGE_LENGTH = 16;
export const HASH_LENGTH = 32;
const SIGNATURE_LENGTH = 64;
/** An order with an argument has 164 bytes. */
const LIMITS = Object.freeze({ length: 256, depth: 2, count: 16 });
const SIGN1_TAG = 18;
/** {1: -7}: ES256, and nothing else. */
const PROTECTED = Object.freeze([0xa1, 0x01, 0x26]);

/** Labels of the payload. */
const Label = Object.freeze({ order: 1, deviceId: 2, challenge: 3, argument: 4 } as const);

/** From 1 on, in this order. */
const ORDERS: readonly OwnerOrder[] = Object.freeze<OwnerOrder[]>([
  "enter-debug",
  "leave-debug",
  "wipe",
  "transfer",
  "decommission",
]);

export interface Order {
  readonly order: OwnerOrder;
  /** 16 bytes. */
  readonly deviceId: Uint8Array;
  /** 16 bytes: the device's last one. */
  readonly challenge: Uint8Array;
  /** Of a transfer the hash of the new owner's key, 32 bytes; otherwise empty. */
  readonly argument: Uint8Array;
}

export interface SignedOrder extends Order {
  /** ES256, r‖s, 64 bytes. Not verified. */
  readonly signature: Uint8Array;
}

function argumentLength(order: OwnerOrder): number {
  return order === "transfer" ? HASH_LENGTH : 0;
}

function requireLength(value: Uint8Array, name: string, length: number): Uint8Array {
  requireBytes(value, name);
  if (value.length !== length) throw new RangeError(`${name}: expected ${length} bytes, got ${value.length}`);
  return value;
}

/**
 * The payload of an order.
 * @returns Deterministic CBOR, new bytes.
 * @throws TypeError, RangeError - an unknown order, or a part of another length.
 */
export function encodeOrder({ order, deviceId, challenge, argument }: Order): Uint8Array {
  const number = ORDERS.indexOf(order) + 1;
  if (number === 0) throw new RangeError(`order: expected one of ${ORDERS.join(", ")}`);
  return encodeCbor(
    new Map<CborValue, CborValue>([
      [Label.order, number],
      [Label.deviceId, requireLength(deviceId, "deviceId", DEVICE_ID_LENGTH)],
      [Label.challenge, requireLength(challenge, "challenge", CHALLENGE_LENGTH)],
      [Label.argument, requireLength(argument, "argument", argumentLength(order))],
    ]),
  );
}

/**
 * Signs an order.
 * @param key - the owner's: allows `signMessage` with ECDSA.
 * @returns A tagged COSE_Sign1, new bytes.
 * @throws TypeError, RangeError - as `encodeOrder`. SecurityError - what `Crypto.signMessage` throws.
 */
export function createOrder(crypto: Pick<Crypto, "signMessage">, key: KeyId, order: Order): Uint8Array {
  return createSign1(crypto, key, { algorithm: CoseAlgorithm.ES256, payload: encodeOrder(order) });
}

/**
 * Takes an order apart, for `DeviceLifecycle.order`, which verifies it.
 * @param message - COSE_Sign1, tagged (18) or untagged.
 * @returns Views into `message`.
 * @throws ProtocolError ORDER_CONTENT - another header than ES256 alone, or a payload that is no order. CBOR codes.
 */
export function parseOrder(message: Uint8Array): SignedOrder {
  const reader = new CborReader(message, { limits: LIMITS });
  if (reader.peekMajor() === Major.tag && reader.readTag() !== SIGN1_TAG) fail("expected tag 18 or none");
  if (reader.readArray() !== 4) fail("expected a COSE_Sign1");
  if (!equalPublicBytes(reader.readBytes(), Uint8Array.from(PROTECTED))) fail("expected ES256 as the only header");
  if (reader.readMap() !== 0) fail("expected no unprotected headers");
  const payload = reader.readBytes();
  const signature = reader.readBytes();
  reader.end();
  if (signature.length !== SIGNATURE_LENGTH) fail(`expected a signature of ${SIGNATURE_LENGTH} bytes`);
  const map = decodeCbor(payload, { limits: LIMITS });
  if (!(map instanceof Map) || map.size !== Object.keys(Label).length) return fail("expected a map of four");
  const number = map.get(Label.order);
  const order = typeof number === "number" ? ORDERS[number - 1] : undefined;
  if (order === undefined) return fail("an unknown order");
  return Object.freeze({
    order,
    deviceId: bytesOf(map, "deviceId", DEVICE_ID_LENGTH),
    challenge: bytesOf(map, "challenge", CHALLENGE_LENGTH),
    argument: bytesOf(map, "argument", argumentLength(order)),
    signature,
  });
}

function bytesOf(map: ReadonlyMap<CborValue, CborValue>, name: keyof typeof Label, length: number): Uint8Array {
  const value = map.get(Label[name]);
  return value instanceof Uint8Array && value.length === length ? value : fail(`${name}: expected ${length} bytes`);
}

function fail(message: string): never {
  throw new ProtocolError("ORDER_CONTENT", message);
}
