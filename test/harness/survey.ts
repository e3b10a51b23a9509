// SPDX-License-Identifier: Apache-2.0
/** Which machines a spec is for, read from what it imports, itself or through test/. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { listImports } from "../../host-sim/compiler/strip.js";
import { packageRoot } from "../../host-sim/engine/paths.js";

/** Modules that only a board has: ECMA-419's and Moddable's. */
export const BOARD_MODULE = /^(?:timer|console|embedded:.+)$/;

export interface Survey {
  /** It imports harness/machine: Node runs it with each crypto back-end. */
  readonly usesCrypto: boolean;
  /** It imports a board module: Node cannot run it. */
  readonly needsBoard: boolean;
}

/** @param spec - path of the spec's TypeScript source. */
export function survey(spec: string): Survey {
  const tests = join(packageRoot, "test", "/");
  const seen = new Set([spec]);
  let needsBoard = false;
  for (const source of seen) {
    if (!existsSync(source)) continue;
    for (const imported of listImports(readFileSync(source, "utf8"), source)) {
      needsBoard ||= BOARD_MODULE.test(imported);
      const path = join(dirname(source), imported.replace(/\.js$/, ".ts"));
      if (imported.startsWith(".") && path.startsWith(tests)) seen.add(path);
    }
  }
  return { usesCrypto: seen.has(join(tests, "harness", "machine.ts")), needsBoard };
}
