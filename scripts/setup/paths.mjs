// SPDX-License-Identifier: Apache-2.0
/**
 * Where things are. In a checkout everything that a setup step makes lies under `build/`, `dist/` or `node_modules/`.
 * host-sim/engine/paths.ts has the same rule for the build folder.
 */
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const buildDir = findBuildDir();
export const depsDir = join(buildDir, "deps");
export const distDir = join(root, "dist");

function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** THIMBLE_BUILD, or build/ of a checkout, or one for this version in the user's cache for an installed package. */
function findBuildDir() {
  const { THIMBLE_BUILD, XDG_CACHE_HOME } = process.env;
  if (THIMBLE_BUILD) return resolve(THIMBLE_BUILD);
  if (existsSync(join(root, ".git")) && isWritable(root)) return join(root, "build");
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return join(XDG_CACHE_HOME || join(homedir(), ".cache"), "thimble", version);
}

/** Path of a file in this checkout. */
export const inRoot = (...parts) => join(root, ...parts);
