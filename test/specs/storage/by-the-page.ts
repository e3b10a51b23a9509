// SPDX-License-Identifier: Apache-2.0
/**
 * Headers and records as docs/formats/sealed-store.md has them, written once more from its words alone, and a flash to put
 * them in: what sdk/storage is held against. Portable; used inside tests and hooks only, as they need the machine's crypto.
 */
import { concatBytes } from "../../../sdk/bytes/bytes.js";
import { crypto } from "../../harness/machine.js";
import type { FlashShape } from "../../storage/flash-model.js";

export const SEALING_KEY = Object.freeze([...new Array(32).keys()]);
/** Of an epoch, and of another one. */
export const SALT = Object.freeze([...new Array(16).keys()].map((i) => 0xa0 + i));
export const OTHER_SALT = Object.freeze([...new Array(16).keys()].map((i) => 0x50 + i));
const ZEROS = Object.freeze(new Array(16).fill(0) as number[]);

/** A number, little endian. */
export function le(value: number, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** i) % 256);
}

export function ascii(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
}

function up(x: number, unit: number): number {
  return x + ((unit - (x % unit)) % unit);
}

function hmac(key: readonly number[] | Uint8Array, message: Uint8Array): Uint8Array {
  const id = crypto.importKey(
    { type: "HMAC", bits: 256, usage: ["signMessage"], alg: "HMAC_SHA_256" },
    Uint8Array.from(key),
  );
  const tag = crypto.macCompute(id, "HMAC_SHA_256", message);
  crypto.destroyKey(id);
  return tag;
}

/** RFC 5869 §2.3 for at most 32 bytes: T(1). */
function expand(label: string, ...rest: Uint8Array[]): Uint8Array {
  return hmac(SEALING_KEY, concatBytes(ascii(label), le(0, 1), ...rest, le(1, 1)));
}

export interface HeaderFields {
  readonly magic?: number;
  readonly version?: number;
  readonly number: number;
  readonly back?: number;
  readonly flags?: number;
  readonly commits?: number;
  readonly salt?: readonly number[] | Uint8Array;
  readonly link?: readonly number[] | Uint8Array;
}

export interface RecordFields {
  readonly number: number;
  readonly offset: number;
  /** Offset of its epoch's header. */
  readonly header?: number;
  readonly salt?: readonly number[] | Uint8Array;
  readonly previous: Uint8Array;
  readonly flags?: number;
  readonly content: Uint8Array;
}

export class Page {
  readonly shape: FlashShape;
  readonly #context: Uint8Array;

  constructor(shape: FlashShape, name: string) {
    const { blockLength, blocks, writeAlign, eraseValue } = shape;
    this.shape = shape;
    this.#context = concatBytes(
      le(blockLength, 4),
      le(blocks, 4),
      Uint8Array.of(writeAlign, eraseValue),
      Uint8Array.from(ascii(name)),
    );
  }

  header(fields: HeaderFields, offset = 0): Uint8Array {
    const { magic = 0x5354, version = 1, number, back = 0, flags = 0, commits = 0, salt = SALT, link = ZEROS } = fields;
    const bytes = concatBytes(
      concatBytes(le(magic, 2), Uint8Array.of(version, 0), le(number, 4), le(back, 2), le(flags, 2), le(commits, 4)),
      Uint8Array.from(salt),
      Uint8Array.from(link),
    );
    const key = expand("Thimble sealed store 1: header", this.#context);
    return concatBytes(bytes, hmac(key, concatBytes(bytes, le(offset, 4))).slice(0, 16));
  }

  record({ number, offset, header = 0, salt = SALT, previous, flags = 0, content }: RecordFields): Uint8Array {
    const { writeAlign } = this.shape;
    const frame = concatBytes(le(content.length + flags * 8192, 2), le(header / writeAlign, 2));
    const plaintext = new Uint8Array(up(4 + content.length + 16, writeAlign) - 20);
    plaintext.set(content);
    const key = expand("Thimble sealed store 1: epoch", Uint8Array.from(salt), this.#context).slice(0, 16);
    const id = crypto.importKey({ type: "AES", bits: 128, usage: ["encrypt"], alg: "CCM" }, key);
    const nonce = concatBytes(le(number, 4), le(offset, 4), new Uint8Array(5));
    const sealed = crypto.aeadEncrypt(id, "CCM", nonce, concatBytes(previous, frame), plaintext);
    crypto.destroyKey(id);
    return concatBytes(frame, sealed);
  }
}
