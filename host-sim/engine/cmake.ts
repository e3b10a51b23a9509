// SPDX-License-Identifier: Apache-2.0
/** Runs CMake for one engine and reports progress; what it prints is shown only when it fails. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import {
  type Board,
  engineFolder,
  firmwareFolder,
  mbedtlsFolder,
  packageRoot,
  type Variant,
  xsFolder,
} from "./paths.js";

export type Progress = (text: string) => void;

/** Runs a program; its output's lines go to `onLine`. Rejects with the last lines when it fails. */
function run(program: string, args: readonly string[], onLine: (line: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    const lines: string[] = [];
    let rest = "";
    const take = (chunk: Buffer): void => {
      const parts = (rest + chunk.toString("utf8")).split("\n");
      rest = parts.pop() ?? "";
      for (const line of parts) {
        lines.push(line);
        onLine(line);
      }
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("error", reject);
    child.on("close", (status) => {
      if (status === 0) resolve();
      else {
        const errors = lines.filter((line) => /error|warning|undefined reference/i.test(line));
        const shown = (errors.length > 0 ? errors : lines).slice(0, 30).join("\n");
        reject(new Error(`${program} ${args[0] ?? ""} failed (${status}):\n${shown}\n${rest}`));
      }
    });
  });
}

/** A build folder that CMake made for other sources, or elsewhere: it refuses to work in it. */
export function isForeign(folder: string, source: string): boolean {
  const cache = join(folder, "CMakeCache.txt");
  if (!existsSync(cache)) return false;
  const text = readFileSync(cache, "utf8");
  const isAt = (name: string, path: string): boolean => {
    const noted = new RegExp(`^${name}:INTERNAL=(.*)$`, "m").exec(text)?.[1];
    return noted !== undefined && existsSync(noted) && realpathSync(noted) === realpathSync(path);
  };
  return !isAt("CMAKE_HOME_DIRECTORY", source) || !isAt("CMAKE_CACHEFILE_DIR", folder);
}

/** Configures and builds one engine; does little when it is up to date. */
export async function buildWithCMake(target: Board | "tools", variant: Variant, progress: Progress): Promise<void> {
  const folder = engineFolder(target, variant);
  const source = join(packageRoot, "host-sim", "engine");
  const name = target === "tools" ? "byte-code compiler" : `engine for ${target} (${variant})`;
  mkdirSync(folder, { recursive: true });
  if (isForeign(folder, source)) {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
  }
  progress(`${name}: configuring`);
  await run(
    "cmake",
    [
      "-S",
      source,
      "-B",
      folder,
      `-DTHIMBLE_TARGET=${target}`,
      `-DTHIMBLE_VARIANT=${variant}`,
      `-DTHIMBLE_XS_DIR=${xsFolder()}`,
      `-DMBEDTLS_DIR=${mbedtlsFolder()}`,
      `-DTHIMBLE_FIRMWARE_DIR=${join(firmwareFolder(), variant === "release" ? "release" : "debug")}`,
      ...(target === "mps2-an505" ? [`-DCMAKE_TOOLCHAIN_FILE=${join(source, "arm-none-eabi.cmake")}`] : []),
    ],
    () => {},
  );
  await run("cmake", ["--build", folder, "--parallel", String(availableParallelism())], (line) => {
    const percent = /^\[\s*(\d+)%\]/.exec(line);
    if (percent) progress(`${name}: ${percent[1]} %`);
  });
}
