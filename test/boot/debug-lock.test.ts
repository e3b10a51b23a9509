// SPDX-License-Identifier: Apache-2.0
/** The debug channel is open on a device in assembly or debug, and shut on one that keeps secrets. */
import type { Duplex } from "node:stream";
import { assert } from "chai";
import type { Debugger } from "../../host-sim/board/debugger.js";
import { useEngines } from "../cli/support.js";
import { imageOf, type Machine } from "../refusals/boards.js";
import { Fuse, firmwareOf, SignedDevice } from "./signed-device.js";

const MACHINE: Machine = { board: "host", variant: "debug" };
const LOGIN = /<login /;

/** Somebody at the debug channel who listens, and hangs up once the board has logged in. */
function listener(heard: string[]): Debugger {
  const attach = (channel: Duplex): void => {
    channel.on("error", () => undefined);
    channel.on("data", (chunk: Buffer) => {
      heard.push(chunk.toString());
      if (LOGIN.test(heard.join(""))) channel.destroy();
    });
  };
  const debug = { attach, drain: () => undefined, close: async () => undefined, holdsBoard: false };
  return debug as unknown as Debugger;
}

describe("debug lock", function () {
  this.timeout(60_000);
  useEngines(MACHINE);
  const devices: SignedDevice[] = [];
  afterEach(() => {
    for (const device of devices.splice(0)) device.remove();
  });

  async function start(
    prepare: (device: SignedDevice) => Promise<unknown>,
  ): Promise<{ lines: string[]; heard: string }> {
    const device = new SignedDevice(MACHINE);
    devices.push(device);
    await prepare(device);
    const heard: string[] = [];
    const lines = await device.told({ debug: true, openDebugger: async () => listener(heard) });
    return { lines, heard: heard.join("") };
  }

  it("is open in assembly and test", async () => {
    const { lines, heard } = await start(async (device) => {
      device.write("fw0", firmwareOf(MACHINE));
      device.write("app0", await imageOf(`trace("app runs\\n");`));
    });
    assert.deepEqual(lines, ["app runs", "stopped"]);
    assert.match(heard, LOGIN);
  });

  it("is shut once secured, and open in debug", async () => {
    const secured = await start((device) => device.provision());
    assert.deepEqual(secured, { lines: ["app runs", "stopped"], heard: "" });
    const debug = await start(async (device) => {
      await device.provision();
      device.setFuses({ [Fuse.debug]: Uint8Array.of(1) });
    });
    assert.deepEqual(debug.lines, ["app runs", "stopped"]);
    assert.match(debug.heard, LOGIN);
  });
});
