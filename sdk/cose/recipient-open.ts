// SPDX-License-Identifier: Apache-2.0
/** The content key of a message, from the key that its recipient has (RFC 9053 §6). Every key on the way is a handle. */
import { requireBytes } from "../bytes/bytes.js";
import type { CborValue } from "../cbor/value.js";
import type { Crypto, KeyId, KeyUsage } from "../contracts/crypto.js";
import { ProtocolError } from "../errors/security-error.js";
import { type KeyUser, requireKeyBits } from "./algorithms.js";
import { checkCritical, HeaderLabel, type Label, requireAllowed, show } from "./headers.js";
import { agreeKey, type DerivingCrypto, deriveKey, encodeKdfContext, type KdfContext, saltOf } from "./kdf.js";
import { keyFromMap, requirePublic } from "./key.js";
import { AgreementLabel, parameter, pathTo, type Recipient, type Which } from "./recipient.js";
import { findRecipientAlgorithm, type Kdf, keyAttributesFor, type RecipientRow } from "./recipient-algorithms.js";

/** Bytes that AES Key Wrap adds, and the keys that it takes: RFC 3394; `Crypto.unwrapKey`. */
const WRAP_OVERHEAD = 8;
const WRAPPABLE = Object.freeze({ min: 16, max: 512, multiple: 8 });

/** What a recipient of a message has. */
export interface RecipientKey {
  /**
   * By the recipient's algorithm: direct: the content key. AES Key Wrap: an AES handle that allows `unwrap`.
   * direct+HKDF: a DERIVE handle that allows `derive`, or an AES one. ECDH: the private key, which allows `derive`.
   */
  readonly key: KeyId;
  /** Which recipient that is. Default: the only one. */
  readonly which?: Which;
  /** Recipient algorithms to accept. Default: all that we carry out and the key allows. */
  readonly recipientAlgorithms?: readonly number[];
  /**
   * ECDH-SS: the sender's public key as the caller knows it. Without it the one in the message is taken, and then nothing
   * is known about the sender. With it other ways to the key are refused: anyone could have taken them.
   */
  readonly senderPublicKey?: Uint8Array;
  readonly context?: KdfContext;
  /** Labels that `crit` of a recipient may name because the caller processes them. */
  readonly criticalLabels?: readonly Label[];
}

export type OpeningCrypto = DerivingCrypto & Pick<Crypto, "unwrapKey" | "keyAgreement">;

/**
 * Finds the content key and lends it to `use`; it is destroyed afterwards, unless it is the caller's own.
 * @param user - the algorithm of the content.
 * @throws ProtocolError COSE_NOT_FOUND - no such recipient, or several and none was named.
 * @throws ProtocolError COSE_ALG_MISSING, COSE_ALG_UNPROTECTED, COSE_ALG_UNSUPPORTED, COSE_ALG_NOT_ALLOWED, COSE_CRIT_UNKNOWN -
 * about a recipient's headers. COSE_ALG_NOT_ALLOWED also for what is not ECDH-SS where `senderPublicKey` is given.
 * @throws TypeError - `recipientAlgorithms` or `criticalLabels` is no array; `senderPublicKey` is there and no Uint8Array.
 * @throws ProtocolError COSE_RECIPIENT - a recipient breaks the rules of its algorithm.
 * @throws ProtocolError COSE_HEADER_VALUE, COSE_KEY_VALUE, COSE_KEY_UNSUPPORTED, COSE_KEY_PRIVATE, COSE_LENGTH - about the
 * sender's key, the salt or a party. COSE_KEY_USE - the caller's key has another length than the algorithm, or the sender's is
 * not for it.
 * @throws SecurityError PSA_ERROR_INVALID_SIGNATURE - not wrapped for this key. PSA_ERROR_INVALID_ARGUMENT - a sender's key that
 * is not on the curve of the caller's; and what else the crypto contract throws.
 */
export function withContentKey<Result>(
  crypto: OpeningCrypto,
  recipients: readonly Recipient[],
  own: RecipientKey,
  user: KeyUser,
  usage: readonly KeyUsage[],
  use: (key: KeyId) => Result,
): Result {
  // A sender that was to be known and is not must not become one whom nobody knows.
  if ("senderPublicKey" in own) requireBytes(own.senderPublicKey, "senderPublicKey");
  const held = openKey(crypto, pathTo(recipients, own.which), own, user, usage);
  try {
    return use(held.key);
  } finally {
    release(crypto, held);
  }
}

interface HeldKey {
  readonly key: KeyId;
  /** Made here, so destroyed here. */
  readonly isOurs: boolean;
}

function release(crypto: Pick<Crypto, "destroyKey">, { key, isOurs }: HeldKey): void {
  if (isOurs) crypto.destroyKey(key);
}

function openKey(
  crypto: OpeningCrypto,
  [recipient, ...inner]: readonly Recipient[],
  own: RecipientKey,
  user: KeyUser,
  usage: readonly KeyUsage[],
): HeldKey {
  if (recipient === undefined) return { key: own.key, isOurs: false };
  const { kdf, wrap, ...row } = acceptRecipient(recipient, own);
  if (inner.length === 0 && own.senderPublicKey !== undefined && row.agreement !== "static") {
    throw new ProtocolError("COSE_ALG_NOT_ALLOWED", `${row.name} does not show who the sender is`);
  }
  if (wrap === undefined) {
    if (kdf === undefined) return { key: own.key, isOurs: false };
    return { key: agreeOrDerive(crypto, row, kdf, recipient, own, user, usage), isOurs: true };
  }
  const kek =
    kdf === undefined
      ? openKey(crypto, inner, own, wrap, ["unwrap"])
      : { key: agreeOrDerive(crypto, row, kdf, recipient, own, wrap, ["unwrap"]), isOurs: true };
  try {
    requireKeyBits(crypto, kek.key, wrap);
    const wrapped = recipient.ciphertext as Uint8Array;
    const attributes = keyAttributesFor(user, usage, wrappedBits(wrapped, user));
    return { key: crypto.unwrapKey(attributes, kek.key, wrap.psaAlg, wrapped), isOurs: true };
  } finally {
    release(crypto, kek);
  }
}

/** The row of a recipient's algorithm, after all that its form can be refused for. */
function acceptRecipient(recipient: Recipient, own: RecipientKey): RecipientRow {
  const row = rowOf(recipient);
  requireAllowed(row, own.recipientAlgorithms);
  checkCritical(recipient, own.criticalLabels);
  const { protectedHeader, ciphertext, recipients, isAlone } = recipient;
  if (row.kdf === undefined && protectedHeader.size > 0) refuse(row, "protects no headers");
  if (row.wrap === undefined) {
    if (!isAlone) refuse(row, "has no other recipient beside it");
    if (ciphertext === null || ciphertext.length > 0) refuse(row, "has an empty ciphertext");
  } else if (ciphertext === null) refuse(row, "has a wrapped key");
  if (recipients.length > 0 && (row.wrap === undefined || row.kdf !== undefined)) refuse(row, "has no layer below");
  return row;
}

function refuse({ name }: RecipientRow, rule: string): never {
  throw new ProtocolError("COSE_RECIPIENT", `${name} ${rule}`);
}

/** With a KDF the protected bucket is authenticated, and alg belongs there; without one it can only stand in the other. */
function rowOf(recipient: Recipient): RecipientRow {
  const id: CborValue = parameter(recipient, HeaderLabel.alg);
  if (id === undefined) throw new ProtocolError("COSE_ALG_MISSING", "expected alg in the recipient");
  const row = findRecipientAlgorithm(id);
  if (row === undefined) throw new ProtocolError("COSE_ALG_UNSUPPORTED", `recipient algorithm ${show(id)}`);
  if (row.kdf !== undefined && !recipient.protectedHeader.has(HeaderLabel.alg)) {
    throw new ProtocolError("COSE_ALG_UNPROTECTED", `alg must be protected with ${row.name}`);
  }
  return row;
}

/** HMAC keys come in any length, the others in one. */
function wrappedBits(wrapped: Uint8Array, user: KeyUser): number {
  const bytes = wrapped.length - WRAP_OVERHEAD;
  const { min, max, multiple } = WRAPPABLE;
  const fits =
    user.keyType === "HMAC" ? bytes >= min && bytes <= max && bytes % multiple === 0 : 8 * bytes === user.keyBits;
  if (!fits) throw new ProtocolError("COSE_RECIPIENT", `a wrapped key of ${bytes} bytes for ${user.name}`);
  return 8 * bytes;
}

function agreeOrDerive(
  crypto: OpeningCrypto,
  row: Pick<RecipientRow, "id" | "agreement">,
  kdf: Kdf,
  recipient: Recipient,
  own: RecipientKey,
  user: KeyUser,
  usage: readonly KeyUsage[],
): KeyId {
  const salt = saltOf(recipient);
  const context = encodeKdfContext(user, recipient, own.context);
  const attributes = keyAttributesFor(user, usage);
  if (row.agreement === undefined) return deriveKey(crypto, kdf, own.key, attributes, salt, context);
  const peer =
    row.agreement === "ephemeral"
      ? publicKeyIn(recipient, AgreementLabel.ephemeralKey, row.id)
      : (own.senderPublicKey ?? publicKeyIn(recipient, AgreementLabel.staticKey, row.id));
  return agreeKey(crypto, kdf, own.key, peer, attributes, salt, context);
}

/** What RFC 9053 §6.3.1 asks of the key: alg is this one or absent, key_ops is empty or absent, the curve agrees. */
function publicKeyIn(recipient: Recipient, label: number, algorithm: number): Uint8Array {
  const map = parameter(recipient, label);
  if (map === undefined) throw new ProtocolError("COSE_RECIPIENT", `no sender's key (label ${label})`);
  const { crv, alg = algorithm, keyOps = [], publicKey } = requirePublic(keyFromMap(map));
  if (crv === "Ed25519" || alg !== algorithm || keyOps.length > 0) {
    throw new ProtocolError("COSE_KEY_USE", "the sender's key is not for this agreement");
  }
  return publicKey as Uint8Array;
}
