// SPDX-License-Identifier: Apache-2.0
/**
 * AES-GCM (NIST SP 800-38D) for nonces under 8 bytes, which noble's own GCM does not take: composed from noble's GHASH and
 * CTR. The primitives are noble's, the framing is ours.
 */
import { ghash } from "@noble/ciphers/_polyval.js";
import { cbc, ctr } from "@noble/ciphers/aes.js";

const BLOCK = 16;
const TAG = 16;

/** The hash subkey H: the block of zeros, encrypted. */
function hashSubkey(key: Uint8Array): Uint8Array {
  return cbc(key, new Uint8Array(BLOCK), { disablePadding: true }).encrypt(new Uint8Array(BLOCK));
}

/** Two lengths in bits, each in 64 bits. */
function lengths(first: number, second: number): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const view = new DataView(block.buffer);
  view.setBigUint64(0, 8n * BigInt(first));
  view.setBigUint64(8, 8n * BigInt(second));
  return block;
}

/** XORs the key stream from counter block `first` on onto `data`. The counter has 32 bits (inc32); CTR's has 128. */
function applyKeyStream(key: Uint8Array, first: Uint8Array, data: Uint8Array): Uint8Array {
  const output = new Uint8Array(data.length);
  const counter = first.slice();
  const view = new DataView(counter.buffer);
  for (let at = 0; at < data.length; ) {
    const size = Math.min(data.length - at, (2 ** 32 - view.getUint32(12)) * BLOCK);
    output.set(ctr(key, counter).encrypt(data.subarray(at, at + size)), at);
    view.setUint32(12, 0);
    at += size;
  }
  return output;
}

interface State {
  readonly subkey: Uint8Array;
  readonly firstBlock: Uint8Array;
  /** The counter block after it. */
  readonly textBlock: Uint8Array;
}

/** SP 800-38D §7.1, steps 1 and 2, for a nonce that has not 96 bits. */
function start(key: Uint8Array, nonce: Uint8Array): State {
  const subkey = hashSubkey(key);
  const firstBlock = ghash.create(subkey).update(nonce).update(lengths(0, nonce.length)).digest();
  const textBlock = firstBlock.slice();
  const view = new DataView(textBlock.buffer);
  view.setUint32(12, (view.getUint32(12) + 1) >>> 0);
  return { subkey, firstBlock, textBlock };
}

function tagOf(key: Uint8Array, state: State, additionalData: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const hash = ghash.create(state.subkey);
  for (const part of [additionalData, ciphertext]) if (part.length > 0) hash.update(part);
  return applyKeyStream(key, state.firstBlock, hash.update(lengths(additionalData.length, ciphertext.length)).digest());
}

/** @returns ciphertext‖tag. */
export function gcmEncrypt(
  key: Uint8Array,
  nonce: Uint8Array,
  additionalData: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  const state = start(key, nonce);
  const sealed = new Uint8Array(plaintext.length + TAG);
  sealed.set(applyKeyStream(key, state.textBlock, plaintext));
  sealed.set(tagOf(key, state, additionalData, sealed.subarray(0, plaintext.length)), plaintext.length);
  return sealed;
}

/** @returns The plaintext, or undefined when the tag does not match. */
export function gcmDecrypt(
  key: Uint8Array,
  nonce: Uint8Array,
  additionalData: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  const state = start(key, nonce);
  const ciphertext = sealed.subarray(0, sealed.length - TAG);
  const expected = tagOf(key, state, additionalData, ciphertext);
  let difference = 0;
  for (let i = 0; i < TAG; i++) difference |= (expected[i] as number) ^ (sealed[ciphertext.length + i] as number);
  return difference === 0 ? applyKeyStream(key, state.textBlock, ciphertext) : undefined;
}
