// SPDX-License-Identifier: Apache-2.0
/** What a spec sees beyond what an app sees: the names of mocha, `thimble/testing/...` and chai. */
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { packageRoot } from "../engine/paths.js";

const testingFolder = join(packageRoot, "sdk", "testing");

/** Declaration files of the globals of a spec; absolute. */
export function specGlobals(): string[] {
  const names = readdirSync(testingFolder).filter((name) => name.endsWith(".d.ts"));
  return names.sort().map((name) => join(testingFolder, name));
}

/** `paths` of a tsconfig.json for what a spec imports and the SDK's own paths do not name. Absolute, without extension. */
export function specPaths(): Record<string, string[]> {
  const chai = dirname(createRequire(import.meta.url).resolve("@types/chai/package.json"));
  return { chai: [join(chai, "index")], mocha: [join(testingFolder, "bdd")] };
}
