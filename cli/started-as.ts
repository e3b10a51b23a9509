// SPDX-License-Identifier: Apache-2.0
/** How this command was started, so that what we tell people to type works where they are. */
import { accessSync, constants, readFileSync, realpathSync } from "node:fs";
import { basename, delimiter, dirname, join, relative, resolve } from "node:path";
import { packageRoot } from "../host-sim/engine/paths.js";

const PROGRAM = join(packageRoot, "dist", "cli", "thimble.js");

/** package.json of a folder that npx keeps a package in. */
interface NpxPackage {
  readonly _npx?: { readonly packages?: readonly string[] };
  readonly dependencies?: Readonly<Record<string, string>>;
}

function readPackage(folder: string): NpxPackage {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as NpxPackage;
  } catch {
    return {};
  }
}

/** The shorter one of the path from a folder and the absolute path. */
function shortPath(from: string, path: string): string {
  const near = relative(from, path);
  const named = near.startsWith(".") ? near : `./${near}`;
  return named.length <= path.length ? named : path;
}

function quote(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** @returns undefined when npx did not fetch us. */
function throughNpx(installed: string, from: string): string | undefined {
  const { _npx, dependencies = {} } = readPackage(installed);
  const spec = _npx?.packages?.find((name) => !name.startsWith("-"));
  if (spec === undefined) return undefined;
  const file = /^file:(.*)$/.exec(dependencies.thimble ?? "")?.[1];
  if (file !== undefined) return `npx --yes ${quote(shortPath(from, resolve(installed, file)))}`;
  return `npx ${quote(spec)}`;
}

/** Whether typing `thimble` runs us. */
function isOnPath(): boolean {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(folder, "thimble");
    try {
      accessSync(path, constants.X_OK);
      return realpathSync(path) === realpathSync(PROGRAM);
    } catch {
      // not in this folder
    }
  }
  return false;
}

/** What stands for `thimble` on a command line that is typed in the folder `from`: `npx thimble`, `node ../dist/cli/thimble.js`. */
export function startedAs(from: string): string {
  const parent = dirname(packageRoot);
  if (basename(parent) === "node_modules") {
    const installed = dirname(parent);
    const npx = throughNpx(installed, from);
    if (npx !== undefined) return npx;
    if (!relative(installed, from).startsWith("..")) return "npx thimble";
  }
  return isOnPath() ? "thimble" : `node ${quote(shortPath(from, PROGRAM))}`;
}
