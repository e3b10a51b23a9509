// SPDX-License-Identifier: Apache-2.0
/** Runs an app of bench/apps on mps2-an505, where instructions are counted, and reads what it measured. */
import { runBoard } from "../host-sim/board/run.js";
import { enginePath } from "../host-sim/engine/paths.js";
import { buildRunningApp } from "./app.js";
import { Lines } from "./lines.js";

/**
 * @param plan - what the app is told as its configuration.
 * @param heapBytes - 0: the board's default.
 * @returns By operation the values of each run, in order, of the lines `bench APP OPERATION VALUE...`.
 */
export async function runCountedApp(
  app: string,
  plan: object,
  heapBytes = 0,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const line = new RegExp(`^bench ${app} ([a-z0-9-]+)((?: -?\\d+)+)$`);
  const samples = new Map<string, readonly number[]>();
  const lines = new Lines();
  const result = await runBoard({
    board: "mps2-an505",
    program: enginePath("mps2-an505", "release"),
    app: buildRunningApp(app, plan, heapBytes),
    clock: "virtual",
    icount: true,
    seed: new Uint8Array(32).fill(7),
    wallClockMs: 0,
    onConsole: (text) => {
      for (const one of lines.take(text)) {
        const [, name, values] = line.exec(one) ?? [];
        if (name !== undefined) samples.set(name, (values ?? "").trim().split(" ").map(Number));
      }
    },
  });
  if (result.stoppedBy !== "idle") throw new Error(`bench app ${app} ended with "${result.reason}": ${result.text}`);
  return samples;
}
