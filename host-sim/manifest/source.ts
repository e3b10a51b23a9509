// SPDX-License-Identifier: Apache-2.0
/** Finds the files that a value in `modules`, `data` or `resources` names. */
import { readdirSync, realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { ManifestError, type Place } from "./error.js";
import type { Context, Manifest } from "./manifest.js";

/** The place of files: a folder and, in it, a name that may end in `*`. */
export interface SourcePattern {
  readonly directory: string;
  readonly leaf: string;
  /** `directory/leaf`. */
  readonly path: string;
}

export interface SourceFile {
  readonly path: string;
  /** The file's name without extension. */
  readonly stem: string;
  /** With its dot; `.d.ts` for a declaration file. */
  readonly extension: string;
  /** What `*` in the key becomes: the stem without the part that stands before `*` in the pattern. */
  readonly name: string;
}

/**
 * The absolute path of a source, relative to its manifest. The folder must exist, the file need not.
 * @throws ManifestError - a value without "/", an unknown variable, a folder that does not exist.
 */
export function resolveSource(text: string, manifest: Manifest, place: Place, context: Context): SourcePattern {
  const expanded = context.variables.expand(text, place);
  const slash = expanded.lastIndexOf("/");
  if (slash < 0) throw new ManifestError(`"${text}" is no path: a path has a "/", as in "./${text}"`, place);
  const folder = resolve(manifest.directory, slash === 0 ? "/" : expanded.slice(0, slash));
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    const { standIns, inputs } = context;
    inputs.add(folder);
    const sdkName = standIns.sdkName(folder);
    if (sdkName !== undefined && !standIns.hasSdk) {
      const help = `${standIns.page} lists what stands in for it; otherwise set MODDABLE to the SDK`;
      throw new ManifestError(`"${text}" needs the Moddable SDK (${help})`, place);
    }
    throw new ManifestError(`the folder of "${text}" does not exist: ${folder}`, place);
  }
  const directory = realpathSync(folder);
  const leaf = expanded.slice(slash + 1);
  return { directory, leaf, path: `${directory}/${leaf}` };
}

/**
 * The files that fit, sorted by name. `*` stands for a whole name; hidden files and folders are left out; without `*`
 * the extension may be named or left out.
 * @throws ManifestError - `*` anywhere but at the end of a name without extension.
 */
export function listFiles(pattern: SourcePattern, place: Place, context: Context): readonly SourceFile[] {
  const { directory, leaf } = pattern;
  const star = leaf.indexOf("*");
  if (star >= 0 && (star < leaf.length - 1 || leaf.includes("."))) {
    throw new ManifestError(`"*" stands for a file's whole name or its end, without extension: "${leaf}"`, place);
  }
  const prefix = star >= 0 ? leaf.slice(0, star) : leaf;
  context.inputs.add(directory);
  const files: SourceFile[] = [];
  for (const entry of readdirSync(directory).sort()) {
    if (entry.startsWith(".")) continue;
    const { stem, extension } = split(entry);
    if (star >= 0 ? !stem.startsWith(prefix) : stem !== prefix && entry !== prefix) continue;
    const path = `${directory}/${entry}`;
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) continue;
    const name = star >= 0 ? stem.slice(prefix.length) : entry === prefix ? split(prefix).stem : stem;
    files.push({ path: realpathSync(path), stem, extension, name });
  }
  return files;
}

function split(entry: string): { readonly stem: string; readonly extension: string } {
  const dot = entry.endsWith(".d.ts") ? entry.length - 5 : entry.lastIndexOf(".");
  return dot <= 0 ? { stem: entry, extension: "" } : { stem: entry.slice(0, dot), extension: entry.slice(dot) };
}
