// SPDX-License-Identifier: Apache-2.0
/** Runs on the board: P-256. First use is the import of a key and its public key, the first work on the curve in this run. */
import { crypto } from "../../devices/psa/crypto.js";
import type { KeyAttributes, KeyId } from "../../sdk/contracts/crypto.js";
import { p256 } from "./noble-p256.js";
import { pattern, type Repeats, requireSame, time } from "./time.js";

const SIGN = "DETERMINISTIC_ECDSA_SHA_256";
const signKey: KeyAttributes = { type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage: ["signMessage"], alg: SIGN };
const agreeKey: KeyAttributes = { type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage: ["derive"], alg: "ECDH" };
const verifyKey: KeyAttributes = { type: "ECC_PUBLIC_KEY_SECP_R1", bits: 256, usage: ["verifyMessage"], alg: SIGN };
const sharedKey: KeyAttributes = { type: "DERIVE", bits: 256, usage: ["derive"], alg: "HKDF_EXTRACT_SHA_256" };
/** As sdk/crypto/noble.ts uses it. */
const options = { prehash: true, lowS: false };

/** Any number below the curve's order will do: bytes that begin with 0x01. */
function scalar(seed: number): Uint8Array {
  const bytes = pattern(32, seed);
  bytes[0] = 1;
  return bytes;
}

interface Results {
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
}

function runNative(repeats: number, secret: Uint8Array, message: Uint8Array): Results {
  let publicKey: Uint8Array = message;
  let signature: Uint8Array = message;
  let signer = 0 as KeyId;
  time("native", "p256-first-use", 1, () => {
    signer = crypto.importKey(signKey, secret);
    publicKey = crypto.exportPublicKey(signer);
  });
  time("native", "p256-sign", repeats, () => {
    signature = crypto.signMessage(signer, SIGN, message);
  });
  const verifier = crypto.importKey(verifyKey, publicKey);
  time("native", "p256-verify", repeats, () => crypto.verifyMessage(verifier, SIGN, message, signature));
  const own = crypto.importKey(agreeKey, scalar(29));
  time("native", "p256-ecdh", repeats, () => crypto.destroyKey(crypto.keyAgreement(own, publicKey, sharedKey)));
  return { publicKey, signature };
}

function runNoble(repeats: number, secret: Uint8Array, message: Uint8Array): Results {
  let publicKey: Uint8Array = message;
  let signature: Uint8Array = message;
  time("noble", "p256-first-use", 1, () => {
    publicKey = p256.getPublicKey(secret, false);
  });
  time("noble", "p256-sign", repeats, () => {
    signature = p256.sign(message, secret, options);
  });
  time("noble", "p256-verify", repeats, () => {
    if (!p256.verify(signature, message, publicKey, options)) throw new Error("noble refuses its own signature");
  });
  time("noble", "p256-ecdh", repeats, () => p256.getSharedSecret(scalar(29), publicKey, false));
  return { publicKey, signature };
}

export function run(repeats: Repeats): void {
  const secret = scalar(11);
  const message = pattern(32, 3);
  const native = runNative(repeats.native, secret, message);
  const noble = runNoble(repeats.noble, secret, message);
  requireSame(native.publicKey, noble.publicKey);
  requireSame(native.signature, noble.signature);
}
