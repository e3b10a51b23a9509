// SPDX-License-Identifier: Apache-2.0
/** Damage: of a kind that one meets anywhere, and of the kind that CBOR is sensitive to. */
import { concatBytes } from "../../../sdk/bytes/bytes.js";
import type { Random } from "./random.js";

/** Heads at the edges: lengths of 1 to 8 bytes, indefinite lengths, breaks, tags, nil, reserved values, floats. */
const HEADS = [
  0x00, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1f, 0x20, 0x3b, 0x40, 0x57, 0x58, 0x5b, 0x5f, 0x60, 0x78, 0x7b, 0x7f,
  0x80, 0x84, 0x9b, 0x9f, 0xa0, 0xa1, 0xbb, 0xbf, 0xc0, 0xd2, 0xdb, 0xf4, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc,
  0xff,
];
const LENGTHS = [1, 1, 1, 2, 3, 8, 32];
const LONGEST = 600;

function change(bytes: Uint8Array, at: number, to: (byte: number) => number): Uint8Array {
  const changed = bytes.slice();
  if (at < changed.length) changed[at] = to(changed[at] as number);
  return changed;
}

function insert(bytes: Uint8Array, at: number, more: Uint8Array): Uint8Array {
  return concatBytes(bytes.subarray(0, at), more, bytes.subarray(at));
}

function once(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.below(bytes.length + 1);
  const length = random.pick(LENGTHS);
  switch (random.below(9)) {
    case 0:
      return change(bytes, at, (byte) => byte ^ (1 << random.below(8)));
    case 1:
      return change(bytes, at, () => random.below(256));
    case 2:
      return change(bytes, at, () => random.pick(HEADS));
    case 3:
      return change(bytes, at, (byte) => (byte + random.pick([1, -1, 2, -2, 31])) & 0xff);
    case 4:
      return bytes.slice(0, at);
    case 5:
      return concatBytes(bytes.subarray(0, at), bytes.subarray(at + length));
    case 6:
      return insert(bytes, at, Uint8Array.of(random.pick(HEADS)));
    case 7:
      return insert(bytes, at, new Uint8Array(length).fill(random.pick([0, 0x81, 0xa1, 0xc1, 0xff])));
    default: {
      const from = random.below(bytes.length + 1);
      return insert(bytes, at, bytes.slice(from, from + 4 * length));
    }
  }
}

/** One to four changes, one after the other. @returns New bytes, perhaps the same as before. */
export function mutate(random: Random, bytes: Uint8Array): Uint8Array {
  let changed = bytes;
  for (let count = 1 + random.below(4); count > 0; count--) changed = once(random, changed).subarray(0, LONGEST);
  return changed;
}

/**
 * Every truncation, every bit flipped, every byte deleted, every byte doubled.
 * @param step - only each step-th of them.
 */
export function* everyDamage(bytes: Uint8Array, step = 1): Generator<Uint8Array> {
  const { length } = bytes;
  for (let at = 0; at < length; at += step) yield bytes.slice(0, at);
  for (let bit = 0; bit < 8 * length; bit += step) {
    const flipped = bytes.slice();
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (0x80 >> (bit & 7));
    yield flipped;
  }
  for (let at = 0; at < length; at += step) {
    yield concatBytes(bytes.subarray(0, at), bytes.subarray(at + 1));
    yield concatBytes(bytes.subarray(0, at + 1), bytes.subarray(at));
  }
}
