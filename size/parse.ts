// SPDX-License-Identifier: Apache-2.0
/** Reads what the linker and the binary tools print: the linker's map, `nm -S`, `lto-dump -list -defined-only`. */

export interface Section {
  readonly address: number;
  readonly size: number;
  /** The object, or `archive.a(member.o)`. */
  readonly origin: string;
}

const MAP_START = "Linker script and memory map";
const LINE = /^ (\.[\w.$*-]+)?\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)\s+(\S.*\.(?:o|obj|a\(.*\)))$/;

/**
 * Input sections that lie in flash, from GNU ld's map: code, constants and initial values of data.
 * @throws RangeError when the text is no map with sections.
 */
export function parseLinkerMap(text: string): Section[] {
  const start = text.indexOf(MAP_START);
  if (start < 0) throw new RangeError(`not a linker map: there is no "${MAP_START}"`);
  const found: Section[] = [];
  let name = "";
  for (const line of text.slice(start).split("\n")) {
    // A long name stands on a line of its own.
    const alone = /^ (\.[\w.$*-]+)$/.exec(line);
    if (alone) {
      name = alone[1] ?? "";
      continue;
    }
    const [, ownName = name, address = "", size = "", origin = ""] = LINE.exec(line) ?? [];
    name = "";
    if (origin === "" || !/^\.(text|rodata|data|ARM\.exidx)/.test(ownName)) continue;
    const section = { address: Number.parseInt(address, 16), size: Number.parseInt(size, 16), origin };
    if (section.size > 0 && section.address > 0) found.push(section);
  }
  if (found.length === 0) throw new RangeError("the linker map has no sections");
  return found;
}

export interface NamedSize {
  readonly address: number;
  readonly size: number;
  readonly name: string;
}

/** Symbols with a size that take room in flash, from `nm -S`. Two names of one place are one symbol. */
export function parseSymbols(text: string): NamedSize[] {
  const byAddress = new Map<number, NamedSize>();
  for (const line of text.split("\n")) {
    const [, address = "", size = "", name = ""] =
      /^([0-9a-f]{8,}) ([0-9a-f]{8,}) [tTrRdDwWvV] (\S+)$/.exec(line) ?? [];
    if (name === "") continue;
    // Bit 0 of a Thumb function's address is no part of it.
    const symbol = { address: Number.parseInt(address, 16) & ~1, size: Number.parseInt(size, 16), name };
    byAddress.set(symbol.address >>> 0, { ...symbol, address: symbol.address >>> 0 });
  }
  return [...byAddress.values()];
}

/** A name without what the compiler appends to copies and parts of a function: `.lto_priv.0`, `.constprop.1`, `.part.0`. */
export function plainName(name: string): string {
  return name
    .replace(/(\.(lto_priv|constprop|isra|part|cold|localalias))?(\.\d+)*$/, "")
    .replace(/\.(lto_priv|constprop|isra|part|cold|localalias)(\.\d+)?/g, "");
}

/** Names of functions and variables that an object with LTO code defines, static ones too. */
export function parseLtoList(text: string): string[] {
  const names = text.split("\n").map((line) => /^(?:function|variable)\s+\w+\s+\d+\s+(\S+)/.exec(line)?.[1]);
  return names.filter((name) => name !== undefined).map(plainName);
}

/** Sizes of an ELF's sections in flash, from `size -A`: `.data` once, as its initial values. */
export function parseFlashTotal(text: string): number {
  let total = 0;
  for (const line of text.split("\n")) {
    const [, size = "0"] = /^(?:\.text|\.ARM\.exidx|\.data)\s+(\d+)\s+\d+$/.exec(line) ?? [];
    total += Number(size);
  }
  if (total === 0) throw new RangeError("size -A names no section");
  return total;
}
