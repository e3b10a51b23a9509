// SPDX-License-Identifier: Apache-2.0
/** What the specs of COSE_Mac0 and COSE_Encrypt0 share: the working group's content and keys, and messages built by hand. */
import type { CborLimits } from "../../../sdk/cbor/value.js";
import { assert } from "../../harness/assert.js";

/** "This is the content." */
export const CONTENT = "546869732069732074686520636f6e74656e742e";
/** The working group's 64 byte key; shorter ones are its beginning. */
export const SECRET =
  "849b57219dae48de646d07dbb533566e976686457c1491be3a76dcea6c42718800112233778899aa2122232425262728aabbccddeeffa5a6a7a8a9a0b1b2b3b4";

/** A byte string of under 256 bytes. */
export function bstr(hex: string): string {
  const length = hex.length / 2;
  return (length < 24 ? (0x40 + length).toString(16) : `58${length.toString(16).padStart(2, "0")}`) + hex;
}

/** The map {alg: id}, with `more` pairs behind it. */
export function algOnly(id: number, more = 0, pairs = ""): string {
  const shown = id.toString(16).padStart(2, "0");
  return `a${1 + more}01${id < 24 ? shown : `18${shown}`}${pairs}`;
}

/** One bit of each byte flipped in turn, the first byte first; with `all`, all eight. */
export function flips(bytes: Uint8Array, all: boolean, use: (changed: Uint8Array, bit: number) => void): void {
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    if (!all && (bit & 7) !== ((bit >> 3) & 7)) continue;
    const copy = bytes.slice();
    copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
    use(copy, bit);
  }
}

/** Whether data was refused for what it is: no mistake of a caller's, and no accident. */
export function isRefusal(thrown: string): boolean {
  return /^(?:CBOR_|COSE_)/.test(thrown) || thrown === "PSA_ERROR_INVALID_SIGNATURE";
}

const WIDE: CborLimits = { length: 1000, depth: 100, count: 1000 };

/** Each limit at one below what a message needs, at what it needs, and at one above. */
export function around(needs: CborLimits, outcome: (limits: CborLimits) => string): void {
  for (const name of ["length", "depth", "count"] as const) {
    const thrown = [-1, 0, 1].map((more) => outcome({ ...WIDE, [name]: needs[name] + more }).replace(/@.*/, ""));
    assert.strictEqual(thrown.join(), `CBOR_LIMIT_${name.toUpperCase()},nothing,nothing`);
  }
}
