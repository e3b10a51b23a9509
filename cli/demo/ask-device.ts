// SPDX-License-Identifier: Apache-2.0
/** Somebody on the network asks a device that runs, and takes what it answers. */
import { runBoard } from "../../host-sim/board/run.js";
import { TableNetwork } from "../../host-sim/board/table-network.js";
import { enginePath } from "../../host-sim/engine/paths.js";

const ASKER = Object.freeze({ address: "192.0.2.1", port: 40_000 });
const LIMIT_US = 10e6;

/**
 * @param port - of the app.
 * @param whenItSays - it is asked when it has written this.
 * @throws Error - it ends, or does not answer within 10 seconds of its time.
 */
export async function askDevice(
  stateFolder: string,
  port: number,
  question: Uint8Array,
  whenItSays: string,
): Promise<Uint8Array> {
  const stop = new AbortController();
  let answer: Uint8Array | undefined;
  let console = "";
  let isAsked = false;
  const network = new TableNetwork(({ data }) => {
    answer ??= data;
    stop.abort();
  });
  const result = await runBoard({
    ...{ board: "host", program: enginePath("host", "release"), stateFolder, network, clock: "real" },
    ...{ untilUs: LIMIT_US, signal: stop.signal },
    onConsole: (text) => {
      console += text;
      if (isAsked || !console.includes(whenItSays)) return;
      isAsked = true;
      // The app's socket is open, and the board in the middle of its turn.
      setImmediate(() => network.deliver(port, ASKER, question));
    },
  });
  if (answer === undefined) throw new Error(`the device did not answer (${result.reason}): ${result.console}`);
  return answer;
}
