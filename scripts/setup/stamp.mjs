// SPDX-License-Identifier: Apache-2.0
/** A stamp says what a folder was made from. It is written last, so an interrupted step is done again. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { depsDir } from "./paths.mjs";

const stampPath = (name) => join(depsDir, `.${name}.stamp`);

/** What the stamp of `name` says, or undefined. */
export function readStamp(name) {
  try {
    return readFileSync(stampPath(name), "utf8");
  } catch {
    return undefined;
  }
}

export function writeStamp(name, text) {
  const path = stampPath(name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** Lower-case hexadecimal SHA-256 of a text. */
export const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** Takes `build/deps/NAME` and its stamp away, whether it is a folder of ours or a link to a folder of the user's (which stays). */
export function removeDependency(name) {
  rmSync(stampPath(name), { force: true });
  rmSync(join(depsDir, name), { recursive: true, force: true });
}

/** Makes `build/deps/NAME` a link to a folder that the user named. Returns false when it already is. */
export function linkDependency(name, target) {
  const wanted = `link ${target}`;
  if (readStamp(name) === wanted) return false;
  removeDependency(name);
  mkdirSync(depsDir, { recursive: true });
  symlinkSync(target, join(depsDir, name), "dir");
  writeStamp(name, wanted);
  return true;
}
