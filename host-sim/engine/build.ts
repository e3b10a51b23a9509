// SPDX-License-Identifier: Apache-2.0
/**
 * Builds what is missing or out of date: the byte-code compiler, the firmware and the engines. As a program:
 * `node build.js [BOARD-VARIANT...]`, by default host-release and mps2-an505-release.
 */
import { existsSync, mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "../lock.js";
import { buildWithCMake, type Progress } from "./cmake.js";
import {
  type Board,
  buildRoot,
  enginePath,
  mbedtlsFolder,
  packageRoot,
  type Variant,
  xsCompilePath,
  xsFolder,
} from "./paths.js";
import { hasStamp, stampOf, writeStamp } from "./stamp.js";

export interface EngineTarget {
  readonly board: Board;
  readonly variant: Variant;
}

export const defaultTargets: readonly EngineTarget[] = Object.freeze([
  { board: "host", variant: "release" },
  { board: "mps2-an505", variant: "release" },
]);

function inRoot(...names: readonly string[]): string[] {
  return names.map((name) => join(packageRoot, name));
}

function stampFile(name: string): string {
  return join(buildRoot(), "stamps", name);
}

async function buildTools(progress: Progress): Promise<void> {
  const inputs = inRoot(
    "host-sim/engine/xs-compile.c",
    "host-sim/engine/tools.cmake",
    "host-sim/engine/CMakeLists.txt",
  );
  const stamp = stampOf(inputs, [xsFolder()]);
  if (existsSync(xsCompilePath()) && hasStamp(stampFile("tools"), stamp)) return;
  await buildWithCMake("tools", "release", progress);
  writeStamp(stampFile("tools"), stamp);
}

/** The compiler is loaded only when there is something to compile: it brings TypeScript along. */
async function buildFirmwareIfNeeded(progress: Progress): Promise<void> {
  const inputs = inRoot("sdk", "devices", "manifests", "host-sim/compiler", "host-sim/manifest");
  const words = [xsFolder()];
  if (hasStamp(stampFile("firmware"), stampOf(inputs, words))) return;
  progress("firmware: compiling the SDK");
  const { buildFirmware } = await import("../compiler/firmware.js");
  buildFirmware();
  writeStamp(stampFile("firmware"), stampOf(inputs, words));
}

async function buildEngine(target: EngineTarget, progress: Progress): Promise<void> {
  const inputs = [...inRoot("devices", "host-sim/engine"), join(buildRoot(), "firmware")];
  const stamp = stampOf(inputs, [xsFolder(), mbedtlsFolder()]);
  const file = stampFile(`${target.board}-${target.variant}`);
  if (existsSync(enginePath(target.board, target.variant)) && hasStamp(file, stamp)) return;
  await buildWithCMake(target.board, target.variant, progress);
  writeStamp(file, stamp);
}

/**
 * Brings these engines up to date. Rejects with what the compiler said when one does not build. One process builds at a
 * time; another waits, and then finds the work done.
 * @param progress - told what is being done, at least once a second or so.
 */
export async function ensureEngines(targets: readonly EngineTarget[], progress: Progress): Promise<void> {
  mkdirSync(buildRoot(), { recursive: true });
  const onWait = (pid: number): void => progress(`waiting for process ${pid}, which is building`);
  await withLock(join(buildRoot(), "lock"), onWait, async () => {
    await buildTools(progress);
    await buildFirmwareIfNeeded(progress);
    for (const target of targets) await buildEngine(target, progress);
  });
}

function parseTarget(text: string): EngineTarget {
  const match = /^(host|mps2-an505)-(release|debug|sanitize)$/.exec(text);
  if (!match) throw new RangeError(`no such engine: ${text}`);
  return { board: match[1] as Board, variant: match[2] as Variant };
}

async function main(args: readonly string[]): Promise<void> {
  const isTerminal = process.stdout.isTTY === true;
  let shown = "";
  await ensureEngines(args.length > 0 ? args.map(parseTarget) : defaultTargets, (text) => {
    if (isTerminal) process.stdout.write(`\r\x1b[2K  ${text}`);
    else if (!/ (?!0)\d*[1-9] %$/.test(text) && text !== shown) process.stdout.write(`  ${text}\n`);
    shown = text;
  });
  if (isTerminal && shown) process.stdout.write("\r\x1b[2K");
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
