// SPDX-License-Identifier: Apache-2.0
/**
 * Native crypto (PSA in C) against noble (JavaScript on XS), on both boards. One run of a board measures both, native
 * first; each group has a run of its own, so that noble's tables fit the emulated board's 2 MB.
 */
import { INSTRUCTIONS_PER_TICK, instrument } from "../host-sim/board/instruments.js";
import { type RunResult, runBoard } from "../host-sim/board/run.js";
import { enginePath } from "../host-sim/engine/paths.js";
import { buildRunningApp } from "./app.js";
import type { Repeats } from "./apps/time.js";
import { type Comparison, compare, Lines, parseTiming, type Timing } from "./lines.js";

export type BenchBoard = "host" | "mps2-an505";

export interface CryptoFigures {
  readonly board: BenchBoard;
  readonly unit: "us" | "instructions";
  readonly method: string;
  readonly operations: readonly Comparison[];
}

/** Real milliseconds that one run may take: noble's first use of P-256 is the long one. */
const LIMIT_MS = 240_000;

interface Plan {
  readonly repeats: Repeats;
  /** XS heap: all that the board has. */
  readonly heapBytes: number;
  /** App of bench/apps, and how many runs of it. */
  readonly runs: ReadonlyArray<readonly [app: string, count: number]>;
  readonly factor: number;
  readonly unit: CryptoFigures["unit"];
  readonly method: string;
}

const PLANS: Readonly<Record<BenchBoard, Plan>> = {
  host: {
    repeats: { native: 51, noble: 11 },
    heapBytes: 32 << 20,
    // First use is once a process.
    runs: [
      ["sha-256", 1],
      ["aes-gcm", 1],
      ["p256", 3],
    ],
    factor: 1e-3,
    unit: "us",
    method: "XS release engine, both in one process, median of 51 native and 11 noble (first use: of 3 processes)",
  },
  "mps2-an505": {
    repeats: { native: 3, noble: 1 },
    heapBytes: 2 << 20,
    runs: [
      ["sha-256", 1],
      ["aes-gcm", 1],
      ["p256", 1],
    ],
    factor: INSTRUCTIONS_PER_TICK,
    unit: "instructions",
    method: "QEMU -icount shift=0, board timer (50 instructions a tick), XS heap 2 MB, median of 3 native and 1 noble",
  },
};

/** Ends well only when the app wrote all that it had to and came to rest. */
function requireFinished(result: RunResult, app: string): void {
  if (result.stoppedBy === "idle") return;
  throw new Error(`bench app ${app} ended with "${result.reason}": ${result.text}\n${result.console}`);
}

async function runApp(board: BenchBoard, app: string, plan: Plan, progress: (text: string) => void): Promise<Timing[]> {
  const timings: Timing[] = [];
  const lines = new Lines();
  progress(`${board}: ${app}`);
  const result = await runBoard({
    board,
    program: enginePath(board, "release"),
    app: buildRunningApp(app, plan.repeats),
    clock: "virtual",
    icount: board === "mps2-an505",
    heapBytes: plan.heapBytes,
    // Blinding draws random numbers: the same ones each time make the same counts.
    seed: new Uint8Array(32).fill(7),
    wallClockMs: 0,
    busyLimitMs: LIMIT_MS,
    onConsole: (text) => {
      for (const line of lines.take(text)) {
        const timing = parseTiming(line);
        if (timing === undefined) continue;
        timings.push(timing);
        progress(`${board}: ${timing.backEnd} ${timing.operation}`);
      }
    },
  });
  requireFinished(result, app);
  if (instrument(result.report, "firstLineTicks") === 0) throw new Error(`bench app ${app} wrote nothing`);
  return timings;
}

/** @param progress - told of each operation that is done. */
export async function measureCrypto(board: BenchBoard, progress: (text: string) => void): Promise<CryptoFigures> {
  const plan = PLANS[board];
  const timings: Timing[] = [];
  for (const [app, count] of plan.runs) {
    for (let i = 0; i < count; i++) timings.push(...(await runApp(board, app, plan, progress)));
  }
  return { board, unit: plan.unit, method: plan.method, operations: compare(timings, plan.factor) };
}
