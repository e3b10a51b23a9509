// SPDX-License-Identifier: Apache-2.0
/** Where the engine's parts lie: the package, the sources that setup fetched, and what CMake built. */
import { accessSync, constants, existsSync, readFileSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { makeScratch } from "../scratch.js";

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

export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string }).version;
}

/**
 * Folder of everything that is built or fetched: `THIMBLE_BUILD`, or `build/` of a checkout, or one for this version in
 * the user's cache for an installed package (whose folder is npm's to replace). scripts/setup/paths.mjs has the same rule.
 */
export function buildRoot(): string {
  const chosen = process.env.THIMBLE_BUILD;
  if (chosen) return resolve(chosen);
  if (existsSync(join(packageRoot, ".git")) && isWritable(packageRoot)) return join(packageRoot, "build");
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "thimble", packageVersion());
}

/** What setup noted of a dependency that it fetched or linked. */
function originOf(name: string, folder: string): string {
  const stamp = join(buildRoot(), "deps", `.${name}.stamp`);
  return existsSync(stamp) ? readFileSync(stamp, "utf8") : folder;
}

/** XS sources: of `$MODDABLE` when set, otherwise the pinned ones. */
export function xsFolder(): string {
  const moddable = process.env.MODDABLE;
  return moddable ? join(resolve(moddable), "xs") : join(buildRoot(), "deps", "xs");
}

/** Says which sources these are: builds of others are out of date. */
export function xsOrigin(): string {
  return process.env.MODDABLE ? xsFolder() : originOf("xs", xsFolder());
}

/** Mbed TLS sources: `MBEDTLS_DIR`, otherwise those that setup fetched. */
export function mbedtlsFolder(): string {
  const chosen = process.env.MBEDTLS_DIR;
  return chosen ? resolve(chosen) : join(buildRoot(), "deps", "mbedtls");
}

/** As xsOrigin. */
export function mbedtlsOrigin(): string {
  return process.env.MBEDTLS_DIR ? mbedtlsFolder() : originOf("mbedtls", mbedtlsFolder());
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

/** The program that a device with a firmware in its flash, or with something in its OTP, starts with. */
export function bootPath(board: Board, variant: Variant): string {
  return join(engineFolder(board, variant), board === "host" ? "thimble-boot" : "thimble-boot.elf");
}

/** The boot program as it lies in a chip: the bytes whose SHA-256 it hands over as its own. */
export function bootCodePath(board: Board, variant: Variant): string {
  return board === "host" ? bootPath(board, variant) : join(engineFolder(board, variant), "boot.bin");
}

/** What a firmware image of this engine holds; there is none with sanitizers, which fits no slot. */
export function firmwarePayloadPath(board: Board, variant: Exclude<Variant, "sanitize">): string {
  return join(engineFolder(board, variant), "firmware.bin");
}

/** The firmware image, whole and not signed. */
export function firmwareImagePath(board: Board, variant: Exclude<Variant, "sanitize">): string {
  return join(engineFolder(board, variant), "firmware.img");
}

/** The firmware that every board of this engine carries: archive, natives table, ABI. */
export function firmwareFolder(): string {
  return join(buildRoot(), "firmware");
}

let ownModules: string | undefined;

/** Compiled modules, kept by content. Where the build folder is read-only: a folder that is gone with this process. */
export function modulesFolder(): string {
  const folder = join(buildRoot(), "modules");
  const nearest = existsSync(folder) ? folder : buildRoot();
  if (!existsSync(nearest) || isWritable(nearest)) return folder;
  if (ownModules === undefined) {
    const made = makeScratch("modules");
    process.once("exit", () => rmSync(made, { recursive: true, force: true }));
    ownModules = made;
  }
  return ownModules;
}
