// SPDX-License-Identifier: Apache-2.0
/** Fuzzes the decoders on a board, round after round, until the time is over or something is found. */
import { join } from "node:path";
import { runBoard } from "../../../host-sim/board/run.js";
import { enginePath, packageRoot } from "../../../host-sim/engine/paths.js";
import { Channel } from "../../../host-sim/testing/channel.js";
import { buildBoardProgram } from "../../harness/app.js";
import type { Tally } from "./decoder.js";

/** XS under AddressSanitizer. */
export const DECODERS_ON = Object.freeze({ board: "host", variant: "sanitize" } as const);
/** A round that takes longer hangs. */
const ROUND_LIMIT_MS = 60_000;
const RUNS_OF_A_ROUND = 100;
/** More than a board's, as all decoders are one app here: their code and samples take what theirs is larger by. */
const HEAP_BYTES = 1024 * 1024;

export interface DecoderRun {
  readonly executions: number;
  readonly accepted: number;
  readonly codes: number;
  /** What was found, with the input; undefined: nothing. */
  readonly finding: string | undefined;
}

/** @param seed - of the first round; each round has the next. */
export async function fuzzOnBoard(seed: number, seconds: number): Promise<DecoderRun> {
  const { board, variant } = DECODERS_ON;
  const channel = new Channel();
  const stop = new AbortController();
  const ended = runBoard({
    board,
    program: enginePath(board, variant),
    app: buildBoardProgram(join(packageRoot, "test", "fuzz", "decoders", "board", "main.ts")),
    clock: "virtual",
    heapBytes: HEAP_BYTES,
    network: channel,
    busyLimitMs: ROUND_LIMIT_MS,
    signal: stop.signal,
  }).then(
    ({ reason, text }) => channel.end(new Error(`the board ended: ${reason}: ${text}`)),
    (error: Error) => channel.end(error),
  );
  const codes = new Set<string>();
  let executions = 0;
  let accepted = 0;
  let finding: string | undefined;
  let round = seed;
  let name = "";
  try {
    const names = (await channel.call("names")) as readonly string[];
    const untilMs = performance.now() + 1000 * seconds;
    for (; finding === undefined && performance.now() < untilMs; round++) {
      const index = round % names.length;
      name = names[index] as string;
      const tally = (await channel.call("fuzz", { index, seed: round, runs: RUNS_OF_A_ROUND })) as Tally | string;
      if (typeof tally === "string") finding = `${tally} (round ${round})`;
      else {
        executions += tally.executions;
        accepted += tally.accepted;
        for (const code of tally.codes) codes.add(code);
      }
    }
  } catch (error) {
    finding = `${name}, round ${round}: ${(error as Error).message}`;
  }
  stop.abort();
  await ended;
  return { executions, accepted, codes: codes.size, finding };
}
