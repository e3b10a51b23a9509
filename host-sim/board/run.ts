// SPDX-License-Identifier: Apache-2.0
/** One run of a device, whole: state folder, app image, power-on block, process, session, clean-up. */
import { rmSync } from "node:fs";
import { makeScratch } from "../scratch.js";
import { type BoardProcess, CONSOLE_MAX } from "./board-process.js";
import type { Debugger } from "./debugger.js";
import { BoardError } from "./error.js";
import { type Network, UdpNetwork } from "./network.js";
import type { PowerOnReport } from "./power-on.js";
import type { InputEvent, Recording } from "./recording.js";
import { type Reset, Resets, resetOf } from "./resets.js";
import { BoardSession, type SessionOptions, type SessionResult } from "./session.js";
import { type BoardChoice, type FlashCut, powerOn, startBoard } from "./start.js";
import { DeviceState, type PlacedApp } from "./window.js";

type Given = "link" | "inputs" | "debugger" | "askWhere" | "startUs" | "watchdogUs";

export interface RunOptions extends Omit<SessionOptions, Given>, BoardChoice {
  /**
   * The app's image, put into app0 before the start. A device that starts with its boot program runs what its flash has:
   * then only with `install`, and into the app slot that is to run.
   */
  readonly app?: Uint8Array;
  readonly install?: boolean;
  /** Somebody holds the service jumper. */
  readonly service?: boolean;
  /** Where the device's state is kept; undefined: a new device, forgotten after the run. */
  readonly stateFolder?: string;
  readonly recording?: Recording;
  /** Exactly 32 bytes: repeats a run. Undefined: fresh. */
  readonly seed?: Uint8Array;
  /** Unix time at power-on; default the recording's first time, else now. */
  readonly wallClockMs?: number;
  readonly debug?: boolean;
  readonly heapBytes?: number;
  readonly stackSlots?: number;
  /** Cut the power at this operation, counted from 1, after so many of its bytes (undefined: half). */
  readonly cut?: FlashCut;
  /** Cuts the power at once, also in the middle of a flash write: the run ends as "powerCut", stopped by "signal". */
  readonly cutPower?: AbortSignal;
  readonly onConsole?: (text: string) => void;
  /** The device starts with its boot program, and `app` is not put into its flash. */
  readonly onBootOnly?: () => void;
  /** The board starts again by itself, with its state kept. */
  readonly onReset?: (reset: Reset) => void;
  /**
   * Asked before the board starts, and waited for: a debugger for this run, until the board's first reset; undefined when
   * there is none. Only a debug engine has a use for it.
   */
  readonly openDebugger?: (signal: AbortSignal | undefined) => Promise<Debugger | undefined>;
}

/** Turns, pins and marks are those of the last start. */
export interface RunResult extends SessionResult {
  readonly console: string;
  /** How often the board started again by itself. */
  readonly resets: number;
  readonly report: PowerOnReport;
}

/** The board's process is gone at once; what it had written into its flash stays. */
async function runUntilCut(
  session: BoardSession,
  board: BoardProcess,
  cutPower: AbortSignal | undefined,
): Promise<SessionResult> {
  const cut = (): void => {
    session.cutPower();
    board.kill();
  };
  if (cutPower?.aborted) cut();
  cutPower?.addEventListener("abort", cut);
  try {
    return await session.run();
  } finally {
    cutPower?.removeEventListener("abort", cut);
  }
}

/** Levels and readings at a start: the last ones before it. */
function inputsAt(startUs: number, options: RunOptions): InputEvent[] {
  const last = new Map<string, InputEvent>();
  for (const event of options.recording?.events ?? []) {
    if (event.atUs <= startUs) last.set(`${event.kind}:${event.channel}`, { ...event, atUs: 0 });
  }
  return [...last.values(), ...(options.hand?.inputs ?? [])];
}

type StartResult = Omit<RunResult, "resets">;

/** From one start of the board to its end, or to its next reset. */
async function runStart(
  options: RunOptions & { readonly wallClockMs: number },
  state: DeviceState,
  app: PlacedApp | undefined,
  attached: Debugger | undefined,
  reset: Reset | undefined,
): Promise<StartResult> {
  const { recording } = options;
  const startUs = reset?.timeUs ?? 0;
  powerOn(state, app, {
    ...options,
    hasDebugger: attached !== undefined,
    inputs: inputsAt(startUs, options),
    ...(reset === undefined ? {} : { reset }),
  });
  const network: Network = options.network ?? new UdpNetwork();
  const board = await startBoard(options, state, options.onConsole, attached !== undefined);
  if (board.debugChannel !== undefined) attached?.attach(board.debugChannel);
  try {
    const inputs = recording?.events.filter((event) => event.atUs > startUs) ?? [];
    const session = new BoardSession({
      ...options,
      network,
      inputs,
      startUs,
      link: board.link,
      askWhere: () => board.askWhere(),
      watchdogUs: () => state.watchdogUs,
      ...(attached === undefined ? {} : { debugger: attached }),
    });
    const result = await runUntilCut(session, board, options.cutPower);
    attached?.drain();
    // The host ends by itself after HALT; QEMU is ended.
    await board.stop(options.board === "host" ? 1000 : 0);
    return { ...result, console: board.console.text, report: state.readReport() };
  } catch (error) {
    attached?.drain();
    const { code, signal } = await board.stop();
    if (!(error instanceof BoardError)) throw error;
    const how = error.code === "BOARD_LOST" ? ` (${signal ?? `exit status ${code}`})` : "";
    const known = new BoardError(error.code, `${error.message}${how}`, { cause: error });
    known.console = `${board.console.text}${error.code === "BOARD_LOST" ? board.emulator.text : ""}`;
    throw known;
  }
}

/** @returns where the app lies, for a start without boot. */
function placeApp({ app, install, onBootOnly }: RunOptions, state: DeviceState): PlacedApp | undefined {
  if (app === undefined) return undefined;
  if (!state.hasBoot) return state.writeApp(app);
  const { programmer } = state;
  if (install) programmer.write(programmer.readSlots().active.app === 0 ? "app0" : "app1", app);
  else onBootOnly?.();
  return undefined;
}

async function runOn(options: RunOptions, state: DeviceState, attached: Debugger | undefined): Promise<RunResult> {
  const app = placeApp(options, state);
  const wallClockMs = options.wallClockMs ?? options.recording?.startMs ?? Date.now();
  const resets = new Resets();
  let console = "";
  let result = await runStart({ ...options, wallClockMs }, state, app, attached, undefined);
  for (let reset = resetOf(result); reset !== undefined; reset = resetOf(result)) {
    console = (console + result.console).slice(-CONSOLE_MAX);
    options.onReset?.(reset);
    resets.push(reset);
    result = await runStart({ ...options, wallClockMs }, state, app, undefined, reset);
  }
  if (result.reason !== "powerCut") state.noteSwitchedOff();
  return { ...result, console: (console + result.console).slice(-CONSOLE_MAX), resets: resets.count };
}

/**
 * Starts a device and runs it to its end.
 * @throws BoardError - with the board's console in `console` where there is one. A HALT of any reason is no error.
 */
export async function runBoard(options: RunOptions): Promise<RunResult> {
  const attached = await options.openDebugger?.(options.signal);
  const isTemporary = options.stateFolder === undefined;
  const folder = options.stateFolder ?? makeScratch("state");
  try {
    const state = new DeviceState(folder, options.profile);
    try {
      return await runOn(options, state, attached);
    } finally {
      state.close();
    }
  } finally {
    await attached?.close();
    if (isTemporary) rmSync(folder, { recursive: true, force: true });
  }
}
