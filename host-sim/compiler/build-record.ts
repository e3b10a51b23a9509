// SPDX-License-Identifier: Apache-2.0
/** What a build was made from, kept beside its result: unchanged input rebuilds nothing, any change rebuilds. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { firmwareFolder, packageRoot, xsCompilePath } from "../engine/paths.js";
import { stampOf } from "../engine/stamp.js";
import { writeWhole } from "../whole-file.js";

/** Everything that a build read. */
export interface BuildInputs {
  readonly files: readonly string[];
  /** Folders that were listed: a file more or less may be a module more or less. */
  readonly folders: readonly string[];
  /** Variables of the shell that were asked for; null: not set. */
  readonly environment: Readonly<Record<string, string | null>>;
}

interface BuildRecord<Result> extends BuildInputs {
  /** The manifest: a folder may have several. */
  readonly manifest: string;
  readonly results: readonly string[];
  readonly result: Result;
  readonly stamp: string;
}

/** What else the result depends on: the firmware (its ABI and modules), the compiler, its version. */
function toolFiles(): string[] {
  const ours = ["compiler", "manifest"].map((name) => join(packageRoot, "dist", "host-sim", name));
  return [join(firmwareFolder(), "firmware.json"), xsCompilePath(), ...ours];
}

function namesIn(folder: string): string {
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => !entry.isDirectory());
  return entries
    .map((entry) => entry.name)
    .sort()
    .join("\n");
}

function stampFor(inputs: BuildInputs, results: readonly string[]): string {
  const version = readFileSync(join(packageRoot, "package.json"), "utf8");
  const lists = inputs.folders.map((folder) => `${folder}\n${namesIn(folder)}`);
  return stampOf([...inputs.files, ...results, ...toolFiles()], [version, ...lists]);
}

/** The environment, and in `asked` what has been looked up in it, also in vain. */
export function watchEnvironment(): { environment: NodeJS.ProcessEnv; asked: Record<string, string | null> } {
  const asked: Record<string, string | null> = {};
  const note = (name: string | symbol): void => {
    if (typeof name === "string") asked[name] = process.env[name] ?? null;
  };
  const environment = new Proxy(process.env, {
    get(target, name) {
      note(name);
      return Reflect.get(target, name);
    },
    getOwnPropertyDescriptor(target, name) {
      note(name);
      return Reflect.getOwnPropertyDescriptor(target, name);
    },
  });
  return { environment, asked };
}

/** The last result for this manifest with these files, when nothing that it was made from has changed since. */
export function readRecord<Result>(file: string, manifest: string, results: readonly string[]): Result | undefined {
  try {
    const record = JSON.parse(readFileSync(file, "utf8")) as BuildRecord<Result>;
    if (record.manifest !== manifest || record.results.join() !== results.join()) return undefined;
    const { environment } = record;
    if (Object.entries(environment).some(([name, value]) => (process.env[name] ?? null) !== value)) return undefined;
    return stampFor(record, results) === record.stamp ? record.result : undefined;
  } catch {
    // No record, half of one, one of another version, or a file that is gone: built anew.
    return undefined;
  }
}

/**
 * Keeps a record, unless a file changed while it was being read: then the next build is made anew.
 * @param startedMs - when the build began to read, in whole milliseconds.
 */
export function writeRecord<Result>(file: string, record: Omit<BuildRecord<Result>, "stamp">, startedMs: number): void {
  if (record.files.some((path) => statSync(path).mtimeMs >= startedMs + 1)) return;
  const stamp = stampFor(record, record.results);
  writeWhole(file, `${JSON.stringify({ ...record, stamp }, null, 1)}\n`);
}
