// SPDX-License-Identifier: Apache-2.0
/** Encodings by a careless encoder, from a seed: now and then a rule of RFC 8949 is broken, at any depth. */
import { concatBytes } from "../../sdk/bytes/bytes.js";
import { encodeUtf8 } from "../../sdk/bytes/utf8.js";
import type { Random } from "../fuzz/decoders/random.js";

const ARGUMENTS = [0, 1, 5, 23, 24, 100, 255, 256, 65535, 65536, 4294967295];
const TEXTS = ["", "a", "é水", "x".repeat(24)];
const WRONG_TEXTS = [
  Uint8Array.of(0xff),
  Uint8Array.of(0xc3),
  Uint8Array.of(0x61, 0xc0, 0x80),
  Uint8Array.of(0xed, 0xa0, 0x80),
];
const FLOATS = [
  "f90000",
  "f93c00",
  "f97bff",
  "f97e00",
  "fa47c35000",
  "fb3ff199999999999a",
  "fa3f800000",
  "fb3ff8000000000000",
];
const BREAK = Uint8Array.of(0xff);

export class SloppyEncoder {
  readonly #random: Random;
  readonly #oneIn: number;

  /** @param oneIn - of so many chances to break a rule, one is taken. */
  constructor(random: Random, oneIn: number) {
    this.#random = random;
    this.#oneIn = oneIn;
  }

  message(): Uint8Array {
    const item = this.#item(3);
    if (this.#slips()) return item.subarray(0, this.#random.below(item.length));
    return this.#slips() ? concatBytes(item, this.#item(0)) : item;
  }

  #slips(): boolean {
    return this.#random.below(this.#oneIn) === 0;
  }

  #head(major: number, argument: number): Uint8Array {
    if (this.#slips() && this.#slips()) return Uint8Array.of((major << 5) | (28 + this.#random.below(4)));
    const shortest = argument < 24 ? 0 : argument < 0x100 ? 1 : argument < 0x10000 ? 2 : 4;
    const width = this.#slips() ? this.#random.pick([1, 2, 4, 8].filter((longer) => longer >= shortest)) : shortest;
    if (width === 0) return Uint8Array.of((major << 5) | argument);
    const bytes = Buffer.alloc(9);
    bytes.writeBigUInt64BE(BigInt(argument), 1);
    bytes[8 - width] = (major << 5) | (24 + Math.log2(width));
    return new Uint8Array(bytes.subarray(8 - width));
  }

  #item(depth: number): Uint8Array {
    switch (this.#random.below(depth > 0 ? 9 : 5)) {
      case 0:
        return this.#head(this.#random.below(2), this.#random.pick(ARGUMENTS));
      case 1:
        return this.#string(2, new Uint8Array(this.#random.pick([0, 1, 24, 256])));
      case 2:
        return this.#string(3, this.#slips() ? this.#random.pick(WRONG_TEXTS) : encodeUtf8(this.#random.pick(TEXTS)));
      case 3:
        return new Uint8Array(Buffer.from(this.#random.pick(FLOATS), "hex"));
      case 4:
        if (this.#slips()) return this.#random.pick([BREAK, Uint8Array.of(0xf8, this.#random.below(32))]);
        return Uint8Array.of(this.#random.pick([0xf4, 0xf5, 0xf6, 0xf7]));
      case 5:
        return concatBytes(this.#head(6, this.#random.pick([6, 23, 24, 55799])), this.#item(depth - 1));
      case 6:
        return this.#map(depth);
      default:
        return this.#container(
          4,
          Array.from({ length: this.#random.below(5) }, () => this.#item(depth - 1)),
        );
    }
  }

  #string(major: number, content: Uint8Array): Uint8Array {
    if (!this.#slips()) return concatBytes(this.#head(major, content.length), content);
    const chunk = concatBytes(this.#head(this.#slips() ? 5 - major : major, content.length), content);
    return concatBytes(Uint8Array.of((major << 5) | 31), chunk, BREAK);
  }

  #map(depth: number): Uint8Array {
    const keys = Array.from({ length: this.#random.below(5) }, () => this.#key());
    const unique = this.#slips() ? keys : keys.filter((key, i) => keys.findIndex((other) => key.equals(other)) === i);
    if (!this.#slips()) unique.sort(Buffer.compare);
    return this.#container(
      5,
      unique.map((key) => concatBytes(new Uint8Array(key), this.#item(depth - 1))),
    );
  }

  #key(): Buffer {
    return Buffer.from(
      this.#random.below(2) === 0
        ? this.#head(0, this.#random.pick(ARGUMENTS))
        : this.#string(3, encodeUtf8(this.#random.pick(TEXTS))),
    );
  }

  #container(major: number, items: readonly Uint8Array[]): Uint8Array {
    if (this.#slips())
      return concatBytes(Uint8Array.of((major << 5) | 31), ...items, ...(this.#slips() ? [] : [BREAK]));
    const length = this.#slips() ? this.#random.below(6) : items.length;
    return concatBytes(this.#head(major, length), ...items);
  }
}
