// SPDX-License-Identifier: Apache-2.0
/** Small apps written here as text, built once and run on a board; and images and archives taken apart and put together. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type RunOptions, type RunResult, runBoard } from "../../host-sim/board/run.js";
import { buildApp } from "../../host-sim/compiler/app.js";
import { readFirmware } from "../../host-sim/compiler/firmware.js";
import { type Board, enginePath, type Variant } from "../../host-sim/engine/paths.js";
import { makeImage } from "../../host-sim/image/make.js";
import { makeApp } from "../cli/support.js";

export interface Machine {
  readonly board: Board;
  readonly variant: Variant;
}

export const BOARDS: readonly Machine[] = Object.freeze([
  { board: "host", variant: "release" },
  { board: "mps2-an505", variant: "release" },
]);
/** Where C is concerned: AddressSanitizer and, in our own C, UBSan look on. */
export const SANITIZED: Machine = Object.freeze({ board: "host", variant: "sanitize" });

export function nameOf({ board, variant }: Machine): string {
  return variant === "release" ? board : `${board} (${variant})`;
}

const built = new Map<string, Uint8Array>();

/** Image of an app whose main module is this JavaScript: the compiler's types are no obstacle to an attacker. */
export async function imageOf(source: string): Promise<Uint8Array> {
  const known = built.get(source);
  if (known !== undefined) return known;
  const { image } = await buildApp(makeApp({ "main.js": source }), { board: "host", debug: false });
  const bytes = Uint8Array.from(readFileSync(image));
  built.set(source, bytes);
  return bytes;
}

export async function run(machine: Machine, app: Uint8Array, options: Partial<RunOptions> = {}): Promise<RunResult> {
  const program = enginePath(machine.board, machine.variant);
  return runBoard({ board: machine.board, program, app, clock: "virtual", untilUs: 1e7, ...options });
}

/** Runs the app of this JavaScript and gives the lines that it wrote; anything but a quiet end is an error. */
export async function linesOf(machine: Machine, source: string, options: Partial<RunOptions> = {}): Promise<string[]> {
  const result = await run(machine, await imageOf(source), options);
  if (result.reason !== "stopped") throw new Error(`${result.reason}: ${result.text}\n${result.console}`);
  return result.console.split("\n").slice(0, -1);
}

/** Runs a C test of test/c in place of the runtime; what it found. */
export async function runC(machine: Machine, name: string, app: Uint8Array, options: Partial<RunOptions> = {}) {
  const program = join(dirname(enginePath(machine.board, machine.variant)), name);
  const result = await runBoard({
    board: machine.board,
    program,
    boot: program,
    app,
    clock: "virtual",
    busyLimitMs: 240_000,
    ...options,
  });
  if (result.reason !== "finished") throw new Error(`${result.reason}: ${result.text}\n${result.console}`);
  return JSON.parse(result.text) as Record<string, number>;
}

/** The archive in an image. */
export function archiveOf(image: Uint8Array): Uint8Array {
  const view = new DataView(image.buffer, image.byteOffset);
  return image.slice(32, 32 + view.getUint32(12, true));
}

/** An image around an archive as its maker would make it: digest and all. */
export function wrap(archive: Uint8Array, abi: Uint8Array = Buffer.from(readFirmware().abi, "hex")): Uint8Array {
  return makeImage(archive, { version: [0, 1, 0], abi, heapBytes: 0, stackSlots: 0 });
}

/** Offset of the n-th atom of a type: of its u32 size. */
export function findAtom(archive: Uint8Array, type: string, n = 0): number {
  let at = -1;
  for (let i = 0; i <= n; i++) at = Buffer.from(archive).indexOf(type, at + 1, "latin1");
  if (at < 4) throw new Error(`no ${type}`);
  return at - 4;
}
