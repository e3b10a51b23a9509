// SPDX-License-Identifier: Apache-2.0
/** The lab and the tester's side of it: a script on a tester plays with a device, both on real boards. */
import { readFileSync } from "node:fs";
import { assert } from "chai";
import { runBoard } from "../../host-sim/board/run.js";
import { buildApp } from "../../host-sim/compiler/app.js";
import { enginePath } from "../../host-sim/engine/paths.js";
import { Channel } from "../../host-sim/testing/channel.js";
import { Lab } from "../../host-sim/testing/lab.js";
import { makeApp, RUN_LIMIT_MS, useEngines } from "../cli/support.js";

const APP = `
import Analog from "embedded:io/analog";
import Digital from "embedded:io/digital";
import UDP from "embedded:io/socket/udp";
import storage from "embedded:storage/key-value";
import Timer from "timer";
const counts = storage.open({ path: "counts", format: "uint32" });
const starts = (counts.read("starts") ?? 0) + 1;
counts.write("starts", starts);
trace("start ", starts, "\\n");
const led = new Digital({ pin: 2, mode: Digital.Output });
let on = 0;
Timer.repeat(() => led.write((on ^= 1)), 1000);
const sensor = new Analog({ pin: 1 });
const udp = new UDP({ onReadable() { trace("answer ", new Uint8Array(this.read()!)[0]!, "\\n"); } });
new Digital({
  pin: 0, mode: Digital.InputPullUp, edge: Digital.Falling,
  onReadable() {
    counts.write("presses", (counts.read("presses") ?? 0) + 1);
    trace("press ", counts.read("presses")!, " sensor ", sensor.read(), "\\n");
    udp.write(Uint8Array.of(sensor.read() & 255), "192.0.2.9", 7000);
    if (sensor.read() === 4092) for (let i = 0; i < 8; i++) trace("é€😀".repeat(1000));
    if (sensor.read() === 4092) trace("\\n");
    if (sensor.read() === 4093) for (let i = 0; i < 160; i++) trace("x".repeat(1000), "\\n");
    if (sensor.read() === 4094) for (;;);
    if (sensor.read() === 4095) throw new RangeError("too hot");
  },
});
`;
const MANIFEST = {
  include: [
    "$(MODDABLE)/examples/manifest_base.json",
    "$(MODDABLE)/modules/io/manifest.json",
    "$(MODDABLE)/modules/io/storage/manifest.json",
  ],
};
/** Each function is called by its name; what it returns is compared here. */
const SCRIPT = `
import { channel } from "thimble/testing/channel";
import { device } from "thimble/testing/device";
const rejected = (promise) => promise.then(() => "nothing was thrown", (error) => error.message);
async function mistakenDatagrams() {
  await device.powerOn();
  const from = { address: "192.0.2.9", port: 1 };
  const wrong = [[5, {}], [5], [5, { ...from, address: "1".repeat(300) }], [5, { ...from, port: 65536 }], ["5", from]];
  const seen = [];
  for (const [port, sender] of wrong) seen.push(await rejected(device.deliver(Uint8Array.of(1), port, sender)));
  seen.push(await rejected(device.deliver(new Uint8Array(1473), 5, from)));
  await device.advance(1000);
  return [...seen, device.isOn, device.pinChanges.length];
}
const acts = {
  async time() {
    await device.powerOn();
    const seen = [device.console, device.pin(2)];
    await device.advance(1000);
    seen.push(device.pin(2), device.pinChanges.length, Math.round(device.timeMs));
    await device.until(() => device.pin(2) === 0);
    seen.push(Math.round(device.timeMs), device.date.toISOString().slice(0, 19));
    seen.push(await rejected(device.until(() => false, { withinMs: 5 })));
    return seen;
  },
  async power() {
    await device.powerOn();
    await device.advance(100);
    await device.cutPower();
    const seen = [device.isOn, device.end.reason, device.timeMs];
    await device.powerOn();
    seen.push(device.isOn, device.console, device.end === undefined);
    await device.cutPowerAt({ operation: 1 });
    await device.press(0);
    seen.push(device.isOn, device.end.reason);
    await device.reset();
    await device.powerOff();
    seen.push(device.end.reason, device.console);
    await device.wipe();
    await device.powerOn();
    seen.push(device.console);
    return seen;
  },
  async network() {
    device.peer("192.0.2.9", 7000, (data, answer) => { answer(Uint8Array.of(data[0] + 1)); answer(Uint8Array.of(data[0] + 2)); });
    await device.setAnalog(1, 40);
    await device.powerOn();
    await device.press(0);
    const [{ address, port, appPort, data }] = device.sent;
    return [device.console, address, port, appPort >= 49152, [...data], device.sent.length];
  },
  async ends() {
    await device.setAnalog(1, 4095);
    await device.powerOn();
    const seen = [await rejected(device.press(0)), device.isOn, device.end.reason];
    await device.powerOn();
    await device.setPin(0, 1);
    const end = device.untilEnd({ withinMs: 10 }).then((e) => e.reason, (error) => error.message);
    seen.push(await end);
    await device.powerOff();
    seen.push(await rejected(device.powerOn({ heapBytes: 8192 })));
    return seen;
  },
  async hangs() {
    await device.setAnalog(1, 4094);
    await device.powerOn();
    const thrown = await rejected(device.press(0));
    const seen = [thrown, device.isOn, device.end.reason];
    await device.setAnalog(1, 0);
    await device.powerOn();
    return [...seen, device.isOn];
  },
  async faults() {
    await device.powerOn();
    const before = await device.saveFlash();
    const text = await device.readFlash({ partition: "kv", offset: 0 }, 4);
    await device.press(0);
    await device.cutPower();
    await device.restoreFlash(before);
    await device.powerOn();
    await device.press(0);
    const seen = [text.length, device.console, await rejected(device.restoreFlash(before))];
    await device.powerOff();
    await device.flipBit({ partition: "app0", offset: 40 }, 0);
    seen.push(await rejected(device.powerOn()));
    return seen;
  },
  async mistakes() {
    return [
      await rejected(device.setPin(32, 1)),
      await rejected(device.setAnalog(0, 5000)),
      await rejected(device.advance(-1)),
      await rejected(device.cutPowerAt({ operation: 0 })),
      await rejected(device.deliver(Uint8Array.of(1), 5, { address: "192.0.2.9", port: 1 })),
      await rejected(device.flipBit({ partition: "nvs", offset: 0 }, 0)),
      ...(await mistakenDatagrams()),
    ];
  },
  async much() {
    await device.powerOn();
    await device.advance(10_800_000);
    const seen = [Math.round(device.timeMs), await rejected((async () => device.pinChanges)())];
    device.clearRecords();
    await device.advance(2000);
    seen.push(device.pinChanges.map(({ level }) => level));
    await device.setAnalog(1, 4093);
    const letters = (n) => rejected((async () => device.console.length + n)());
    await device.press(0);
    seen.push(await letters(0));
    device.clearRecords();
    await device.setAnalog(1, 4092);
    await device.press(0);
    seen.push(device.console.length, device.console.endsWith("é€😀".repeat(8000) + "\\n"));
    const kv = await device.readFlash({ partition: "kv", offset: 0 }, 3000);
    const end = await device.readFlash({ partition: "kv", offset: 1500 }, 1500);
    seen.push(kv.length, end.every((byte, i) => byte === kv[1500 + i]));
    seen.push((await device.readFlash({ partition: "kv", offset: 0 }, 0)).length);
    seen.push(await rejected(device.readFlash({ partition: "kv", offset: 0 }, 0x4000_0000)));
    return seen;
  },
  async refusals() {
    const [from, port] = [{ address: "192.0.2.9", port: 1 }, 5683];
    const byte = Uint8Array.of(1);
    const kv = { partition: "kv", offset: 0 };
    const wrong = [
      () => device.peer("nonsense", 5, () => {}),
      () => device.peer("192.0.2.9", -5, () => {}),
      () => device.peer("192.0.2.9", 5),
      ...[70000, -1, 1.5, undefined].map((wrongPort) => () => device.deliver(byte, port, { address: "192.0.2.9", port: wrongPort })),
      ...["999.1.1.1", "localhost", ""].map((address) => () => device.deliver(byte, port, { address, port: 1 })),
      () => device.deliver(byte, 0, from),
      () => device.deliver(byte, port),
      () => device.deliver([1], port, from),
      () => device.deliver(new Uint8Array(1473), port, from),
      ...[0, NaN, "x", Symbol("s")].map((heapBytes) => () => device.powerOn({ heapBytes })),
      () => device.powerOn({ heapByte: 5 }),
      () => device.powerOn({ stackSlots: 0 }),
      () => device.powerOn(5),
      ...[NaN, "x", -1].map((bytes) => () => device.cutPowerAt({ operation: 1, bytes })),
      () => device.cutPowerAt({ operation: 1e12 }),
      () => device.until(async () => false),
      () => device.until(5),
      () => device.until(() => true, { within: 5 }),
      () => device.restoreFlash(),
      () => device.restoreFlash({ image: NaN }),
      () => device.readFlash(kv, NaN),
      () => device.readFlash({ partition: "kv", offset: 2 ** 40 }, 1),
      () => device.flipBit(kv, 8),
      () => device.setPin(NaN, 1),
      () => device.setPin(0, true),
      () => device.setAnalog(0, NaN),
      () => device.press(0, { hold: 5 }),
      () => device.advance("5"),
    ];
    const words = [];
    for (const call of wrong) words.push(await rejected((async () => call())()));
    device.peer("192.0.2.9", 7000, (data, answer) => answer(new Uint8Array(1473)));
    await device.setAnalog(1, 40);
    await device.powerOn();
    words.push(await rejected(device.press(0)));
    return words;
  },
  async unawaited() {
    device.powerOn();
    device.advance(1000);
    await device.advance(1000);
    return [device.pinChanges.length, Math.round(device.timeMs)];
  },
};
channel.handle("act", (name) => acts[name]());
`;

describe("the lab", function () {
  this.timeout(30_000);
  useEngines({ board: "host", variant: "release" }, { board: "mps2-an505", variant: "release" });
  let app: Buffer;
  let tester: Buffer;
  before(async () => {
    const image = async (folder: string): Promise<Buffer> =>
      readFileSync((await buildApp(folder, { board: "host", debug: false })).image);
    app = await image(makeApp({ "main.ts": APP }, MANIFEST));
    const include = [
      "$(MODDABLE)/examples/manifest_base.json",
      "$(MODDABLE)/modules/io/manifest.json",
      "$(THIMBLE)/manifests/bytes.json",
    ];
    const modules = { "*": "./main", "thimble/testing/*": "$(THIMBLE)/sdk/testing/*" };
    tester = await image(makeApp({ "main.js": SCRIPT }, { include, modules }));
  });

  for (const board of ["host", "mps2-an505"] as const) {
    const play = async (name: string, busyLimitMs = 10_000): Promise<unknown> => {
      const program = enginePath(board, "release");
      const channel = new Channel();
      const lab = new Lab({ board, program, app, busyLimitMs });
      lab.serve(channel);
      const stop = new AbortController();
      // As a tester has it: tester.ts.
      const heapBytes = board === "host" ? 0x40_0000 : 0x20_0000;
      const chosen = { clock: "virtual", network: channel, signal: stop.signal, heapBytes } as const;
      const run = runBoard({ board, program, app: tester, ...chosen });
      const ended = run.then(({ reason, text }) => {
        throw new Error(`the tester ended: ${reason}: ${text}`);
      });
      ended.catch(() => undefined);
      try {
        return await Promise.race([channel.call("act", name), ended]);
      } finally {
        stop.abort();
        await run;
        await lab.close();
      }
    };

    describe(board, () => {
      it("moves time", async () => {
        assert.deepEqual(await play("time"), [
          ...["start 1\n", 0, 1, 2, 1000, 2000, "2026-01-01T00:00:02"],
          "not true within 5 ms of the device's time; it wrote last: start 1\n",
        ]);
      });

      it("switches power", async () => {
        assert.deepEqual(await play("power"), [
          ...[false, "powerCut", 0, true, "start 1\nstart 2\n", true, false, "powerCut"],
          ...["stopped", "start 1\nstart 2\nstart 3\n", "start 1\n"],
        ]);
      });

      it("plays the network", async () => {
        const text = "start 1\npress 1 sensor 40\nanswer 41\nanswer 42\n";
        assert.deepEqual(await play("network"), [text, "192.0.2.9", 7000, true, [40], 1]);
      });

      it("tells how a device ended", async () => {
        const [thrown, isOn, reason, still, heap] = (await play("ends")) as unknown[];
        assert.match(String(thrown), /^the device stopped \(uncaught\): RangeError: too hot/);
        assert.deepEqual([isOn, reason, still], [false, "uncaught", "the device is still on after 10 ms of its time"]);
        assert.match(String(heap), /^the device stopped \((refused|memory)\)/);
      });

      it("tells that it is the device which hangs, not the tester", async () => {
        const words =
          /^the device stopped \(busy\): the app kept the processor busy for 2\.5 s: a loop that does not end\?\n at \S* ?\(app:\d+\)/;
        const [thrown, ...after] = (await play("hangs", 2500)) as unknown[];
        assert.match(String(thrown), words);
        assert.deepEqual(after, [false, "busy", true]);
      });

      it("makes faults", async () => {
        const [length, text, restored, refused] = (await play("faults")) as unknown[];
        assert.equal(length, 4);
        assert.equal(text, "start 1\npress 1 sensor 0\nstart 2\npress 1 sensor 0\n");
        assert.equal(restored, "the flash is put back while the device is off");
        assert.match(String(refused), /^the device stopped \(refused\): IMAGE_E_/);
      });

      it("keeps the last of much that a device did, and says so", async function () {
        this.timeout(RUN_LIMIT_MS);
        const [ms, pins, levels, text, length, isWhole, ...flash] = (await play("much")) as unknown[];
        assert.equal(ms, 10_800_000);
        const kept = (what: string, number: string, before: number): string =>
          `device.${what} is not whole: the tester keeps the last ${number}, and ${before} came before; empty the records in between, with device.clearRecords()`;
        assert.equal(pins, kept("pinChanges", "8192 changes", 10_801 - 8192));
        assert.deepEqual(levels, [1, 0]);
        assert.match(String(text), /^device\.console is not whole: .* 131072 characters, and 29\d{3} came before/);
        assert.deepEqual([length, isWhole], [24_000 + "press 2 sensor 4092\n".length + 1, true]);
        assert.deepEqual(flash.slice(0, 3), [3000, true, 0]);
        assert.match(String(flash[3]), /^1073741824 bytes at 0 are outside kv/);
      });

      it("names mistakes", async () => {
        assert.deepEqual(await play("mistakes"), [
          "a pin: expected a whole number from 0 to 31, got 32",
          "the value of an analog channel: expected a whole number from 0 to 4095, got 5000",
          "advance: expected a number from 0 to 316224000000, got -1",
          "cutPowerAt, operation: expected a whole number from 1 to 2147483647, got 0",
          "the datagram did not arrive: the device is off",
          'no partition "nvs": there are app0, app1, its, kv, storage, user, fw0, fw1, trust, boot, otp, counters',
          'deliver, from: expected an IPv4 address, as "192.0.2.7", got undefined',
          "deliver, from: expected an object with address, port, got undefined",
          `deliver, from: expected an IPv4 address, as "192.0.2.7", got "${"1".repeat(80)}"`,
          "deliver, from, port: expected a whole number from 1 to 65535, got 65536",
          'deliver, the app\'s port: expected a whole number from 1 to 65535, got "5"',
          "deliver: expected at most 1472 bytes, got 1473",
          ...[true, 2],
        ]);
      });

      it("takes no wrong argument in silence", async () => {
        const words = (await play("refusals")) as string[];
        assert.deepEqual(words, [
          'peer: expected an IPv4 address, as "192.0.2.7", got "nonsense"',
          "peer, port: expected a whole number from 1 to 65535, got -5",
          "peer, handler: expected a function, got undefined",
          ...["70000", "-1", "1.5", "undefined"].map(
            (port) => `deliver, from, port: expected a whole number from 1 to 65535, got ${port}`,
          ),
          ...["999.1.1.1", "localhost", ""].map(
            (address) => `deliver, from: expected an IPv4 address, as "192.0.2.7", got "${address}"`,
          ),
          "deliver, the app's port: expected a whole number from 1 to 65535, got 0",
          "deliver, from: expected an object with address, port, got undefined",
          "deliver: expected a Uint8Array, got an array",
          "deliver: expected at most 1472 bytes, got 1473",
          ...["0", "NaN", '"x"', "Symbol(s)"].map(
            (heap) => `powerOn, heapBytes: expected a whole number from 1 to 2147483647, got ${heap}`,
          ),
          'powerOn: there is no option "heapByte", only heapBytes, stackSlots',
          "powerOn, stackSlots: expected a whole number from 1 to 2147483647, got 0",
          "powerOn: expected an object with heapBytes, stackSlots, got 5",
          ...["NaN", '"x"', "-1"].map(
            (bytes) => `cutPowerAt, bytes: expected a whole number from 0 to 2147483647, got ${bytes}`,
          ),
          "cutPowerAt, operation: expected a whole number from 1 to 2147483647, got 1000000000000",
          "until: expected a function that answers at once, got a promise",
          "until: expected a function, got 5",
          'until: there is no option "within", only withinMs',
          "restoreFlash: expected an object with image, got undefined",
          "restoreFlash, image: expected a whole number from 0 to 2147483647, got NaN",
          "readFlash, length: expected a whole number from 0 to 2147483647, got NaN",
          "readFlash, offset: expected a whole number from 0 to 2147483647, got 1099511627776",
          "flipBit, bit: expected a whole number from 0 to 7, got 8",
          "a pin: expected a whole number from 0 to 31, got NaN",
          "the level of a pin: expected a whole number from 0 to 1, got true",
          "the value of an analog channel: expected a whole number from 0 to 4095, got NaN",
          'press: there is no option "hold", only level, holdMs',
          'advance: expected a number from 0 to 316224000000, got "5"',
          "a peer's answer: expected at most 1472 bytes, got 1473",
        ]);
      });

      it("does one thing after the other for a spec that does not wait", async () => {
        assert.deepEqual(await play("unawaited"), [3, 2000]);
      });
    });
  }
});
