// SPDX-License-Identifier: Apache-2.0
/**
 * The two structures in DER (X.690 §8, §10, §11) that signatures and public keys come in from outside: ECDSA-Sig-Value (RFC 3279
 * §2.2.3) and SubjectPublicKeyInfo (RFC 5280 §4.1; RFC 5480 for P-256, RFC 8410 for X25519 and Ed25519), to and from what the
 * crypto contract takes. Syntax only: whether r and s are in range and a point is on its curve, the contract checks.
 */
import { concatBytes, requireBytes } from "../bytes/bytes.js";
import { decodeHex, encodeHex } from "../bytes/hex.js";
import type { KeyType } from "../contracts/crypto.js";
import type { DetailCode } from "../errors/codes.js";
import { ProtocolError } from "../errors/security-error.js";

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OBJECT_IDENTIFIER = 0x06;
const SEQUENCE = 0x30;
const SCALAR_BYTES = 32;

/** What an AlgorithmIdentifier of each curve holds: one OID; on P-256 id-ecPublicKey, and namedCurve as its parameter. */
const CURVES = Object.freeze({
  "P-256": Object.freeze({
    type: "ECC_PUBLIC_KEY_SECP_R1",
    bits: 256,
    algorithm: "06072a8648ce3d020106082a8648ce3d030107",
  } as const),
  X25519: Object.freeze({ type: "ECC_PUBLIC_KEY_MONTGOMERY", bits: 255, algorithm: "06032b656e" } as const),
  Ed25519: Object.freeze({ type: "ECC_PUBLIC_KEY_TWISTED_EDWARDS", bits: 255, algorithm: "06032b6570" } as const),
});
const LONGEST_ALGORITHM = 19;

export type PublicKeyCurve = keyof typeof CURVES;

/** A public key as `Crypto.importKey` takes it, and its curve. */
export interface SubjectPublicKey {
  readonly crv: PublicKeyCurve;
  readonly type: Extract<KeyType, `ECC_PUBLIC_KEY_${string}`>;
  readonly bits: number;
  /** P-256: 0x04‖x‖y, or compressed 0x02 or 0x03‖x. X25519, Ed25519: 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** Elements one after the other; each gives a reader of its content, which never goes beyond that of the outer one. */
class DerReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #offset: number;

  constructor(bytes: Uint8Array, offset: number, end: number) {
    this.#bytes = bytes;
    this.#offset = offset;
    this.#end = end;
  }

  get length(): number {
    return this.#end - this.#offset;
  }

  fail(message: string, offset = this.#offset, detail: DetailCode = "DER_ENCODING"): never {
    throw new ProtocolError(detail, message, offset);
  }

  byte(): number {
    if (this.length === 0) this.fail("the input or the element around it ends here");
    return this.#bytes[this.#offset++] as number;
  }

  /** All that is left, a view. */
  rest(): Uint8Array {
    return this.#bytes.subarray(this.#offset, this.#end);
  }

  /** @param tag - of the element, or undefined for any. */
  element(tag?: number): DerReader {
    const start = this.#offset;
    const found = this.byte();
    if (found !== (tag ?? found)) this.fail(`expected the tag ${tag}, got ${found}`, start);
    const length = this.elementLength();
    if (length > this.length) this.fail("an element is longer than what it is in", start);
    const content = new DerReader(this.#bytes, this.#offset, this.#offset + length);
    this.#offset += length;
    return content;
  }

  /** Definite (§10.1), in as few bytes as it can be. Five bytes could only be for more than any input has. */
  private elementLength(): number {
    const start = this.#offset;
    const first = this.byte();
    if (first < 0x80) return first;
    const count = first - 0x80;
    if (count > 4) this.fail("a length of more than four bytes", start);
    let length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + this.byte();
    if (length < 0x80 || length < 256 ** (count - 1))
      this.fail("an indefinite length, or one in more bytes than it needs", start);
    return length;
  }

  finish(): void {
    if (this.length > 0) this.fail("bytes are left behind the last element");
  }
}

Object.freeze(DerReader.prototype);

/** The content of the one SEQUENCE that the input is. */
function readSequence(der: Uint8Array): DerReader {
  requireBytes(der, "der");
  const whole = new DerReader(der, 0, der.length);
  const sequence = whole.element(SEQUENCE);
  whole.finish();
  return sequence;
}

/** An INTEGER of 0 to 2^256-1, whose bytes, as few as can be (§8.3.2), end at the end of `target`. */
function readScalar(sequence: DerReader, target: Uint8Array): void {
  const integer = sequence.element(INTEGER);
  const bytes = integer.rest();
  const first = bytes[0] ?? 0x80;
  if (first >= 0x80) integer.fail("a negative or empty INTEGER");
  if (first === 0 && (bytes[1] ?? 0x80) < 0x80) integer.fail("an INTEGER in more bytes than it needs");
  const scalar = first === 0 ? bytes.subarray(1) : bytes;
  if (scalar.length > SCALAR_BYTES) integer.fail("an INTEGER of more than 256 bits");
  target.set(scalar, SCALAR_BYTES - scalar.length);
}

/**
 * @param der - an ECDSA-Sig-Value on P-256, all of it, strictly DER.
 * @returns r‖s, 64 new bytes. 0 and numbers from n on are passed on: the verifier refuses them.
 * @throws ProtocolError DER_ENCODING - not that.
 */
export function parseEcdsaSigValue(der: Uint8Array): Uint8Array {
  const sequence = readSequence(der);
  const signature = new Uint8Array(2 * SCALAR_BYTES);
  readScalar(sequence, signature.subarray(0, SCALAR_BYTES));
  readScalar(sequence, signature.subarray(SCALAR_BYTES));
  sequence.finish();
  return signature;
}

/** One element; no content of ours has more than 127 bytes. */
function encodeElement(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const joined = concatBytes(...content);
  return concatBytes(Uint8Array.of(tag, joined.length), joined);
}

function encodeScalar(scalar: Uint8Array): Uint8Array {
  let start = 0;
  while (start < scalar.length - 1 && scalar[start] === 0) start++;
  const sign = new Uint8Array((scalar[start] as number) >> 7);
  return encodeElement(INTEGER, sign, scalar.subarray(start));
}

/**
 * @param signature - r‖s, exactly 64 bytes.
 * @returns An ECDSA-Sig-Value, 8 to 72 bytes.
 */
export function encodeEcdsaSigValue(signature: Uint8Array): Uint8Array {
  requireBytes(signature, "signature");
  if (signature.length !== 2 * SCALAR_BYTES) {
    throw new RangeError(`signature: expected 64 bytes, got ${signature.length}`);
  }
  const r = encodeScalar(signature.subarray(0, SCALAR_BYTES));
  return encodeElement(SEQUENCE, r, encodeScalar(signature.subarray(SCALAR_BYTES)));
}

/** Length and, for a point, form: RFC 5480 §2.2 takes no hybrid one. */
function isKeyOn(crv: PublicKeyCurve, { length, 0: form }: Uint8Array): boolean {
  if (crv !== "P-256") return length === 32;
  return form === 4 ? length === 65 : length === 33 && (form === 2 || form === 3);
}

/** @param sequence - before an AlgorithmIdentifier. Parameters of others are not looked into. */
function readCurve(sequence: DerReader): PublicKeyCurve {
  const algorithm = sequence.element(SEQUENCE);
  const content = algorithm.length > LONGEST_ALGORITHM ? "" : encodeHex(algorithm.rest());
  const crv = (Object.keys(CURVES) as PublicKeyCurve[]).find((name) => CURVES[name].algorithm === content);
  if (crv !== undefined) return crv;
  const oid = algorithm.element(OBJECT_IDENTIFIER);
  if (algorithm.length > 0) algorithm.element();
  algorithm.finish();
  return oid.fail("neither P-256 as a named curve, nor X25519, nor Ed25519", undefined, "DER_UNSUPPORTED");
}

/**
 * @param der - a SubjectPublicKeyInfo, all of it, strictly DER.
 * @returns The key, whose `publicKey` is a view into `der`. Whether it is a point on its curve shows when it is imported.
 * @throws ProtocolError DER_ENCODING - not that, or a key of another length or form than its curve's.
 * @throws ProtocolError DER_UNSUPPORTED - a key of another algorithm, on another curve, or with the parameters of its curve.
 */
export function parseSubjectPublicKeyInfo(der: Uint8Array): SubjectPublicKey {
  const sequence = readSequence(der);
  const crv = readCurve(sequence);
  const bits = sequence.element(BIT_STRING);
  sequence.finish();
  if (bits.rest()[0] !== 0) bits.fail("a BIT STRING that is not whole bytes");
  bits.byte();
  const publicKey = bits.rest();
  if (!isKeyOn(crv, publicKey)) bits.fail(`not the bytes of a public key on ${crv}`);
  return { crv, type: CURVES[crv].type, bits: CURVES[crv].bits, publicKey };
}

/**
 * @param publicKey - as `SubjectPublicKey` and `exportPublicKey` have it: 65 or 33 bytes on P-256, else 32.
 * @returns A SubjectPublicKeyInfo: 91 or 59 bytes on P-256, else 44.
 */
export function encodeSubjectPublicKeyInfo(crv: PublicKeyCurve, publicKey: Uint8Array): Uint8Array {
  if (!Object.hasOwn(CURVES, crv)) throw new RangeError(`crv: expected P-256, X25519 or Ed25519, got ${String(crv)}`);
  requireBytes(publicKey, "publicKey");
  if (!isKeyOn(crv, publicKey)) {
    throw new RangeError(`publicKey: expected the bytes of one on ${crv}, got ${publicKey.length} others`);
  }
  const algorithm = encodeElement(SEQUENCE, decodeHex(CURVES[crv].algorithm));
  return encodeElement(SEQUENCE, algorithm, encodeElement(BIT_STRING, Uint8Array.of(0), publicKey));
}
