// SPDX-License-Identifier: Apache-2.0
/** AES-CCM (RFC 3610, NIST SP 800-38C), and CBC-MAC alone, composed from noble's CTR and CBC; the primitives are noble's, the framing is ours. */
import { cbc, ctr } from "@noble/ciphers/aes.js";

const BLOCK = 16;

/** B_0, then the length-prefixed additional data and the plaintext, each padded with zeros to whole blocks. */
function macInput(tagBytes: number, nonce: Uint8Array, additionalData: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const lengthBytes = 15 - nonce.length;
  const prefix = additionalData.length === 0 ? 0 : 2;
  const pad = (size: number) => Math.ceil(size / BLOCK) * BLOCK;
  const adSize = pad(prefix + additionalData.length);
  const blocks = new Uint8Array(BLOCK + adSize + pad(plaintext.length));
  blocks[0] = (prefix ? 0x40 : 0) | (((tagBytes - 2) / 2) << 3) | (lengthBytes - 1);
  blocks.set(nonce, 1);
  let rest = plaintext.length;
  for (let i = BLOCK - 1; i > nonce.length; i--) {
    blocks[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  if (prefix) {
    blocks[BLOCK] = additionalData.length >> 8;
    blocks[BLOCK + 1] = additionalData.length & 255;
    blocks.set(additionalData, BLOCK + prefix);
  }
  blocks.set(plaintext, BLOCK + adSize);
  return blocks;
}

/** AES-CBC-MAC over whole blocks. */
export function cbcMac(key: Uint8Array, blocks: Uint8Array): Uint8Array {
  return cbc(key, new Uint8Array(BLOCK), { disablePadding: true }).encrypt(blocks).slice(-BLOCK);
}

/** XORs the key stream S_0 S_1 ... of counter blocks A_0 A_1 ... onto `data`. */
function applyKeyStream(key: Uint8Array, nonce: Uint8Array, data: Uint8Array): Uint8Array {
  const counter = new Uint8Array(BLOCK);
  counter[0] = 14 - nonce.length;
  counter.set(nonce, 1);
  return ctr(key, counter).encrypt(data);
}

/**
 * @param tagBytes - 8 or 16. Lengths were checked before: nonce 7 to 13 bytes, additional data under 65280.
 * @returns ciphertext‖tag.
 */
export function ccmEncrypt(
  key: Uint8Array,
  tagBytes: number,
  nonce: Uint8Array,
  additionalData: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  const input = new Uint8Array(BLOCK + plaintext.length);
  input.set(cbcMac(key, macInput(tagBytes, nonce, additionalData, plaintext)));
  input.set(plaintext, BLOCK);
  const masked = applyKeyStream(key, nonce, input);
  const sealed = new Uint8Array(plaintext.length + tagBytes);
  sealed.set(masked.subarray(BLOCK));
  sealed.set(masked.subarray(0, tagBytes), plaintext.length);
  return sealed;
}

/** @returns The plaintext, or undefined when the tag does not match. */
export function ccmDecrypt(
  key: Uint8Array,
  tagBytes: number,
  nonce: Uint8Array,
  additionalData: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const size = sealed.length - tagBytes;
  const input = new Uint8Array(BLOCK + size);
  input.set(sealed.subarray(size));
  input.set(sealed.subarray(0, size), BLOCK);
  const opened = applyKeyStream(key, nonce, input);
  const plaintext = opened.slice(BLOCK);
  const expected = cbcMac(key, macInput(tagBytes, nonce, additionalData, plaintext));
  let difference = 0;
  for (let i = 0; i < tagBytes; i++) difference |= (expected[i] as number) ^ (opened[i] as number);
  if (difference === 0) return plaintext;
  plaintext.fill(0);
  return undefined;
}
