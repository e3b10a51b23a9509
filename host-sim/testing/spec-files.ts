// SPDX-License-Identifier: Apache-2.0
/** Where a run's spec files are, and the app that they belong to. */
import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

const SPEC = /\.spec\.ts$/;
/** Folders with what was built or fetched. */
const PASSED_OVER: readonly string[] = ["build", "node_modules"];

export interface SpecFiles {
  /** The app's folder, that names in messages begin from; symbolic links resolved. */
  readonly folder: string;
  /** The app's manifest; undefined: there is none, and the specs have no device. */
  readonly manifest: string | undefined;
  /** Absolute paths, sorted. */
  readonly files: readonly string[];
  /** Folders that were listed: a file more or less may be a spec more or less. */
  readonly listed: readonly string[];
  /** Folders with specs and a manifest of their own: other apps, whose specs are left out. */
  readonly others: readonly string[];
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** The manifest of this folder, or of the nearest one around it. */
function findManifest(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const manifest = join(at, "manifest.json");
    if (isFile(manifest)) return manifest;
    if (dirname(at) === at) return undefined;
  }
}

interface Found {
  readonly files: string[];
  readonly listed: string[];
  readonly others: string[];
}

function hasSpecs(folder: string): boolean {
  const found: Found = { files: [], listed: [], others: [] };
  list(folder, found);
  return found.files.length > 0;
}

function list(folder: string, found: Found): void {
  found.listed.push(folder);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name.startsWith(".") || PASSED_OVER.includes(entry.name)) continue;
      if (!isFile(join(path, "manifest.json"))) list(path, found);
      else if (hasSpecs(path)) found.others.push(path);
    } else if (SPEC.test(entry.name) && isFile(path)) found.files.push(path);
  }
}

/**
 * @param path - an app's folder or manifest, a folder in it, or one spec file.
 * @returns undefined when there is nothing at this path.
 */
export function findSpecs(path: string): SpecFiles | undefined {
  const target = resolve(path);
  if (!existsSync(target)) return undefined;
  const real = realpathSync(target);
  const found: Found = { files: [], listed: [], others: [] };
  if (isFile(real) && SPEC.test(basename(real))) found.files.push(real);
  else if (isFile(real)) list(dirname(real), found);
  else if (statSync(real).isDirectory()) list(real, found);
  else return undefined;
  const isManifest = isFile(real) && found.listed.length > 0;
  const start = isFile(real) ? dirname(real) : real;
  const manifest = isManifest ? real : findManifest(start);
  return {
    folder: manifest === undefined ? start : dirname(manifest),
    manifest,
    files: found.files.sort(),
    listed: found.listed,
    others: found.others.sort(),
  };
}
