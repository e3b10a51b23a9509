// SPDX-License-Identifier: Apache-2.0
/** Text as XS writes it: UTF-8, but NUL is C0 80 there, and half a surrogate pair is three bytes that UTF-8 does not have. */
import { StringDecoder } from "node:string_decoder";

/** As many bytes at the end may be the begin of one of these. */
function unfinished(bytes: Uint8Array): number {
  const last = bytes.at(-1) ?? 0;
  if (last === 0xc0 || last === 0xed) return 1;
  return bytes.at(-2) === 0xed && last >= 0xa0 ? 2 : 0;
}

function toUtf8(bytes: Buffer): Buffer {
  if (!bytes.includes(0xc0) && !bytes.includes(0xed)) return bytes;
  const text = bytes.toString("latin1").replace(/\xc0\x80/g, "\0");
  return Buffer.from(text.replace(/\xed[\xa0-\xbf][\x80-\xbf]/g, "\xef\xbf\xbd"), "latin1");
}

/** Of a stream: a character may come in two pieces. */
export class EngineText {
  readonly #decoder = new StringDecoder("utf8");
  #rest: Buffer = Buffer.alloc(0);

  push(chunk: Uint8Array): string {
    const all = Buffer.concat([this.#rest, chunk]);
    const end = all.length - unfinished(all);
    this.#rest = all.subarray(end);
    return this.#decoder.write(toUtf8(all.subarray(0, end)));
  }

  /** What is left, at the end. */
  end(): string {
    return this.#decoder.write(this.#rest) + this.#decoder.end();
  }
}

/** A whole text. */
export function decodeEngineText(bytes: Uint8Array): string {
  const text = new EngineText();
  return text.push(bytes) + text.end();
}
