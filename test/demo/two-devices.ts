// SPDX-License-Identifier: Apache-2.0
/** Two devices on one network in this process, each in its own real time: nothing of the computer's ports is taken. */
import { parseRecording } from "../../host-sim/board/recording.js";
import { runBoard } from "../../host-sim/board/run.js";
import { TableNetwork } from "../../host-sim/board/table-network.js";
import { enginePath } from "../../host-sim/engine/paths.js";

const ADDRESS = "127.0.0.1";

export interface DeviceOnNetwork {
  readonly stateFolder: string;
  /** CSV: what is at its pins, and when. */
  readonly inputs: string;
}

type Consoles = readonly [string, string];

/**
 * Runs both until what they wrote is enough.
 * @returns What they wrote.
 * @throws Error - one of them ended by itself.
 */
export async function runBoth(
  devices: readonly [DeviceOnNetwork, DeviceOnNetwork],
  isEnough: (consoles: Consoles) => boolean,
): Promise<Consoles> {
  const stop = new AbortController();
  const consoles: [string, string] = ["", ""];
  const networks: TableNetwork[] = devices.map(
    (_, i) =>
      new TableNetwork(({ port, data }, fromPort) => {
        // Not within the sender's turn: the other one may be in the middle of its own.
        setImmediate(() => networks[1 - i]?.deliver(port, { address: ADDRESS, port: fromPort }, data));
      }),
  );
  const runs = devices.map(async ({ stateFolder, inputs }, i) => {
    const result = await runBoard({
      ...{ board: "host", program: enginePath("host", "release"), stateFolder, clock: "real", signal: stop.signal },
      recording: parseRecording(`time,channel,value\n${inputs}`, "inputs"),
      network: networks[i] as TableNetwork,
      onConsole: (text) => {
        consoles[i as 0 | 1] += text;
        if (isEnough(consoles)) stop.abort();
      },
    }).finally(() => stop.abort());
    if (result.reason !== "stopped") throw new Error(`device ${i}: ${result.reason}: ${result.text}`);
  });
  await Promise.all(runs);
  return consoles;
}
