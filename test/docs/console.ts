// SPDX-License-Identifier: Apache-2.0
/**
 * A `console` block: lines after `$ ` are run, the lines below are what they write, and `$? N` their status when it is not 0.
 * A command with `--watch` or `--time real` goes on, and a service; a later block that begins without a command is what it
 * writes then, and `^C` ends it.
 */
import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { AssertionError } from "chai";

/** The command lines that a page may show: ours, and those that look around. */
const PROGRAMS = new Set([
  "thimble",
  "npx",
  "cd",
  "cat",
  "chmod",
  "cp",
  "curl",
  "ls",
  "mkdir",
  "mv",
  "node",
  "rm",
  "sed",
]);

export interface Example {
  readonly line: string;
  /** Each line with its line end. */
  readonly shown: string;
  readonly status: number;
}

/** What a block begins with that belongs to a command of an earlier one; the rest is a block of its own. */
export function splitContinued(text: string): readonly [continued: string, rest: string] {
  const at = `\n${text}`.indexOf("\n$ ");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at)];
}

export function goesOn(line: string): boolean {
  return / --(watch|time real)\b/.test(line) || /^(npx )?thimble attest serve /.test(line);
}

/** @throws Error - it begins with a command that is not to be shown. */
export function readExamples(text: string): Example[] {
  const [, ...parts] = `\n${text}`.split("\n$ ");
  return parts.map((part) => {
    const [line = "", ...shown] = part.replace(/\n$/, "").split("\n");
    const program = line.split(" ")[0] ?? "";
    if (!PROGRAMS.has(program)) throw new Error(`no runner claims "$ ${line}"`);
    const status = /^\$\? (\d+)$/.exec(shown.at(-1) ?? "")?.[1];
    if (status !== undefined) shown.pop();
    return { line, shown: shown.map((text) => `${text}\n`).join(""), status: Number(status ?? 0) };
  });
}

/** @throws AssertionError. */
export function expectStatus(line: string, expected: number, actual: number | null): void {
  if (actual === expected) return;
  throw new AssertionError(`$ ${line}: exit status ${actual}`, { expected, actual, showDiff: true });
}

export interface Taken {
  readonly verb: string;
  /** The app's folder. */
  readonly folder: string;
}

/** Which app a command line takes; undefined when it takes none. */
export function appTaken(line: string, folder: string): Taken | undefined {
  const words = line.replace(/^npx thimble/, "thimble").split(/\s+/);
  const verb = words[1] ?? "";
  if (words[0] !== "thimble" || !["build", "sim", "test"].includes(verb)) return undefined;
  for (const word of words.slice(2)) {
    const path = resolve(folder, word);
    if (!existsSync(path)) continue;
    if (existsSync(join(path, "manifest.json"))) return { verb, folder: path };
    if (path.endsWith("manifest.json") && statSync(path).isFile()) return { verb, folder: dirname(path) };
  }
  return { verb, folder };
}
