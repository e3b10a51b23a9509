// SPDX-License-Identifier: Apache-2.0
/** What comes before a board's first instruction: its power-on block, then its process. */
import { randomBytes } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { bootPath } from "../engine/paths.js";
import type { BoardProcess } from "./board-process.js";
import { startHost } from "./host-process.js";
import { type BoardProfile, requireProfileOf } from "./profile.js";
import { startQemu } from "./qemu-process.js";
import type { InputEvent } from "./recording.js";
import type { Reset } from "./resets.js";
import { readSilicon } from "./silicon.js";
import type { DeviceState, PlacedApp } from "./window.js";

/** Which board, and the program that makes it. */
export interface BoardChoice {
  readonly board: "host" | "mps2-an505";
  /** The host engine's program, or the kernel for QEMU. */
  readonly program: string;
  /** The boot program; default the one beside `program`. */
  readonly boot?: string;
  /** `qemu-system-arm` when it is not the one on PATH. */
  readonly qemu?: string;
  readonly icount?: boolean;
  /** Of a new device, by default "iak"; a device that is there has to have been made with it. */
  readonly profile?: BoardProfile;
}

/** An operation at which the power fails, counted from 1, and how many of its bytes still arrive (default half). */
export interface FlashCut {
  readonly operation: number;
  readonly bytes?: number;
}

export interface StartOptions {
  readonly clock: "virtual" | "real";
  readonly wallClockMs: number;
  /** Levels and readings at power-on. */
  readonly inputs: readonly InputEvent[];
  /** Exactly 32 bytes: repeats a run. Undefined: fresh. */
  readonly seed?: Uint8Array;
  readonly debug?: boolean;
  readonly hasDebugger?: boolean;
  /** Somebody holds the service jumper. */
  readonly service?: boolean;
  /** Undefined: what the app asks for, or the board's default. */
  readonly heapBytes?: number;
  readonly stackSlots?: number;
  /** Of a start that is no reset; a reset leaves a cut as it is. */
  readonly cut?: FlashCut;
  /** The board starts again by itself; undefined: its power comes. */
  readonly reset?: Reset;
}

/**
 * Writes the power-on block.
 * @param app - where its image lies, for a start without boot; undefined: there is none.
 * @throws BoardError BOARD_PROFILE
 */
export function powerOn(
  state: DeviceState,
  app: PlacedApp | undefined,
  options: StartOptions & Pick<BoardChoice, "board">,
): void {
  const { reset } = options;
  requireProfileOf(options.board, state.profile);
  const silicon = readSilicon(options.board);
  const cut = reset === undefined ? options.cut : state.readCut();
  state.writePowerOn({
    virtualTime: options.clock === "virtual",
    fixedSeed: options.seed !== undefined,
    debug: options.debug ?? false,
    hasDebugger: options.hasDebugger ?? false,
    service: options.service ?? false,
    profile: state.profile,
    seed: options.seed ?? randomBytes(32),
    wallClockMs: options.wallClockMs,
    heapBytes: options.heapBytes ?? 0,
    stackSlots: options.stackSlots ?? 0,
    appOffset: app?.offset ?? 0,
    appLength: app?.length ?? 0,
    cutOperation: cut?.operation ?? 0,
    ...(cut?.bytes === undefined ? {} : { cutBytes: cut.bytes }),
    operations: reset === undefined ? 0 : state.readReport().operations,
    resetCause: reset?.cause ?? (state.wasSwitchedOff ? "powerOn" : "brownOut"),
    startUs: reset?.timeUs ?? 0,
    counters: silicon.counters,
    watchdogMaxMs: silicon.watchdog.maxMs,
    inputs: options.inputs,
  });
}

/** What the device starts with: its boot program, or the engine when it has no use for one. */
function programOf({ board, program, boot }: BoardChoice, state: DeviceState): string {
  if (!state.hasBoot) return program;
  return boot ?? join(dirname(program), basename(bootPath(board, "release")));
}

/**
 * @param hasDebugChannel - whether the process has a debug channel, which the caller then reads.
 * @throws BoardError BOARD_START.
 */
export function startBoard(
  choice: BoardChoice,
  state: DeviceState,
  onConsole?: (text: string) => void,
  hasDebugChannel = false,
): Promise<BoardProcess> {
  const program = programOf(choice, state);
  const { windowPath } = state;
  if (choice.board === "host") return startHost(program, windowPath, onConsole, hasDebugChannel);
  return startQemu({
    kernel: program,
    windowPath,
    hasDebugChannel,
    ...(choice.qemu === undefined ? {} : { program: choice.qemu }),
    ...(choice.icount === undefined ? {} : { icount: choice.icount }),
    ...(onConsole === undefined ? {} : { onConsole }),
  });
}
