// SPDX-License-Identifier: Apache-2.0
/** Runs the example on one board against a receiver. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UdpNetwork } from "../../host-sim/board/network.js";
import { parseRecording } from "../../host-sim/board/recording.js";
import { type RunResult, runBoard } from "../../host-sim/board/run.js";
import { buildApp } from "../../host-sim/compiler/app.js";
import { type Board, enginePath, packageRoot } from "../../host-sim/engine/paths.js";
import { Receiver } from "./receiver.js";

const exampleFolder = join(packageRoot, "examples", "signed-sensor");
const DAY_US = 24 * 3600 * 1e6;
const ADDRESS = "127.0.0.1";

export interface ExampleRun {
  readonly result: RunResult;
  readonly receiver: Receiver;
  /** SHA-256 of the app's image, hex. */
  readonly digest: string;
}

/** @param onBatch - told how many batches were verified. @param untilUs - by default a day, which is 96 batches. */
export async function runExample(
  board: Board,
  stateFolder: string,
  onStep: (text: string) => void,
  onBatch: (count: number) => void,
  untilUs = DAY_US,
): Promise<ExampleRun> {
  const receiver = new Receiver();
  // Any free port: the simulated network leads the app's datagrams there, whatever port its manifest names.
  const port = await receiver.open(ADDRESS, onBatch);
  try {
    const built = await buildApp(exampleFolder, { board, debug: false, progress: onStep });
    const recordingPath = join(exampleFolder, "day.csv");
    const result = await runBoard({
      board,
      program: enginePath(board, "release"),
      app: readFileSync(built.image),
      stateFolder,
      recording: parseRecording(readFileSync(recordingPath, "utf8"), recordingPath),
      network: new UdpNetwork(ADDRESS, () => ({ address: ADDRESS, port })),
      clock: "virtual",
      untilUs: untilUs + 1e6,
    });
    return { result, receiver, digest: built.digest };
  } finally {
    await receiver.close();
  }
}
