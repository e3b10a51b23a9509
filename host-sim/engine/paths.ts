// SPDX-License-Identifier: Apache-2.0
/** Where the engine's parts lie: the package, the sources that setup fetched, and what CMake built. */
import { accessSync, constants, existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export type Board = "host" | "mps2-an505";
export type Variant = "release" | "debug" | "sanitize";

/** The root of this package: the folder of package.json. */
export const packageRoot = resolve(fileURLToPath(new URL("../../..", import.meta.url)));

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Folder of everything that is built or fetched: `THIMBLE_BUILD`, or `build/` of a checkout, or the user's cache for an
 * installed package (whose folder is npm's to replace).
 */
export function buildRoot(): string {
  const chosen = process.env.THIMBLE_BUILD;
  if (chosen) return resolve(chosen);
  if (existsSync(join(packageRoot, ".git")) && isWritable(packageRoot)) return join(packageRoot, "build");
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "thimble");
}

/** XS sources: of `$MODDABLE` when set, otherwise the pinned ones. */
export function xsFolder(): string {
  const moddable = process.env.MODDABLE;
  return moddable ? join(resolve(moddable), "xs") : join(buildRoot(), "deps", "xs");
}

/** Mbed TLS sources: `MBEDTLS_DIR`, otherwise those that setup fetched. */
export function mbedtlsFolder(): string {
  const chosen = process.env.MBEDTLS_DIR;
  return chosen ? resolve(chosen) : join(buildRoot(), "deps", "mbedtls");
}

/** Folder of one engine build. */
export function engineFolder(target: Board | "tools", variant: Variant): string {
  return join(buildRoot(), "engine", `${target}-${variant}`);
}

/** The byte-code compiler: the only program that has XS's parser. */
export function xsCompilePath(): string {
  return join(engineFolder("tools", "release"), "xs-compile");
}

/** The board's program: an executable for host, an ELF image for mps2-an505. */
export function enginePath(board: Board, variant: Variant): string {
  return join(engineFolder(board, variant), board === "host" ? "thimble-host" : "thimble-mps2-an505.elf");
}

/** The firmware that every board of this engine carries: archive, natives table, ABI. */
export function firmwareFolder(): string {
  return join(buildRoot(), "firmware");
}
