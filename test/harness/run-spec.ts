// SPDX-License-Identifier: Apache-2.0
/** Runs a spec's app on a board: one start, watched test by test. */
import { BoardError } from "../../host-sim/board/error.js";
import { PeerNetwork } from "../../host-sim/board/network.js";
import { runBoard } from "../../host-sim/board/run.js";
import { enginePath } from "../../host-sim/engine/paths.js";
import type { BoardMachine } from "./machines.js";
import { RecordReader } from "./records.js";
import type { Run } from "./verdict.js";

/** A test that takes longer on a board has hung. On a slow machine THIMBLE_TEST_LIMIT_MS raises it. */
function testLimitMs(): number {
  const limit = Number(process.env.THIMBLE_TEST_LIMIT_MS ?? 60_000);
  if (!(limit > 0)) throw new RangeError("THIMBLE_TEST_LIMIT_MS is a number of milliseconds");
  return limit;
}

/** Never rejects for what the machine does: that is in `problem`. */
export async function runOnBoard({ board, variant }: BoardMachine, app: Uint8Array): Promise<Run> {
  const limitMs = testLimitMs();
  const stop = new AbortController();
  let isLate = false;
  const watch = () =>
    setTimeout(() => {
      isLate = true;
      stop.abort();
    }, limitMs);
  let late = watch();
  const reader = new RecordReader((report) => {
    clearTimeout(late);
    if (report.step === "end") stop.abort();
    else late = watch();
  });
  let problem: string | undefined;
  try {
    const { reason, stoppedBy, text } = await runBoard({
      board,
      program: enginePath(board, variant),
      app,
      clock: "virtual",
      // Nobody answers, and no port of this computer is taken: runs do not disturb each other.
      network: new PeerNetwork(),
      busyLimitMs: limitMs,
      signal: stop.signal,
      onConsole: (chunk) => reader.push(chunk),
    });
    const hasEnded = reader.reports.at(-1)?.step === "end";
    if (text.startsWith("IMAGE_E_ABI")) problem = `${text} (this engine carries another firmware: npm run setup)`;
    else if (reason !== "stopped") problem = `HALT ${reason}: ${text}`;
    else if (isLate) problem = `the test did not settle within ${limitMs} ms`;
    else if (stoppedBy === "idle" && !hasEnded)
      problem = "the test never settles: nothing is left that could settle it";
  } catch (error) {
    if (!(error instanceof BoardError)) throw error;
    problem = `${error.code}: ${error.message}`;
  } finally {
    clearTimeout(late);
  }
  return { reports: reader.reports, problem, console: reader.text };
}
