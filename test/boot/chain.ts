// SPDX-License-Identifier: Apache-2.0
/** What a device makes of its secret, computed a second time with Node's crypto from the standards' words. */
import { createECDH, createHash, createHmac, hkdfSync } from "node:crypto";

const NO_SALT = Buffer.alloc(0);
const MODE_NORMAL = 1;

const sha512 = (...parts: readonly Uint8Array[]): Buffer => createHash("sha512").update(Buffer.concat(parts)).digest();
const hkdf = (secret: Uint8Array, salt: Uint8Array, info: string): Buffer =>
  Buffer.from(hkdfSync("sha512", secret, salt, info, 32));

export interface Sealed {
  /** 32 bytes of OTP. */
  readonly uds: Uint8Array;
  /** Hashes of both root keys, 64 bytes of OTP. */
  readonly roots: Uint8Array;
  readonly epoch: number;
}

/** Open Profile for DICE §2.2, in normal mode: authority is the hashes of both roots, the hidden input the wipe epoch. */
function cdiSeal({ uds, roots, epoch }: Sealed): Buffer {
  const hidden = Buffer.alloc(64);
  hidden.writeUInt32LE(epoch, 0);
  return hkdf(uds, sha512(roots, Buffer.of(MODE_NORMAL), hidden), "CDI_Seal");
}

/** RFC 6979 §3.2, b to h, with HMAC-SHA-512 and the seed in the place of key and message; the first candidate. */
function scalarOf(seed: Uint8Array): Buffer {
  const hmac = (key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer =>
    createHmac("sha512", key).update(Buffer.concat(parts)).digest();
  let [k, v]: [Uint8Array, Uint8Array] = [new Uint8Array(64), new Uint8Array(64).fill(1)];
  for (const round of [0, 1]) {
    k = hmac(k, v, Buffer.of(round), seed);
    v = hmac(k, v);
  }
  return hmac(k, v).subarray(0, 32);
}

function publicKey(seed: Uint8Array): string {
  const ecdh = createECDH("prime256v1");
  ecdh.setPrivateKey(scalarOf(seed));
  return ecdh.getPublicKey("hex");
}

/** Whose seed boot hands over. */
export type AttestationForm = "IAK" | "DEVICE_KEY";

function attestationSeed(uds: Uint8Array, form: AttestationForm): Buffer {
  return hkdf(uds, NO_SALT, form === "IAK" ? "Thimble_Attestation" : "Thimble_Device");
}

/** Public half, 0x04‖x‖y, hex, of the key that the instance id is of. */
export function attestationKey(uds: Uint8Array, form: AttestationForm): string {
  return publicKey(attestationSeed(uds, form));
}

/** What of that key must not be seen: its seed, and its private number. */
export function attestationSecrets(uds: Uint8Array, form: AttestationForm): { seed: Buffer; scalar: Buffer } {
  const seed = attestationSeed(uds, form);
  return { seed, scalar: scalarOf(seed) };
}

/** Public half of the key that signs tokens for what runs. @param measured - all inputs, in the profile's order: 257 bytes. */
export function aliasKey(uds: Uint8Array, measured: Uint8Array): string {
  return publicKey(hkdf(hkdf(uds, sha512(measured), "CDI_Attest"), NO_SALT, "Thimble_Alias"));
}

/** What the sealed store's key gives for an info of "test": HKDF-Expand with SHA-256, 32 bytes, hex. Nothing sealed: in assembly. */
export function sealedTest(sealed?: Sealed): string {
  const seal = sealed === undefined ? Buffer.alloc(32) : cdiSeal(sealed);
  const key = hkdf(seal, NO_SALT, "Thimble_Sealed_Store");
  return createHmac("sha256", key).update("test").update(Buffer.of(1)).digest("hex");
}

/** Hex. */
export function deviceId(uds: Uint8Array): string {
  return hkdf(uds, NO_SALT, "Thimble_Device_Id").toString("hex", 0, 16);
}

/** Public halves, 0x04‖x‖y, hex. */
export function identityKeys(sealed: Sealed): { readonly signing: string; readonly agreement: string } {
  const seal = cdiSeal(sealed);
  return {
    signing: publicKey(hkdf(seal, NO_SALT, "Thimble_Identity_Signing")),
    agreement: publicKey(hkdf(seal, NO_SALT, "Thimble_Identity_Agreement")),
  };
}
