// SPDX-License-Identifier: Apache-2.0
/** One run of a device, whole: state folder, app image, power-on block, process, session, clean-up. */
import { rmSync } from "node:fs";
import { makeScratch } from "../scratch.js";
import type { BoardProcess } from "./board-process.js";
import type { Debugger } from "./debugger.js";
import { BoardError } from "./error.js";
import { type Network, UdpNetwork } from "./network.js";
import type { PowerOnReport } from "./power-on.js";
import type { Recording } from "./recording.js";
import { BoardSession, type SessionOptions, type SessionResult } from "./session.js";
import { type BoardChoice, type FlashCut, powerOn, startBoard } from "./start.js";
import { DeviceState } from "./window.js";

export interface RunOptions extends Omit<SessionOptions, "link" | "inputs" | "debugger" | "askWhere">, BoardChoice {
  /** The app's image, put into app0 before the start. */
  readonly app: Uint8Array;
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
  /** Cut the power at this flash operation, counted from 1, after so many of its bytes (undefined: half). */
  readonly cut?: FlashCut;
  /** Cuts the power at once, also in the middle of a flash write: the run ends as "powerCut", stopped by "signal". */
  readonly cutPower?: AbortSignal;
  readonly onConsole?: (text: string) => void;
  /**
   * Asked before the board starts, and waited for: a debugger for this run; undefined when there is none. Only a debug
   * engine has a use for it.
   */
  readonly openDebugger?: (signal: AbortSignal | undefined) => Promise<Debugger | undefined>;
}

export interface RunResult extends SessionResult {
  readonly console: string;
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

async function runOn(options: RunOptions, state: DeviceState, attached: Debugger | undefined): Promise<RunResult> {
  const { recording } = options;
  powerOn(state, state.writeApp(options.app), {
    ...options,
    hasDebugger: attached !== undefined,
    wallClockMs: options.wallClockMs ?? recording?.startMs ?? Date.now(),
    inputs: [...(recording?.events.filter((event) => event.atUs === 0) ?? []), ...(options.hand?.inputs ?? [])],
  });
  const network: Network = options.network ?? new UdpNetwork();
  const board = await startBoard(options, state.windowPath, options.onConsole, attached !== undefined);
  if (board.debugChannel !== undefined) attached?.attach(board.debugChannel);
  try {
    const inputs = recording?.events.filter((event) => event.atUs > 0) ?? [];
    const session = new BoardSession({
      ...options,
      network,
      inputs,
      link: board.link,
      askWhere: () => board.askWhere(),
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

/**
 * Starts a device and runs it to its end.
 * @throws BoardError - with the board's console in `console` where there is one. A HALT of any reason is no error.
 */
export async function runBoard(options: RunOptions): Promise<RunResult> {
  const attached = await options.openDebugger?.(options.signal);
  const isTemporary = options.stateFolder === undefined;
  const folder = options.stateFolder ?? makeScratch("state");
  try {
    const state = new DeviceState(folder);
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
