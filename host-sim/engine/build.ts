// SPDX-License-Identifier: Apache-2.0
/**
 * Builds what is missing or out of date: the byte-code compiler, the firmware and the engines. As a program:
 * `node build.js [BOARD-VARIANT...]`, by default host-release and mps2-an505-release.
 */
import { existsSync, mkdirSync, readdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "../lock.js";
import { buildWithCMake, type Progress } from "./cmake.js";
import { Contents } from "./contents.js";
import { writeFirmwareImage } from "./firmware-image.js";
import {
  type Board,
  bootCodePath,
  bootPath,
  buildRoot,
  enginePath,
  firmwareFolder,
  firmwareImagePath,
  mbedtlsOrigin,
  packageRoot,
  packageVersion,
  type Variant,
  xsCompilePath,
  xsOrigin,
} from "./paths.js";
import { hasStamp, writeStamp } from "./stamp.js";

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

/** The programs of a folder of dist/: an installed package has these, and neither their sources nor their types. */
function programsOf(folder: string): string[] {
  const names = readdirSync(join(packageRoot, "dist", folder)).sort();
  return inRoot(...names.filter((name) => name.endsWith(".js")).map((name) => join("dist", folder, name)));
}

/** Something that is built: as long as its results are there and its inputs are what the stamp says, it is not built again. */
interface Step {
  readonly stampFile: string;
  readonly results: readonly string[];
  /** Reads the inputs. */
  stamp(contents: Contents): string;
  build(progress: Progress): Promise<void>;
}

function stampFile(name: string): string {
  return join(buildRoot(), "stamps", name);
}

function toolsStep(): Step {
  const inputs = inRoot(
    "host-sim/engine/xs-compile.c",
    "host-sim/engine/tools.cmake",
    "host-sim/engine/CMakeLists.txt",
  );
  return {
    stampFile: stampFile("tools"),
    results: [xsCompilePath()],
    stamp: (contents) => contents.stampOf(inputs, [xsOrigin()]),
    build: (progress) => buildWithCMake("tools", "release", progress),
  };
}

/** The compiler is loaded only when there is something to compile: it brings TypeScript along. */
function firmwareStep(): Step {
  const inputs = [
    ...inRoot("sdk", "devices", "manifests", "host-sim/manifest/stand-ins"),
    ...programsOf("host-sim/compiler"),
    ...programsOf("host-sim/manifest"),
  ];
  const variants = ["release", "debug"].map((name) => join(firmwareFolder(), name, "firmware.c"));
  return {
    stampFile: stampFile("firmware"),
    results: [join(firmwareFolder(), "firmware.json"), ...variants],
    stamp: (contents) => contents.stampOf(inputs, [xsOrigin()]),
    async build(progress) {
      progress("firmware: compiling the SDK");
      const { buildFirmware } = await import("../compiler/firmware.js");
      buildFirmware();
    },
  };
}

/** What CMake reads in host-sim/engine, and our programs beside it. */
function engineSources(): string[] {
  const names = readdirSync(join(packageRoot, "host-sim/engine")).sort();
  const read = names.filter((name) => !name.endsWith(".ts")).map((name) => join("host-sim/engine", name));
  return [...inRoot(...read), ...programsOf("host-sim/engine")];
}

function engineStep({ board, variant }: EngineTarget): Step {
  const firmware = join(firmwareFolder(), variant === "release" ? "release" : "debug");
  const inputs = [...inRoot("devices"), ...engineSources(), ...programsOf("host-sim/image"), firmware];
  const images = variant === "sanitize" ? [] : [firmwareImagePath(board, variant)];
  return {
    stampFile: stampFile(`${board}-${variant}`),
    results: [enginePath(board, variant), bootPath(board, variant), bootCodePath(board, variant), ...images],
    stamp: (contents) => contents.stampOf(inputs, [xsOrigin(), mbedtlsOrigin(), packageVersion()]),
    async build(progress) {
      await buildWithCMake(board, variant, progress);
      if (variant !== "sanitize") writeFirmwareImage(board, variant);
    },
  };
}

/** In the order in which one needs the other. */
function stepsFor(targets: readonly EngineTarget[]): Step[] {
  return [toolsStep(), firmwareStep(), ...targets.map(engineStep)];
}

function isDone(step: Step, contents: Contents): boolean {
  return step.results.every((path) => existsSync(path)) && hasStamp(step.stampFile, step.stamp(contents));
}

/** Whether nothing is left to build for these: then nothing is written, and a build folder may be read-only. */
export function areUpToDate(targets: readonly EngineTarget[]): boolean {
  const contents = new Contents();
  return stepsFor(targets).every((step) => isDone(step, contents));
}

/**
 * Brings these engines up to date. Rejects with what the compiler said when one does not build. One process builds at a
 * time; another waits, and then finds the work done.
 * @param progress - told what is being done, at least once a second or so.
 */
export async function ensureEngines(targets: readonly EngineTarget[], progress: Progress): Promise<void> {
  if (areUpToDate(targets)) return;
  mkdirSync(buildRoot(), { recursive: true });
  const onWait = (pid: number): void => progress(`waiting for process ${pid}, which is building`);
  await withLock(join(buildRoot(), "lock"), onWait, async () => {
    for (const step of stepsFor(targets)) {
      if (isDone(step, new Contents())) continue;
      await step.build(progress);
      // Read again: the firmware's build adds new names to the ABI's table, which is an input.
      writeStamp(step.stampFile, step.stamp(new Contents()));
    }
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
