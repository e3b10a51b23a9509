// SPDX-License-Identifier: Apache-2.0
/** One module from source to byte code. Results are kept by content, so unchanged input is never compiled twice. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { modulesFolder, xsCompilePath } from "../engine/paths.js";
import { ManifestError } from "../manifest/error.js";
import { parseJson } from "../manifest/json.js";
import { writeWhole } from "../whole-file.js";
import { type ByteCode, decodeByteCode, encodePositions } from "./byte-code.js";
import { CompileError } from "./compile-error.js";
import { engineInfo } from "./engine-info.js";
import { findPositions } from "./positions.js";
import { breakLines, encodeLines, type SourceLines } from "./source-lines.js";
import { stripTypes } from "./strip.js";

export interface CompileOptions {
  /** Keep file and line in the byte code; otherwise they are in its `positions`. */
  readonly debug: boolean;
  /** Firmware modules may bind C functions. */
  readonly allowNatives: boolean;
  /** Specifiers to replace in import and export declarations. */
  readonly imports?: Readonly<Record<string, string>>;
}

export interface ModuleSource {
  /** Name for messages and debug information: relative to the project. */
  readonly name: string;
  readonly text: string;
}

/** Raised whenever the way of stripping changes, so that old results are not used. */
const CACHE_VERSION = 7;

/** A rebuilt xs-compile may compile differently. */
function compilerStamp(): string {
  const { size, mtimeMs } = statSync(xsCompilePath());
  return `${size} ${mtimeMs}`;
}

/** JSON becomes an expression of JavaScript: so nothing but JSON may be in the file. */
function checkJson({ name, text }: ModuleSource): void {
  try {
    parseJson(text, name);
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    const { reason, line = 1, column = 0 } = error;
    throw new CompileError(reason, { file: name, line, column });
  }
}

function toJavaScript(source: ModuleSource, options: CompileOptions): SourceLines {
  if (source.name.endsWith(".json")) {
    checkJson(source);
    return { code: `export default ${source.text};\n`, lines: [] };
  }
  const { code, map } = stripTypes(source.text, { name: source.name, ...options });
  return breakLines(code, map);
}

/** xs-compile's `LINE<TAB>MESSAGE`, with the line of the TypeScript source. */
function toCompileError(stderr: string, source: ModuleSource, lines: readonly number[]): CompileError {
  const [line = "0", message = stderr.trim()] = (stderr.split("\n")[0] ?? "").split("\t");
  const place = lines[Number(line) - 1] ?? Number(line);
  return place > 0
    ? new CompileError(message, { file: source.name, line: place, column: 0 })
    : new CompileError(`${source.name}: ${message}`);
}

/** What xs-compile has to say: of the source, or of a file that it could not write. */
function toError(stderr: string, source: ModuleSource, lines: readonly number[]): Error {
  const [, refusal] = /^0\t(cannot write .*)/.exec(stderr) ?? [];
  if (refusal === undefined) return toCompileError(stderr, source, lines);
  return Object.assign(new Error(refusal), { code: "ENOSPC" });
}

/** What is kept under this name; undefined when it is not there or was damaged, and then it is made anew. */
function readCached(path: string): ByteCode | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return decodeByteCode(readFileSync(path));
  } catch {
    return undefined;
  }
}

/** What xs-compile made, with the positions that release code lacks. @param twin - its twin, with file and line. */
function withPositions(bytes: Uint8Array, twin: Uint8Array): Uint8Array {
  const positions = findPositions(decodeByteCode(bytes), decodeByteCode(twin), engineInfo());
  return Buffer.concat([bytes, encodePositions(positions)]);
}

/**
 * Compiles one module.
 * @throws CompileError when TypeScript or XS refuses it.
 */
export function compileModule(source: ModuleSource, options: CompileOptions): ByteCode {
  const folder = modulesFolder();
  const key = createHash("sha256")
    .update(JSON.stringify([CACHE_VERSION, compilerStamp(), engineInfo().version, options, source.name]))
    .update(source.text)
    .digest("hex");
  const output = join(folder, `${key}.xsb`);
  const cached = readCached(output);
  if (cached) return cached;

  const { code, lines } = toJavaScript(source, options);
  mkdirSync(folder, { recursive: true });
  const scratch = join(folder, `${key}.${process.pid}`);
  const files = [`${scratch}.js`, `${scratch}.map`, `${scratch}.xsb`, `${scratch}.twin`] as const;
  try {
    writeWhole(files[0], code);
    writeWhole(files[1], encodeLines(lines, source.name));
    const flags = [
      ...(options.debug ? ["--debug"] : ["--twin", files[3]]),
      ...(options.allowNatives ? ["--natives"] : []),
      ...(lines.length > 0 ? ["--map", files[1]] : []),
    ];
    const result = spawnSync(xsCompilePath(), ["module", ...flags, "--source", source.name, files[0], files[2]], {
      encoding: "utf8",
    });
    if (result.error) throw result.error;
    if (result.status !== 0) throw toError(result.stderr, source, lines);
    if (!options.debug) writeWhole(files[2], withPositions(readFileSync(files[2]), readFileSync(files[3])));
    renameSync(files[2], output);
  } finally {
    for (const file of files) rmSync(file, { force: true });
  }
  return decodeByteCode(readFileSync(output));
}
