// SPDX-License-Identifier: Apache-2.0
/** What an app's `.thimble/` was made from, kept in it: as long as nothing of that changes, it stays as it is. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../engine/paths.js";
import { stampOf } from "../engine/stamp.js";

interface ProjectInputs {
  /** Manifests. */
  readonly files: readonly string[];
  /** Folders that were listed: one file more may be one module more. */
  readonly folders: readonly string[];
  /** Variables of the shell that were asked for; null: not set. */
  readonly environment: Readonly<Record<string, string | null>>;
}

/** The folder, in an app's. */
export function projectFolder(folder: string): string {
  return join(folder, ".thimble");
}

export function recordFile(folder: string): string {
  return join(projectFolder(folder), "made-from.json");
}

/** Where the words of a tsconfig.json come from. */
const SOURCES = ["dist/host-sim/project", "dist/host-sim/compiler/type-options.js"].map((n) => join(packageRoot, n));
const LISTED = ["sdk/contracts/ecma419", "sdk/testing"].map((name) => join(packageRoot, name));

/** One digest for the state of all inputs. */
function stampOfInputs({ files, folders, environment }: ProjectInputs): string {
  const lists = [...LISTED, ...folders].map((folder) => `${folder}\n${readdirSync(folder).sort().join("\n")}`);
  return stampOf([...SOURCES, ...files], [JSON.stringify(environment), ...lists]);
}

/** The record's text. */
export function recordOf({ files, folders, environment }: ProjectInputs): string {
  const inputs = { files, folders, environment };
  return `${JSON.stringify({ ...inputs, stamp: stampOfInputs(inputs) }, null, 1)}\n`;
}

/** Whether nothing changed since the record was written. */
export function isUpToDate(folder: string): boolean {
  try {
    const record = JSON.parse(readFileSync(recordFile(folder), "utf8")) as ProjectInputs & { readonly stamp: string };
    const { environment } = record;
    if (Object.entries(environment).some(([name, value]) => (process.env[name] ?? null) !== value)) return false;
    return stampOfInputs(record) === record.stamp;
  } catch {
    return false; // no record, or a file that it names is gone
  }
}
