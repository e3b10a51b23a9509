// SPDX-License-Identifier: Apache-2.0
/** How TypeScript looks at spec files: as at the app's modules, with chai, mocha's words and `thimble/testing/...`. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { packageRoot } from "../engine/paths.js";
import type { Module } from "../manifest/modules.js";

const require = createRequire(import.meta.url);
const testing = join(packageRoot, "sdk", "testing");

/** Declaration files of what specs have beside the app's modules, by what an import says; the last has globals. */
export function specDeclarations(): readonly Module[] {
  const chai = join(dirname(require.resolve("@types/chai/package.json")), "index.d.ts");
  const sources = { chai, mocha: join(testing, "bdd.ts"), "thimble/testing/globals": join(testing, "globals.d.ts") };
  return Object.entries(sources).map(([specifier, source]) => ({ specifier, source, from: testing }));
}
