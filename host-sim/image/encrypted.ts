// SPDX-License-Identifier: Apache-2.0
/**
 * Encrypted MCUboot images: AES-CTR with a key that ECIES-X25519 carries (TLV 0x33). Digest and signature are over the plain
 * payload, so an image can be verified only by who can decrypt it. No device of ours takes one.
 */
import { createDecipheriv, createHmac, createPublicKey, diffieHellman, hkdfSync, timingSafeEqual } from "node:crypto";
import { ImageError } from "./error.js";
import { type ParsedImage, single } from "./parse.js";
import type { NamedKey } from "./signature.js";

const FLAG_AES128 = 0x4;
const FLAG_AES256 = 0x8;
const ENC_X25519 = 0x33;
const POINT_BYTES = 32;
const MAC_BYTES = 32;
const INFO = "MCUBoot_ECIES_v1";
const NONCE = Buffer.alloc(16);
/** SubjectPublicKeyInfo of RFC 8410 before the 32 key bytes. */
const X25519_PREFIX = Buffer.from("302a300506032b656e032100", "hex");

export function isEncrypted({ flags }: ParsedImage): boolean {
  return (flags & (FLAG_AES128 | FLAG_AES256)) !== 0;
}

function ctr(key: Uint8Array, data: Uint8Array): Buffer {
  const cipher = createDecipheriv(`aes-${8 * key.length}-ctr`, key, NONCE);
  return Buffer.concat([cipher.update(data), cipher.final()]);
}

/** @returns the content key; undefined when the image is not for this key. */
function unwrapKey(wrapped: Uint8Array, recipient: NamedKey, keyBytes: number): Buffer | undefined {
  const ephemeral = Buffer.concat([X25519_PREFIX, wrapped.subarray(0, POINT_BYTES)]);
  const publicKey = createPublicKey({ key: ephemeral, format: "der", type: "spki" });
  let shared: Buffer;
  try {
    shared = diffieHellman({ privateKey: recipient.key, publicKey });
  } catch {
    return undefined; // a point of small order
  }
  const derived = Buffer.from(hkdfSync("sha256", shared, "", INFO, keyBytes + MAC_BYTES));
  const sealed = wrapped.subarray(POINT_BYTES + MAC_BYTES);
  const mac = createHmac("sha256", derived.subarray(keyBytes)).update(sealed).digest();
  if (!timingSafeEqual(mac, wrapped.subarray(POINT_BYTES, POINT_BYTES + MAC_BYTES))) return undefined;
  return ctr(derived.subarray(0, keyBytes), sealed);
}

/**
 * @param recipient - a private key.
 * @returns what was done, and the image with its payload in the clear.
 * @throws ImageError IMAGE_E_ENCRYPTED - no key was given, or not the right one, or another way of carrying it.
 */
export function decryptImage(image: ParsedImage, recipient: NamedKey | undefined): readonly [string, ParsedImage] {
  const keyBytes = (image.flags & FLAG_AES256) !== 0 ? 32 : 16;
  const title = `AES-${8 * keyBytes}-CTR`;
  const fail = (message: string): never => {
    throw new ImageError("IMAGE_E_ENCRYPTED", message);
  };
  if (recipient === undefined) {
    return fail(`the payload is encrypted (${title}): only its recipient can verify it (--decrypt)`);
  }
  const wrapped = single(image.tlvs, ENC_X25519);
  if (wrapped?.length !== POINT_BYTES + MAC_BYTES + keyBytes) {
    return fail("the key of the payload is not carried by ECIES-X25519, the only way that is understood");
  }
  if (recipient.key.type !== "private" || recipient.key.asymmetricKeyType !== "x25519") {
    return fail(`${recipient.name} is no private X25519 key`);
  }
  const key = unwrapKey(wrapped, recipient, keyBytes);
  if (key === undefined) return fail(`the payload is not encrypted for ${recipient.name}`);
  const { headerSize, hashed, payload } = image;
  const plain = ctr(key, payload);
  const end = headerSize + payload.length;
  const whole = Buffer.concat([hashed.subarray(0, headerSize), plain, hashed.subarray(end)]);
  const clear = { ...image, hashed: whole, payload: whole.subarray(headerSize, end) };
  return [`${title}, decrypted with ${recipient.name}`, clear];
}
