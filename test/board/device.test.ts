// SPDX-License-Identifier: Apache-2.0
/** A device on the table: stepped time, power, pins, network and faults, on both boards. */

import { readFileSync } from "node:fs";
import { assert } from "chai";
import type { Datagram } from "../../devices/io/frames.js";
import { Device, type DeviceOptions } from "../../host-sim/board/device.js";
import { buildApp } from "../../host-sim/compiler/app.js";
import { enginePath } from "../../host-sim/engine/paths.js";
import { makeApp, useEngines } from "../cli/support.js";

const APP = `
import Analog from "embedded:io/analog";
import Digital from "embedded:io/digital";
import UDP from "embedded:io/socket/udp";
import storage from "embedded:storage/key-value";
import Timer from "timer";

const counts = storage.open({ path: "counts", format: "uint32" });
const starts = (counts.read("starts") ?? 0) + 1;
counts.write("starts", starts);
trace("start ", starts, " at ", new Date().toISOString(), "\\n");
const led = new Digital({ pin: 2, mode: Digital.Output });
let on = 0;
Timer.repeat(() => led.write((on ^= 1)), 1000);
const sensor = new Analog({ pin: 1 });
const button = new Digital({
  pin: 0, mode: Digital.InputPullUp, edge: Digital.Falling,
  onReadable() { trace("pressed, sensor ", sensor.read(), "\\n"); counts.write("presses", (counts.read("presses") ?? 0) + 1); },
});
const udp = new UDP({ port: 5000, onReadable() {
  const packet = this.read()!;
  if (packet.byteLength === 0) throw new RangeError("empty");
  if (packet.byteLength === 1) for (;;);
  this.write(packet, packet.address, packet.port);
} });
`;
const MANIFEST = {
  include: [
    "$(MODDABLE)/examples/manifest_base.json",
    "$(MODDABLE)/modules/io/manifest.json",
    "$(MODDABLE)/modules/io/storage/manifest.json",
  ],
};
const START_MS = Date.UTC(2030, 0, 1);

describe("a device on the table", function () {
  this.timeout(30_000);
  useEngines({ board: "host", variant: "release" }, { board: "mps2-an505", variant: "release" });
  let app: Buffer;
  before(async () => {
    const folder = makeApp({ "main.ts": APP }, MANIFEST);
    app = readFileSync((await buildApp(folder, { board: "host", debug: false })).image);
  });

  for (const board of ["host", "mps2-an505"] as const) {
    describe(board, () => {
      let text = "";
      let sent: Array<Datagram & { fromPort: number }> = [];
      let device: Device;
      const make = (more: Partial<DeviceOptions> = {}): Device => {
        text = "";
        sent = [];
        return new Device({
          board,
          program: enginePath(board, "release"),
          app,
          wallClockMs: START_MS,
          busyLimitMs: 10_000,
          onConsole: (chunk) => {
            text += chunk;
          },
          onDatagram: (datagram, fromPort) => sent.push({ ...datagram, fromPort }),
          ...more,
        });
      };
      beforeEach(() => {
        device = make();
      });
      afterEach(() => device.close());

      it("moves time by what it is told, timers of that time included", async () => {
        assert.isUndefined(await device.powerOn());

        assert.equal(text, "start 1 at 2030-01-01T00:00:00.000Z\n");
        const levels: Array<number | undefined> = [];
        for (const ms of [999, 1, 999, 1, 10_000, 1000]) {
          await device.advance(ms * 1000);
          levels.push(device.pins.get(2));
        }
        assert.deepEqual(levels, [0, 1, 1, 0, 0, 1]);
        assert.closeTo(device.timeUs, 13_000_000, 1000);
      });

      it("stops early where a condition is met", async () => {
        await device.powerOn();
        await device.advance(60_000_000, () => device.pins.get(2) === 1);
        assert.closeTo(device.timeUs, 1_000_000, 1000);
      });

      it("goes on with its flash and its clock after the power was cut", async () => {
        await device.powerOn();
        await device.advance(5_000_000);
        await device.cutPower();
        assert.equal(device.end?.reason, "powerCut");
        assert.isFalse(device.isOn);
        await device.advance(55_000_000);
        await device.powerOn();

        assert.match(text, /start 2 at 2030-01-01T00:01:00\.00\dZ\n$/);
        await device.powerOff();
        assert.equal(device.end?.reason, "stopped");
        await device.wipe();
        await device.powerOn();

        assert.match(text, /start 1 at 2030-01-01T00:00:00\.000Z\n$/);
      });

      it("loses its power at a flash operation, of a start or later", async () => {
        device.cutAt({ operation: 1 });
        assert.equal((await device.powerOn())?.reason, "powerCut");
        assert.isUndefined(await device.powerOn(), "a cut is spent");
        device.cutAt({ operation: 1, bytes: 0 });
        const end = await device.drive("digital", 0, 0);
        assert.equal(end?.reason, "powerCut");
        assert.isFalse(device.isOn);
        assert.isUndefined(await device.powerOn());
      });

      it("sees its inputs change, also over a reboot", async () => {
        await device.drive("analog", 1, 123);
        await device.powerOn();
        await device.drive("digital", 0, 0);
        await device.drive("digital", 0, 1);
        await device.drive("analog", 1, 456);
        await device.drive("digital", 0, 0);

        assert.match(text, /pressed, sensor 123\npressed, sensor 456\n$/);
        await device.cutPower();
        await device.powerOn();
        await device.drive("digital", 0, 1);
        await device.drive("digital", 0, 0);

        assert.match(text, /pressed, sensor 456\n$/);
      });

      it("talks to the network that it is given", async () => {
        await device.powerOn();
        const from = { address: "192.0.2.7", port: 1234 };
        assert.isFalse(await device.deliver(5001, from, Uint8Array.of(1, 2)));
        assert.isTrue(await device.deliver(5000, from, Uint8Array.of(1, 2)));
        const [packet] = sent;
        assert.deepEqual([packet?.address, packet?.port, packet?.fromPort], ["192.0.2.7", 1234, 5000]);
        assert.deepEqual([...(packet?.data ?? [])], [1, 2]);
      });

      it("tells how it ended by itself, and when it hangs", async () => {
        await device.powerOn();
        await device.deliver(5000, { address: "192.0.2.7", port: 1 }, new Uint8Array(0));
        assert.equal(device.end?.reason, "uncaught");
        assert.match(device.end?.text ?? "", /^RangeError: empty/);
        assert.isFalse(device.isOn);
        await device.close();
        device = make({ busyLimitMs: 1500 });
        await device.powerOn();
        await device.deliver(5000, { address: "192.0.2.7", port: 1 }, new Uint8Array(1));
        assert.equal(device.end?.reason, "busy");
        assert.isFalse(device.isOn);
        assert.isUndefined(await device.powerOn(), "and it starts again");
      });

      it("is off, with a reason, after an error of the simulator's", async () => {
        await device.powerOn();
        await device.advance(1_000_000);
        const { wallClockMs } = device;
        const from = { address: "1".repeat(300), port: 1 };
        const error: Error = await device.deliver(5000, from, new Uint8Array(2)).catch((thrown) => thrown);
        assert.match(error.message, /address too long/);
        assert.isFalse(device.isOn);
        assert.deepInclude(device.end, { reason: "fatal", text: error.message });
        assert.closeTo(device.wallClockMs, wallClockMs, 1);
        assert.isUndefined(await device.powerOn(), "and it starts again");
        assert.isTrue(await device.deliver(5000, { address: "192.0.2.7", port: 1 }, new Uint8Array(2)));
      });

      it("refuses an app with a flipped bit, and runs it when the flash is put back", async () => {
        const image = device.faults.save();
        device.faults.flipBit({ partition: "app0", offset: 100 }, 3);
        assert.equal((await device.powerOn())?.reason, "refused");
        device.faults.restore(image);
        assert.isUndefined(await device.powerOn());
        assert.throws(() => device.faults.flipBit({ partition: "kv", offset: 0x10000 }, 0), /outside kv/);
        assert.throws(() => device.faults.flipBit({ partition: "nvs", offset: 0 }, 0), /no partition/);
      });

      it("has no more heap than it is given", async () => {
        const end = await device.powerOn({ heapBytes: board === "host" ? 200_000 : 90_000 });
        assert.include(["memory", "refused"], end?.reason);
      });
    });
  }
});
