// SPDX-License-Identifier: Apache-2.0
/**
 * File and line for the positions of a release engine. Its stacks say "at check (app:1234)": an offset in the archive of
 * the app or of the firmware (devices/runtime/stack.c). The table that belongs to an archive is kept beside it, as
 * `app.lines` and `firmware.lines`; nothing of it is on a board.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { firmwareFolder } from "../engine/paths.js";
import type { LinkModule } from "./link.js";

/** One module's part of a table. */
interface ModuleLines {
  readonly file: string;
  /** Where its code is in the archive. */
  readonly start: number;
  readonly size: number;
  /** As in `Positions`, each pair as its difference from the pair before. */
  readonly pairs: readonly number[];
}

interface Table {
  readonly modules: readonly ModuleLines[];
}

export interface Place {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

const ATOM_HEADER = 8;
const NOTHING: Table = Object.freeze({ modules: [] });

/** Content of the atoms in this part of an archive. */
function* atoms(view: DataView, start: number, end: number): Generator<{ type: string; start: number; end: number }> {
  for (let at = start; at < end; at += view.getUint32(at)) {
    const type = String.fromCharCode(...Array.from({ length: 4 }, (_, i) => view.getUint8(at + 4 + i)));
    yield { type, start: at + ATOM_HEADER, end: at + view.getUint32(at) };
  }
}

/** Where each module's code is, in the order of the archive. */
function codeAtoms(archive: Uint8Array): { start: number; end: number }[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const found: { start: number; end: number }[] = [];
  for (const part of atoms(view, ATOM_HEADER, archive.length)) {
    if (part.type !== "MODS") continue;
    for (const atom of atoms(view, part.start, part.end)) if (atom.type === "CODE") found.push(atom);
  }
  return found;
}

/** The table of an archive that was linked from these modules, as text: the same for the same modules. */
export function makeLines(archive: Uint8Array, modules: readonly LinkModule[]): string {
  const places = codeAtoms(archive);
  const table = modules.flatMap(({ byteCode: { positions } }, i) => {
    const { start = 0, end = 0 } = places[i] ?? {};
    if (!positions) return [];
    const { file, pairs } = positions;
    return [{ file, start, size: end - start, pairs: pairs.map((value, at) => value - (pairs[at - 2] ?? 0)) }];
  });
  return `{"modules":[\n${table.map((module) => JSON.stringify(module)).join(",\n")}\n]}\n`;
}

function findIn({ modules }: Table, offset: number): Place | undefined {
  const module = modules.find(({ start, size }) => offset >= start && offset < start + size);
  if (!module) return undefined;
  let at = module.start;
  let line = 0;
  let found = 0;
  for (let i = 0; i + 1 < module.pairs.length; i += 2) {
    at += module.pairs[i] ?? 0;
    line += module.pairs[i + 1] ?? 0;
    if (at > offset) break;
    found = line;
  }
  return found > 0 ? { file: module.file, line: found } : undefined;
}

function readTable(path: string): Table {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Table;
  } catch {
    return NOTHING; // an app or a firmware built without: its positions stay offsets
  }
}

/** Tables of an app and of the firmware that it runs on. Each is read when it is first asked for. */
export class Lines {
  readonly #paths: Readonly<Record<string, string>>;
  readonly #tables = new Map<string, Table>();

  constructor(app: string, firmware: string) {
    this.#paths = { app, firmware };
  }

  /** @param origin - `app` or `firmware`. */
  find(origin: string, offset: number): Place | undefined {
    return findIn(this.#table(origin), offset);
  }

  /** Whether a file that a stack names is a module of the firmware. */
  isOfFirmware(file: string): boolean {
    return this.#table("firmware").modules.some((module) => module.file === file);
  }

  #table(origin: string): Table {
    const path = this.#paths[origin];
    const table = this.#tables.get(origin) ?? (path === undefined ? NOTHING : readTable(path));
    this.#tables.set(origin, table);
    return table;
  }
}

/** @param path - an app's `app.lines`: BuiltApp has it. The firmware is the one that was built last. */
export function readLines(path: string): Lines {
  return new Lines(path, join(firmwareFolder(), "firmware.lines"));
}

/** A line of a stack that has a position for us. */
const FRAME = /^(\s*at (?:.* )?)\((app|firmware):(\d+)\)$/;
/** The same once it names a file. */
const PLACE = /^\s*at (?:.* )?\((.+):(\d+)\)$/;
/** What XS says once it has gone on to the instruction behind the one that failed. */
const SAID_BEHIND =
  /(: (not initialized yet|already initialized|undefined (variable|private property)|const|not extensible|no setter|not writable|no permission \(strict mode\)|no home|no prototype|no (instance|reference)|no raw)|no function|no constructor|new (async )?generator)$/;

/**
 * A board's words with "(main.ts:2)" in place of "(app:1234)". Positions that no table knows stay as they are.
 * @param text - one or more stacks, each with its message before it, and whatever else.
 */
export function symbolize(text: string, lines: Lines): string {
  let before = "";
  const shown = text.split("\n").map((line) => {
    const [, start = "", origin = "", digits = ""] = FRAME.exec(line) ?? [];
    const offset = Number(digits) - (SAID_BEHIND.test(before) ? 1 : 0);
    before = line;
    const place = origin === "" ? undefined : lines.find(origin, offset);
    return place ? `${start}(${place.file}:${place.line})` : line;
  });
  return shown.join("\n");
}

/** Whether a line of a stack names a place in the app. What no table knows is taken for one. */
function isOfApp(line: string, lines: Lines): boolean {
  const [, file = ""] = PLACE.exec(line) ?? [];
  return file !== "" && file !== "firmware" && !lines.isOfFirmware(file);
}

/**
 * A stack without its end: the frames of the firmware that called the app. Those that the app called say what failed.
 * @param frames - each a line, as `symbolize` returns them.
 */
export function withoutCallers(frames: readonly string[], lines: Lines): readonly string[] {
  const last = frames.map((frame) => isOfApp(frame, lines)).lastIndexOf(true);
  return last < 0 ? frames : frames.slice(0, last + 1);
}

/**
 * Where it happened: the innermost position in a file of the app.
 * @param text - a stack as `symbolize` returns it, or as a debug engine makes it.
 */
export function placeOf(text: string, lines: Lines): Place | undefined {
  for (const line of text.split("\n")) {
    const [, file = "", digits = ""] = PLACE.exec(line) ?? [];
    if (file !== "app" && isOfApp(line, lines)) return { file, line: Number(digits) };
  }
  return undefined;
}
