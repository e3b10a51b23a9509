// SPDX-License-Identifier: Apache-2.0
/** The owner's key, wherever its private half is, as sdk/identity uses it. */
import { createHash } from "node:crypto";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import type { Crypto, KeyId } from "../../sdk/contracts/crypto.js";
import type { Signer } from "../image/sign.js";
import { keyHash, publicKeyOf } from "../keys/public-key.js";

const ECDSA = "DETERMINISTIC_ECDSA_SHA_256";
const KID_LENGTH = 8;
const NO_HANDLE = 0 as KeyId;

/** Of a device: by name and public half. */
export interface OwnerIdentity {
  readonly name: string;
  /** 0x04‖x‖y. */
  readonly publicKey: Uint8Array;
  /** SHA-256 of the SubjectPublicKeyInfo: what the device keeps. */
  readonly hash: Uint8Array;
}

export function ownerIdentity(name: string, publicKey: Uint8Array): OwnerIdentity {
  return { name, publicKey, hash: keyHash(publicKeyOf(publicKey)) };
}

/** What an owner's certificates name the key by: the first bytes of its hash, as in the credentials of devices. */
export function ownerKid(hash: Uint8Array): Uint8Array {
  return Uint8Array.from(hash.subarray(0, KID_LENGTH));
}

/** What signs, in the words of the crypto contract: there is one key, so its handle says nothing. */
export interface OwnerKey {
  readonly crypto: Pick<Crypto, "signMessage" | "hashCompute">;
  readonly key: KeyId;
}

export function ownerKeyOf(signer: Signer): OwnerKey {
  const signMessage = (_key: KeyId, _alg: string, message: Uint8Array): Uint8Array =>
    signer.signDigest(createHash("sha256").update(message).digest());
  const node = createNodeCrypto();
  return { crypto: { signMessage, hashCompute: (alg, input) => node.hashCompute(alg, input) }, key: NO_HANDLE };
}

/** What verifies. */
export function verifierOf({ publicKey }: OwnerIdentity): { readonly crypto: Crypto; readonly key: KeyId } {
  const crypto = createNodeCrypto();
  const attributes = { type: "ECC_PUBLIC_KEY_SECP_R1", bits: 256, usage: ["verifyMessage"], alg: ECDSA } as const;
  return { crypto, key: crypto.importKey(attributes, publicKey) };
}
