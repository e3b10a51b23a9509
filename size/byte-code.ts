// SPDX-License-Identifier: Apache-2.0
/**
 * Byte code of CBOR and of the COSE messages with one key, as the firmware has it or apps carry it: these modules and all of
 * their folders that they import. What they share with everything else (bytes, errors) is apart. As a program: `node dist/size/byte-code.js`.
 */
import { readFileSync, realpathSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { compileModule } from "../host-sim/compiler/compile.js";
import { collectFirmware } from "../host-sim/compiler/firmware-modules.js";
import { listImports } from "../host-sim/compiler/strip.js";
import { packageRoot } from "../host-sim/engine/paths.js";

export const BYTE_CODE_BUDGET = 24 * 1024;
const ROOTS = [
  "sdk/cbor/decode.ts",
  "sdk/cbor/encode.ts",
  "sdk/cose/sign1.ts",
  "sdk/cose/mac0.ts",
  "sdk/cose/encrypt0.ts",
];

export interface ModuleSize {
  /** Relative to the repository. */
  readonly module: string;
  readonly bytes: number;
}

/** The roots and what they import by relative paths, each once. */
function closure(): Map<string, string> {
  const texts = new Map<string, string>();
  const add = (path: string): void => {
    if (texts.has(path)) return;
    const text = readFileSync(join(packageRoot, path), "utf8");
    texts.set(path, text);
    for (const imported of listImports(text, path)) {
      add(relative(packageRoot, join(packageRoot, dirname(path), imported.replace(/\.js$/, ".ts"))));
    }
  };
  ROOTS.forEach(add);
  return texts;
}

/**
 * Each module's instructions, without positions: a release build has those beside its archive. Imports of the firmware's
 * modules are places, those of the others paths.
 */
export function measureByteCode(): ModuleSize[] {
  const imports = new Map(collectFirmware().map((module) => [relative(packageRoot, module.source), module.imports]));
  return [...closure()]
    .map(([module, text]) => {
      const { code } = compileModule(
        { name: module, text },
        { debug: false, allowNatives: true, imports: imports.get(module) ?? {} },
      );
      return { module, bytes: code.length };
    })
    .sort((a, b) => (a.module < b.module ? -1 : 1));
}

/** Sum of the folders that the budget is for. */
export function countedBytes(sizes: readonly ModuleSize[]): number {
  return sizes.filter(({ module }) => /^sdk\/(cbor|cose)\//.test(module)).reduce((sum, { bytes }) => sum + bytes, 0);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const sizes = measureByteCode();
  for (const { module, bytes } of sizes) console.log(`${String(bytes).padStart(6)}  ${module}`);
  console.log(`${String(countedBytes(sizes)).padStart(6)}  sdk/cbor and sdk/cose, of ${BYTE_CODE_BUDGET}`);
}
