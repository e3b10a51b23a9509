// SPDX-License-Identifier: Apache-2.0
/**
 * A `hexdump FILE` block: lines of an offset and bytes, two digits each, up to two spaces and words about them. `..` is a byte
 * that differs, `...` leaves out bytes up to the next line or those that follow, and `(16 times)` repeats the byte before it.
 */
import { AssertionError } from "chai";

type Part = number | "any" | "gap";

function readParts(text: string): Part[] {
  const parts: Part[] = [];
  for (const [, token = "", times] of text.matchAll(/(\S+)(?: \((\d+) times\))?/g)) {
    if (!/^([\da-f]{2}|\.{2,3})$/.test(token)) throw new Error(`"${token}" is no byte`);
    const part = token === ".." ? "any" : token === "..." ? "gap" : Number.parseInt(token, 16);
    parts.push(...Array<Part>(Number(times ?? 1)).fill(part));
  }
  return parts;
}

function expectBytes(line: string, parts: readonly Part[], bytes: Uint8Array): void {
  const gap = parts.indexOf("gap");
  const isWhole = gap < 0 ? parts.length === bytes.length : parts.length - 1 <= bytes.length;
  const skipped = gap < 0 ? 0 : bytes.length - parts.length + 1;
  const isEqual = parts.every((part, at) => {
    const byte = bytes[gap >= 0 && at > gap ? at - 1 + skipped : at];
    return part === "gap" || part === "any" || part === byte;
  });
  if (isWhole && isEqual) return;
  const actual = Buffer.from(bytes).toString("hex").replace(/..\B/g, "$& ");
  throw new AssertionError("the file has other bytes", { expected: line, actual, showDiff: true });
}

/** @throws AssertionError or Error - the first line that is not what `file` holds; all of it must be shown. */
export function checkHexdump(text: string, file: Uint8Array): void {
  const lines = [...text.matchAll(/^([\da-f]{3,}) (.+?)(?: {2,}.*)?$/gm)];
  if (lines.length !== text.trimEnd().split("\n").length) throw new Error("each line has an offset and bytes");
  let end = 0;
  for (const [index, [, offset = "", shown = ""]] of lines.entries()) {
    const start = Number.parseInt(offset, 16);
    if (start !== end) throw new Error(`line ${index + 1} begins at ${offset}, not at ${end.toString(16)}`);
    end = Number.parseInt(lines[index + 1]?.[1] ?? file.length.toString(16), 16);
    expectBytes(`${offset} ${shown}`, readParts(shown), file.subarray(start, end));
  }
}
