// SPDX-License-Identifier: Apache-2.0
/** docs/formats/otp.md has the map of devices/boot/fuses.h: each name, its place and size, and no gap. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../host-sim/engine/paths.js";

const read = (...path: readonly string[]): string => readFileSync(join(packageRoot, ...path), "utf8");

const WORD_SIZE = 4;
const COUNTER_SIZE = 8;

interface Field {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/** `#define NAME 1u` of a header. */
function numbersOf(text: string): (name: string) => number {
  const found = new Map(
    [...text.matchAll(/^#define (\w+) (\w+)u\b/gm)].map(([, name, value]) => [name, Number(value)]),
  );
  return (name) => {
    const value = found.get(name);
    if (value === undefined || Number.isNaN(value)) throw new Error(`there is no ${name}`);
    return value;
  };
}

function entriesOf(text: string, tag: string): (readonly [name: string, offset: number])[] {
  const body = new RegExp(`^enum ${tag} \\{([^}]*)\\}`, "m").exec(text)?.[1] ?? "";
  return [...body.matchAll(/(\w+) = (0x\w+)/g)].map(([, name, value]) => [name as string, Number(value)]);
}

function fieldsOfHeader(): Field[] {
  const fuses = read("devices", "boot", "fuses.h");
  const number = numbersOf(`${fuses}\n${read("devices", "boot", "image.h")}`);
  const ownerCount = number("FUSES_OWNER_COUNT");
  const hash = number("FUSES_HASH_SIZE");
  const words = entriesOf(fuses, "fuses_word").filter(([name]) => name !== "FUSES_WORDS_END");
  return [
    { name: "FUSES_UDS", offset: number("FUSES_UDS_OFFSET"), size: number("FUSES_UDS_SIZE") },
    { name: "FUSES_ROOTS", offset: number("FUSES_ROOTS_OFFSET"), size: hash * number("IMAGE_ROOT_COUNT") },
    { name: "FUSES_OWNERS", offset: number("FUSES_OWNERS_OFFSET"), size: hash * ownerCount },
    ...words.map(([name, offset]) => ({
      name,
      offset,
      size: name === "FUSES_OWNER0_SET" ? WORD_SIZE * ownerCount : WORD_SIZE,
    })),
    ...entriesOf(fuses, "fuses_counter").map(([name, offset]) => ({ name, offset, size: COUNTER_SIZE })),
  ].sort((a, b) => a.offset - b.offset);
}

function fieldsOfPage(): Field[] {
  const rows = read("docs", "formats", "otp.md").matchAll(/^\| (0x\w+) \| (\d+) \| (?:`(\w+)`)? ?\|/gm);
  return [...rows].map(([, offset, size, name = ""]) => ({ name, offset: Number(offset), size: Number(size) }));
}

describe("docs/formats/otp.md", () => {
  it("has each name of fuses.h, with its place and size", () => {
    const header = fieldsOfHeader();
    expect(header.map(({ name }) => name)).to.include.members(["FUSES_UDS", "FUSES_ROOT1_REVOKED", "FUSES_DEBUG"]);
    expect(fieldsOfPage().filter(({ name }) => name !== "")).to.deep.equal(header);
  });

  it("leaves no byte of OTP out, and has none twice", () => {
    const size = numbersOf(read("devices", "silicon", "layout.h"))("OTP_SIZE");
    let end = 0;
    for (const field of fieldsOfPage()) {
      expect(field.offset, field.name).to.equal(end);
      end += field.size;
    }
    expect(end).to.equal(size);
  });
});
