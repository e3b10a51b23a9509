// SPDX-License-Identifier: Apache-2.0
/** The recipients of a message to be made, and its content key (RFC 9053 §6). */
import { requireBytes } from "../bytes/bytes.js";
import type { CborValue } from "../cbor/value.js";
import type { Crypto, KeyAttributes, KeyId, KeyUsage } from "../contracts/crypto.js";
import { ProtocolError } from "../errors/security-error.js";
import { type KeyUser, requireKeyBits } from "./algorithms.js";
import { HeaderLabel, type Headers, type Label, requireAlgorithm } from "./headers.js";
import {
  agreeKey,
  type DerivingCrypto,
  deriveKey,
  encodeKdfContext,
  type KdfContext,
  KdfLabel,
  saltOf,
} from "./kdf.js";
import { keyToMap } from "./key.js";
import { addParameter, type HeaderOptions, makeHeaders } from "./message.js";
import { AgreementLabel } from "./recipient.js";
import { findRecipientAlgorithm, type Kdf, keyAttributesFor, type RecipientRow } from "./recipient-algorithms.js";

const EMPTY = new Uint8Array(0);
const NONCE_LENGTH = 32;
const X25519_LENGTH = 32;

export interface RecipientOptions extends HeaderOptions {
  /** One of RecipientAlgorithm. */
  readonly algorithm: number;
  /**
   * The handle that the algorithm starts from. direct: the content key. AES Key Wrap: allows `wrap`. direct+HKDF: a DERIVE
   * key. ECDH-SS: the sender's own private key. ECDH-ES: none, an ephemeral key is made.
   */
  readonly key?: KeyId;
  /** ECDH: the recipient's public key. P-256: 65 bytes, or 33; X25519: 32. */
  readonly publicKey?: Uint8Array;
  /**
   * Of HKDF; goes into the unprotected bucket. Of another value in each message, where the keys stay the same: without it
   * and without a nonce of party U, the message gets such a nonce.
   */
  readonly salt?: Uint8Array;
  /** What is hashed and not sent. What is to be sent stands in a header, under KdfLabel. */
  readonly context?: KdfContext;
}

export type MakingCrypto = DerivingCrypto &
  Pick<Crypto, "generateKey" | "generateRandom" | "exportPublicKey" | "wrapKey" | "keyAgreement">;

/**
 * Finds or makes the content key, lends it to `use`, and destroys it unless it is the caller's own.
 * @param use - is given the content key and the recipients as a CBOR value.
 * @throws TypeError, RangeError - what an algorithm needs is missing or of the wrong form.
 * @throws ProtocolError COSE_ALG_UNSUPPORTED; COSE_RECIPIENT - no recipient, one beside a direct one, or protected headers
 * where the algorithm protects none; COSE_KEY_USE - a key-encryption key of another length; the header codes.
 * @throws SecurityError - what the crypto contract throws.
 */
export function withNewContentKey<Result>(
  crypto: MakingCrypto,
  list: readonly RecipientOptions[],
  user: KeyUser,
  usage: readonly KeyUsage[],
  use: (key: KeyId, recipients: CborValue) => Result,
): Result {
  if (!Array.isArray(list)) throw new TypeError(`recipients: expected an array, got ${typeof list}`);
  const rows = list.map(({ algorithm }) => requireAlgorithm(findRecipientAlgorithm, algorithm));
  const [first] = list;
  if (first === undefined) throw new ProtocolError("COSE_RECIPIENT", "expected one recipient or more");
  const direct = rows.find(({ wrap }) => wrap === undefined);
  if (direct !== undefined) {
    if (list.length > 1) throw new ProtocolError("COSE_RECIPIENT", `${direct.name} has no other recipient beside it`);
    return useDirectly(crypto, direct, first, user, usage, use);
  }
  const key = crypto.generateKey(keyAttributesFor(user, [...usage, "export"]));
  try {
    const recipients = list.map((one, i) => wrapFor(crypto, rows[i] as RecipientRow, one, key));
    return use(key, recipients);
  } finally {
    crypto.destroyKey(key);
  }
}

function useDirectly<Result>(
  crypto: MakingCrypto,
  row: RecipientRow,
  one: RecipientOptions,
  user: KeyUser,
  usage: readonly KeyUsage[],
  use: (key: KeyId, recipients: CborValue) => Result,
): Result {
  if (row.kdf === undefined) return use(requireOwnKey(one), [toItem(makeRecipientHeaders(row, one), EMPTY)]);
  const { headers, key } = derive(crypto, row, row.kdf, one, user, keyAttributesFor(user, usage));
  try {
    return use(key, [toItem(headers, EMPTY)]);
  } finally {
    crypto.destroyKey(key);
  }
}

function wrapFor(crypto: MakingCrypto, row: RecipientRow, one: RecipientOptions, content: KeyId): CborValue {
  const { kdf, wrap } = row;
  if (wrap === undefined) throw new ProtocolError("COSE_RECIPIENT", `${row.name} wraps no key`);
  if (kdf === undefined) {
    const key = requireOwnKey(one);
    requireKeyBits(crypto, key, wrap);
    return toItem(makeRecipientHeaders(row, one), crypto.wrapKey(key, wrap.psaAlg, content));
  }
  const { headers, key } = derive(crypto, row, kdf, one, wrap, keyAttributesFor(wrap, ["wrap"]));
  try {
    return toItem(headers, crypto.wrapKey(key, wrap.psaAlg, content));
  } finally {
    crypto.destroyKey(key);
  }
}

function toItem({ protectedBytes, unprotectedHeader }: Headers, ciphertext: Uint8Array): CborValue {
  return [protectedBytes, unprotectedHeader, ciphertext];
}

function requireOwnKey({ key }: RecipientOptions): KeyId {
  if (key === undefined) throw new TypeError("key: expected a key handle for this recipient algorithm");
  return key;
}

/** Unprotected parameters beside those of the caller; one that is undefined is left out. */
type OwnParameters = readonly (readonly [label: Label, value: CborValue])[];

function makeRecipientHeaders(row: RecipientRow, one: RecipientOptions, more: OwnParameters = []): Headers {
  const isProtected = row.kdf !== undefined;
  const unprotectedHeader = new Map(one.unprotectedHeader);
  if (!isProtected) addParameter(unprotectedHeader, HeaderLabel.alg, row.id);
  addParameter(unprotectedHeader, KdfLabel.salt, one.salt);
  for (const [label, value] of more) addParameter(unprotectedHeader, label, value);
  const headers = makeHeaders({ ...one, unprotectedHeader }, isProtected ? row.id : undefined);
  if (!isProtected && headers.protectedHeader.size > 0) {
    throw new ProtocolError("COSE_RECIPIENT", `${row.name} protects no headers`);
  }
  return headers;
}

interface Derived {
  readonly headers: Headers;
  readonly key: KeyId;
}

function derive(
  crypto: MakingCrypto,
  row: RecipientRow,
  kdf: Kdf,
  one: RecipientOptions,
  user: KeyUser,
  attributes: KeyAttributes,
): Derived {
  if (row.agreement === undefined) {
    const headers = makeRecipientHeaders(row, one, freshness(crypto, kdf, one));
    const context = encodeKdfContext(user, headers, one.context);
    return { headers, key: deriveKey(crypto, kdf, requireOwnKey(one), attributes, saltOf(headers), context) };
  }
  const { publicKey } = one;
  requireBytes(publicKey, "publicKey");
  const isEphemeral = row.agreement === "ephemeral";
  const own = isEphemeral ? makeEphemeralKey(crypto, publicKey) : requireOwnKey(one);
  try {
    const label = isEphemeral ? AgreementLabel.ephemeralKey : AgreementLabel.staticKey;
    const publicHalf = [label, toKeyMap(crypto.exportPublicKey(own))] as const;
    const nonce = isEphemeral ? [] : freshness(crypto, kdf, one);
    const headers = makeRecipientHeaders(row, one, [publicHalf, ...nonce]);
    const context = encodeKdfContext(user, headers, one.context);
    return { headers, key: agreeKey(crypto, kdf, own, publicKey, attributes, saltOf(headers), context) };
  } finally {
    if (isEphemeral) crypto.destroyKey(own);
  }
}

/**
 * Keys that stay give the same secret each time; a salt or a nonce of the sender has to tell the messages apart (RFC 9053
 * §6.1.2, §6.3). The caller's own if there is one, else a random nonce. What has no extract step does not use a salt.
 */
function freshness(crypto: MakingCrypto, { extract }: Kdf, one: RecipientOptions): OwnParameters {
  const { salt, context, protectedHeader, unprotectedHeader } = one;
  const labels = extract === undefined ? [KdfLabel.partyUNonce] : [KdfLabel.salt, KdfLabel.partyUNonce];
  const isFresh =
    (salt !== undefined && extract !== undefined) ||
    context?.partyU?.nonce !== undefined ||
    labels.some((label) => protectedHeader?.has(label) || unprotectedHeader?.has(label));
  return isFresh ? [] : [[KdfLabel.partyUNonce, crypto.generateRandom(NONCE_LENGTH)]];
}

function makeEphemeralKey(crypto: MakingCrypto, peer: Uint8Array): KeyId {
  const usage = ["derive"] as const;
  return peer.length === X25519_LENGTH
    ? crypto.generateKey({ type: "ECC_KEY_PAIR_MONTGOMERY", bits: 255, usage, alg: "ECDH" })
    : crypto.generateKey({ type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage, alg: "ECDH" });
}

function toKeyMap(publicKey: Uint8Array): CborValue {
  return publicKey.length === X25519_LENGTH
    ? keyToMap({ kty: "OKP", crv: "X25519", publicKey })
    : keyToMap({ kty: "EC2", crv: "P-256", publicKey });
}
