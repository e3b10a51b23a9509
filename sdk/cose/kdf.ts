// SPDX-License-Identifier: Apache-2.0
/** From a shared secret to a key, with all that both sides have to agree on (RFC 9053 §5.1 HKDF, §5.2 context). */
import { encodeCbor } from "../cbor/encode.js";
import type { CborValue } from "../cbor/value.js";
import type { Crypto, KeyAttributes, KeyId } from "../contracts/crypto.js";
import { ProtocolError } from "../errors/security-error.js";
import { type KeyUser, requireKeyBits } from "./algorithms.js";
import type { Headers } from "./headers.js";
import { parameter } from "./recipient.js";
import { inputAlg, type Kdf } from "./recipient-algorithms.js";

/** Labels of RFC 9053 tables 9 and 10, in the headers of a recipient. */
export const KdfLabel = Object.freeze({
  salt: -20,
  ...({ partyUIdentity: -21, partyUNonce: -22, partyUOther: -23 } as const),
  ...({ partyVIdentity: -24, partyVNonce: -25, partyVOther: -26 } as const),
} as const);

/** What `Crypto.hkdfExpand` takes. */
const CONTEXT_MAX = 4096;
const NO_SALT = new Uint8Array(0);

export type DerivingCrypto = Pick<Crypto, "hkdfExtract" | "hkdfExpand" | "destroyKey" | "getKeyAttributes">;

/** One side: U is the sender, V the recipient. */
export interface Party {
  readonly identity?: Uint8Array;
  readonly nonce?: Uint8Array | number;
  readonly other?: Uint8Array;
}

/** What both sides know without the message. What stands here counts before what the headers say. */
export interface KdfContext {
  readonly partyU?: Party;
  readonly partyV?: Party;
  /** SuppPubInfo.other. */
  readonly suppPubOther?: Uint8Array;
  /** A second secret. */
  readonly suppPrivInfo?: Uint8Array;
}

/**
 * COSE_KDF_Context, encoded.
 * @param user - what the key is for; its bits are keyDataLength.
 * @throws ProtocolError COSE_HEADER_VALUE - a party's value in the headers has another type.
 * @throws ProtocolError COSE_LENGTH - longer than HKDF takes.
 */
export function encodeKdfContext(user: KeyUser, headers: Headers, context: KdfContext = {}): Uint8Array {
  const { partyU = {}, partyV = {}, suppPubOther, suppPrivInfo } = context;
  const suppPub: CborValue[] = [user.keyBits, headers.protectedBytes];
  if (suppPubOther !== undefined) suppPub.push(suppPubOther);
  const parts: CborValue[] = [
    user.id,
    partyInfo(headers, partyU, KdfLabel.partyUIdentity),
    partyInfo(headers, partyV, KdfLabel.partyVIdentity),
    suppPub,
  ];
  if (suppPrivInfo !== undefined) parts.push(suppPrivInfo);
  const encoded = encodeCbor(parts);
  if (encoded.length > CONTEXT_MAX) {
    throw new ProtocolError("COSE_LENGTH", `expected at most ${CONTEXT_MAX} bytes of context`);
  }
  return encoded;
}

/** @param first - label of the identity; nonce and other come below it. */
function partyInfo(headers: Headers, { identity, nonce, other }: Party, first: number): CborValue[] {
  return [
    identity ?? bytesParameter(headers, first) ?? null,
    nonce ?? nonceParameter(headers, first - 1) ?? null,
    other ?? bytesParameter(headers, first - 2) ?? null,
  ];
}

function bytesParameter(headers: Headers, label: number): Uint8Array | undefined {
  const value = parameter(headers, label);
  if (value === undefined || value instanceof Uint8Array) return value;
  throw new ProtocolError("COSE_HEADER_VALUE", `label ${label}: expected a byte string`);
}

function nonceParameter(headers: Headers, label: number): CborValue {
  const value = parameter(headers, label);
  return typeof value === "bigint" || Number.isSafeInteger(value) ? value : bytesParameter(headers, label);
}

/**
 * Derives a key by HKDF, with the salt that the headers may have.
 * @param secret - handle that allows `derive` with `inputAlg(kdf)`.
 * @param attributes - of the new key.
 * @throws ProtocolError COSE_KEY_USE - an AES key of another length than the algorithm.
 */
export function deriveKey(
  crypto: DerivingCrypto,
  kdf: Kdf,
  secret: KeyId,
  attributes: KeyAttributes,
  salt: Uint8Array,
  context: Uint8Array,
): KeyId {
  const { extract, expand, prkBits } = kdf;
  if (extract === undefined) {
    requireKeyBits(crypto, secret, { name: expand, keyBits: prkBits });
    return crypto.hkdfExpand(secret, context, attributes);
  }
  const ofPrk = { type: "DERIVE", bits: prkBits, usage: ["derive"], alg: expand } as const;
  const prk = crypto.hkdfExtract(extract, salt, secret, ofPrk);
  try {
    return crypto.hkdfExpand(prk, context, attributes);
  } finally {
    crypto.destroyKey(prk);
  }
}

/** Key agreement, then HKDF. */
export function agreeKey(
  crypto: DerivingCrypto & Pick<Crypto, "keyAgreement">,
  kdf: Kdf,
  privateKey: KeyId,
  peerPublicKey: Uint8Array,
  attributes: KeyAttributes,
  salt: Uint8Array,
  context: Uint8Array,
): KeyId {
  const ofSecret = { type: "DERIVE", bits: 256, usage: ["derive"], alg: inputAlg(kdf) } as const;
  const secret = crypto.keyAgreement(privateKey, peerPublicKey, ofSecret);
  try {
    return deriveKey(crypto, kdf, secret, attributes, salt, context);
  } finally {
    crypto.destroyKey(secret);
  }
}

/** The salt in a recipient's headers; none counts as zeros (RFC 5869 §2.2). Without an extract step nothing uses it. */
export function saltOf(headers: Headers): Uint8Array {
  return bytesParameter(headers, KdfLabel.salt) ?? NO_SALT;
}
