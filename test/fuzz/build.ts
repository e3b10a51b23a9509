// SPDX-License-Identifier: Apache-2.0
/** Builds the fuzz targets with Clang, below the build folder. */
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { ensureEngines } from "../../host-sim/engine/build.js";
import { isForeign } from "../../host-sim/engine/cmake.js";
import { buildRoot, firmwareFolder, mbedtlsFolder, packageRoot, xsFolder } from "../../host-sim/engine/paths.js";
import { withLock } from "../../host-sim/lock.js";
import { nativesTable } from "./natives.js";
import { type Plant, TARGETS } from "./targets.js";

const run = promisify(execFile);
const OUTPUT_MAX = 1 << 26;

export function fuzzFolder(): string {
  return join(buildRoot(), "fuzz");
}

/** The program of a target, or the one with a planted bug. */
export function programOf(name: string): string {
  return join(fuzzFolder(), "cmake", name);
}

/** What is missing for libFuzzer; undefined when nothing is. */
export async function missingForFuzzing(): Promise<string | undefined> {
  const advice = "npm run fuzz installs it";
  try {
    const { stdout } = await run("clang", ["-print-resource-dir"]);
    const files = readdirSync(join(stdout.trim(), "lib"), { recursive: true, encoding: "utf8" });
    const hasLibFuzzer = files.some((file) => /^libclang_rt\.fuzzer(-[^.]*)?\.a$/.test(basename(file)));
    return hasLibFuzzer ? undefined : `clang has no libFuzzer: ${advice}`;
  } catch {
    return `clang is not installed: ${advice}`;
  }
}

/** Only what differs is written, or all would be compiled anew. */
function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  try {
    if (readFileSync(path, "utf8") === text) return;
  } catch {
    // not there yet
  }
  writeFileSync(path, text);
}

/** @throws Error when the source has changed and the bug has no place in it any more. */
function plantedText({ file, find, replace }: Plant): string {
  const parts = readFileSync(join(packageRoot, file), "utf8").split(find);
  if (parts.length !== 2) throw new Error(`${file} does not have this once: ${find}`);
  return parts.join(replace);
}

function generate(folder: string): void {
  write(join(folder, "natives.inc"), nativesTable());
  for (const { name, plants } of TARGETS) {
    for (const plant of plants) {
      write(join(folder, "planted", name, plant.name, basename(plant.file)), plantedText(plant));
    }
  }
}

/**
 * Builds these programs: "fuzz-NAME" or "planted-NAME".
 * @throws Error with what the compiler said.
 */
export async function buildPrograms(programs: readonly string[]): Promise<void> {
  await ensureEngines([], () => undefined); // the firmware, which a machine needs
  const folder = fuzzFolder();
  const generated = join(folder, "generated");
  mkdirSync(folder, { recursive: true });
  await withLock(
    join(folder, "lock"),
    () => undefined,
    async () => {
      generate(generated);
      const settings = {
        CMAKE_C_COMPILER: "clang",
        THIMBLE_XS_DIR: xsFolder(),
        MBEDTLS_DIR: mbedtlsFolder(),
        THIMBLE_FIRMWARE_DIR: join(firmwareFolder(), "debug"),
        THIMBLE_FUZZ_DIR: generated,
      };
      const defined = Object.entries(settings).map(([name, value]) => `-D${name}=${value}`);
      const source = join(packageRoot, "test", "fuzz");
      const cmake = join(folder, "cmake");
      if (isForeign(cmake, source)) rmSync(cmake, { recursive: true });
      try {
        await run("cmake", ["-S", source, "-B", cmake, ...defined], { maxBuffer: OUTPUT_MAX });
        await run("cmake", ["--build", cmake, "--target", ...programs], { maxBuffer: OUTPUT_MAX });
      } catch (error) {
        const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
        throw new Error(`the fuzz targets do not build:\n${stderr || stdout}`);
      }
    },
  );
}
