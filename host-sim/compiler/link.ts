// SPDX-License-Identifier: Apache-2.0
/**
 * Links modules into an XS archive (`XS_A`), clean: every identifier in it already is the number that the running
 * engine will give, so mapping the archive changes nothing. docs/formats/archive.md has the layout.
 */
import { type ByteCode, encodeName } from "./byte-code.js";
import type { EngineInfo } from "./engine-info.js";

export interface LinkModule {
  /** Specifier without extension: what `import` says. */
  readonly path: string;
  readonly byteCode: ByteCode;
}

export interface LinkResource {
  readonly path: string;
  readonly data: Uint8Array;
}

export interface Identifiers {
  /** Names whose identifiers are fixed before this archive: the engine's, and for an app the firmware's. */
  readonly known: ReadonlyMap<string, number>;
  /** First identifier for names of this archive. */
  readonly first: number;
  /** Names of this archive in a fixed order (a firmware's ABI); otherwise in order of first use. */
  readonly fixed?: readonly string[];
  /** Leave out what only a mapper reads (names, identifiers, places): for an archive that is never mapped. */
  readonly isStripped?: boolean;
}

/** Largest identifier: 16 bits, of which XS keeps the top bit. */
const ID_MAX = 0x7fff;
/** Instructions that are replaced by others of the same size. */
const REPLACED = new Map([
  // What copies its operand to RAM: the same, used in place.
  ["code", "code_archive"],
  ["code_2", "code_archive_2"],
  ["code_4", "code_archive_4"],
  ["string", "string_archive"],
  ["string_2", "string_archive_2"],
  ["string_4", "string_archive_4"],
  // A tail call takes its caller's frame away: the stack of an error would miss it, and where a release engine finds no
  // function to call, it would blame whoever called the caller.
  ["run_tail", "run"],
  ["run_tail_1", "run_1"],
  ["run_tail_2", "run_2"],
  ["run_tail_4", "run_4"],
]);

function atom(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(content.length + 8, 0);
  header.write(type, 4, "latin1");
  return Buffer.concat([header, content]);
}

function cString(text: string): Buffer {
  if (text.includes("\0")) throw new RangeError(`link: a name has a NUL: ${JSON.stringify(text)}`);
  return Buffer.from(`${text}\0`, "utf8");
}

/** Symbol table of an archive: a name's index and identifier, given out as names are met. */
class Symbols {
  readonly names: string[] = [""];
  readonly ids: number[] = [0];
  readonly #indexes = new Map<string, number>();
  readonly #identifiers: Identifiers;
  #next: number;

  constructor(identifiers: Identifiers) {
    this.#identifiers = identifiers;
    this.#next = identifiers.first;
    for (const name of identifiers.fixed ?? []) this.indexOf(name, true);
  }

  indexOf(name: string, isFixed = false): number {
    const found = this.#indexes.get(name);
    if (found !== undefined) return found;
    let id = this.#identifiers.known.get(name);
    if (id === undefined) {
      if (this.#identifiers.fixed && !isFixed) throw new RangeError(`link: ${name} is not in the firmware's ABI`);
      id = this.#next++;
      if (id > ID_MAX) throw new RangeError("link: more than 32767 names");
    }
    const index = this.names.push(name) - 1;
    this.ids.push(id);
    this.#indexes.set(name, index);
    return index;
  }
}

class Relocator {
  readonly #sizes: readonly number[];
  readonly #replaced = new Map<number, number>();
  readonly #symbols: Symbols;
  readonly maps: number[] = [];

  constructor(engine: EngineInfo, symbols: Symbols) {
    this.#sizes = engine.codes.map(([, size]) => size);
    this.#symbols = symbols;
    const opcodes = new Map(engine.codes.map(([name], opcode) => [name, opcode]));
    for (const [compiled, linked] of REPLACED) {
      const from = opcodes.get(compiled);
      const to = opcodes.get(linked);
      if (from !== undefined && to !== undefined) this.#replaced.set(from, to);
    }
  }

  /** A copy of the code with the archive's identifiers, and with what is replaced. */
  relocate(byteCode: ByteCode): Uint8Array {
    const code = Uint8Array.from(byteCode.code);
    const view = new DataView(code.buffer);
    let at = 0;
    while (at < code.length) {
      const opcode = view.getUint8(at);
      const size = this.#sizes[opcode];
      if (size === undefined) throw new RangeError(`link: unknown instruction ${opcode}`);
      code[at] = this.#replaced.get(opcode) ?? opcode;
      if (size > 0) at += size;
      else if (size === 0) at += this.#relocateId(view, at + 1, byteCode);
      else if (size === -1) at += 2 + view.getUint8(at + 1);
      else if (size === -2) at += 3 + view.getUint16(at + 1, true);
      else at += 5 + view.getUint32(at + 1, true);
    }
    return code;
  }

  #relocateId(view: DataView, at: number, byteCode: ByteCode): number {
    const local = view.getUint16(at, true);
    const name = byteCode.symbols[local];
    if (name === undefined) throw new RangeError(`link: unknown symbol ${local}`);
    const index = local === 0 ? 0 : this.#symbols.indexOf(name);
    view.setUint16(at, this.#symbols.ids[index] ?? 0, true);
    this.maps.push(index);
    return 3;
  }
}

function u16Array(values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, i) => {
    bytes.writeUInt16LE(value, i * 2);
  });
  return bytes;
}

/** Identifiers of the engine's own names. */
export function engineIdentifiers(engine: EngineInfo): Map<string, number> {
  const known = new Map<string, number>();
  engine.ids.forEach((name, id) => {
    if (id >= engine.symbols) known.set(name, id);
  });
  return known;
}

/**
 * Links an archive. Deterministic: the same input gives the same bytes.
 * @throws RangeError when the names do not fit or a firmware uses one that its ABI lacks.
 */
export function linkArchive(
  name: string,
  modules: readonly LinkModule[],
  resources: readonly LinkResource[],
  identifiers: Identifiers,
  engine: EngineInfo,
): Uint8Array {
  const symbols = new Symbols(identifiers);
  const relocator = new Relocator(engine, symbols);
  const mods = modules.flatMap((module) => [
    atom("PATH", cString(module.path)),
    atom("CODE", relocator.relocate(module.byteCode)),
  ]);
  const rsrc = resources.flatMap((resource) => [atom("PATH", cString(resource.path)), atom("DATA", resource.data)]);
  const [major, minor, patch] = engine.version;
  return atom(
    "XS_A",
    atom("VERS", Uint8Array.of(major, minor, patch, 0)),
    atom("SIGN", new Uint8Array(16)),
    atom("NAME", cString(name)),
    ...(identifiers.isStripped
      ? [atom("SYMB"), atom("IDEN"), atom("MAPS")]
      : [
          atom("SYMB", u16Array([symbols.names.length]), ...symbols.names.map(encodeName)),
          atom("IDEN", u16Array(symbols.ids)),
          atom("MAPS", u16Array(relocator.maps)),
        ]),
    atom("MODS", ...mods),
    atom("RSRC", ...rsrc),
  );
}
