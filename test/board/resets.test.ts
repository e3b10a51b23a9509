// SPDX-License-Identifier: Apache-2.0
/** Boards that start again by themselves, and why a board says that it starts. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { assert } from "chai";
import { FLASH_SECTOR_SIZE } from "../../devices/io/partitions.js";
import { Device } from "../../host-sim/board/device.js";
import { BoardError } from "../../host-sim/board/error.js";
import { FLASH_OFFSET, OTP_OFFSET, POWER_ON_OFFSET, PowerOnField, ResetCause } from "../../host-sim/board/layout.js";
import { type Reset, Resets } from "../../host-sim/board/resets.js";
import { DeviceState } from "../../host-sim/board/window.js";
import { enginePath } from "../../host-sim/engine/paths.js";
import { useEngines } from "../cli/support.js";
import { BOARDS, imageOf, type Machine, nameOf, run, runC, SANITIZED } from "../refusals/boards.js";

const FW0 = FLASH_OFFSET + 0x400000;

/** The runtime with a watchdog of two seconds. */
function watched({ board, variant }: Machine): string {
  return join(dirname(enginePath(board, variant)), "guarded-board");
}

describe("resets", function () {
  this.timeout(120_000);
  useEngines(...BOARDS, SANITIZED);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "thimble-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function withState<T>(use: (state: DeviceState) => T): T {
    const state = new DeviceState(folder);
    try {
      return use(state);
    } finally {
      state.close();
    }
  }

  function causeOf(): number | undefined {
    return withState((state) => state.read(POWER_ON_OFFSET + PowerOnField.reset_cause, 1)[0]);
  }

  for (const machine of [...BOARDS, SANITIZED]) {
    const name = nameOf(machine);

    it(`open the locks, keep OTP, counters and flash, and say why they were, on ${name}`, async () => {
      const found = await runC(machine, "silicon-board", Uint8Array.of(1), { stateFolder: folder });
      const startUs = found.startUs ?? 0;
      assert.deepEqual(found, { starts: 3, causes: 0x123, open: 31, startUs, operations: 11, watchdog: 0 });
      assert.isAtLeast(startUs, 100_001, "the clock goes on over resets");
      assert.isAtMost(startUs, 100_010);
      withState((state) => {
        assert.deepEqual([...state.read(OTP_OFFSET, 4)], [0x23, 0x01, 0, 0]);
        assert.deepEqual([...state.read(FW0, 2)], [1, 0]);
      });
    });

    it(`keep the count of operations, and a power cut that is still to come, on ${name}`, async () => {
      for (const operation of [2, 3, 9, 10, 11]) {
        rmSync(folder, { recursive: true, force: true });
        const program = join(dirname(enginePath(machine.board, machine.variant)), "silicon-board");
        const app = Uint8Array.of(1);
        const result = await run(machine, app, {
          program,
          boot: program,
          stateFolder: folder,
          cut: { operation, bytes: 0 },
        });
        const resets = operation < 3 ? 0 : operation < 10 ? 1 : 2;
        assert.deepInclude(result, { reason: "powerCut", resets }, `${operation}`);
        assert.strictEqual(result.report.operations, operation);
        withState((state) => assert.isFalse(state.wasSwitchedOff));
      }
    });

    it(`come from a watchdog when an app sleeps beyond its period, on ${name}`, async () => {
      const app = await imageOf(`
        import Timer from "timer";
        trace(Date.now(), "\\n");
        Timer.set(() => trace("too late\\n"), 3000);
      `);
      const resets: Reset[] = [];
      const turns: number[] = [];
      const onReset = (reset: Reset) => resets.push(reset);
      const onTurn = (timeUs: number) => turns.push(timeUs);
      const options = { program: watched(machine), wallClockMs: 0, untilUs: 5e6, onReset, onTurn };
      const result = await run(machine, app, options);
      assert.deepInclude(result, { reason: "stopped", stoppedBy: "until", timeUs: 5e6, resets: 2 });
      assert.deepEqual(result.console.trim().split("\n"), ["0", "2000", "4000"]);
      assert.deepEqual(
        turns,
        [...turns].sort((a, b) => a - b),
      );
      assert.deepEqual(
        resets.map(({ cause, timeUs, text }) => [cause, Math.floor(timeUs / 1000), text]),
        [
          ["watchdog", 2000, ""],
          ["watchdog", 4000, ""],
        ],
      );
    });

    it(`come from a watchdog in the middle of a loop that reads the clock, on ${name}`, async () => {
      const app = await imageOf(`
        import Timer from "timer";
        const start = Date.now();
        trace(start, "\\n");
        if (start === 0) Timer.set(() => { while (Date.now() < 1e9); }, 1990);
      `);
      const result = await run(machine, app, { program: watched(machine), wallClockMs: 0, untilUs: 3e6 });
      assert.deepInclude(result, { reason: "stopped", resets: 1 });
      assert.strictEqual(result.console, "0\n2000\n");
    });

    it(`come from a watchdog when an app is busy, at its time and with the place, on ${name}`, async () => {
      const app = await imageOf(`
        const start = Date.now();
        trace(start, "\\n");
        function stay() { for (let i = 0; start === 0; i++) Math.abs(i); }
        stay();
      `);
      const resets: Reset[] = [];
      const options = {
        wallClockMs: 0,
        untilUs: 3e6,
        busyLimitMs: 2000,
        onReset: (reset: Reset) => resets.push(reset),
      };
      const result = await run(machine, app, { program: watched(machine), ...options });
      assert.deepInclude(result, { reason: "stopped", resets: 1 });
      assert.strictEqual(result.console, "0\n2000\n");
      assert.match(resets[0]?.text ?? "", /^the app kept the processor busy for 2 s: .*\n at stay \(/s);
    });
  }

  const [host] = BOARDS as [Machine];

  it("end a device on the table in the middle of a step, which then goes on", async () => {
    const app = await imageOf(`
      import Timer from "timer";
      import Digital from "embedded:io/digital";
      import storage from "embedded:storage/key-value";
      const led = new Digital({ pin: 2, mode: Digital.Output });
      Timer.set(() => led.write(1), 500);
      const start = Date.now();
      trace(start, "\\n");
      if (start === 4000) for (;;);
      if (start === 8000) storage.open({ path: "a", format: "uint32" }).write("b", 1);
    `);
    let text = "";
    const pins: number[] = [];
    const device = new Device({
      ...{ board: "host", program: watched(host), app, wallClockMs: 0, busyLimitMs: 5000 },
      onConsole: (more) => {
        text += more;
      },
      onPin: ({ what, atUs }) => {
        if (what === "write") pins.push(Math.floor(atUs / 1000));
      },
    });
    try {
      await device.powerOn();
      await device.advance(6_400_000);
      assert.isTrue(device.isOn);
      assert.strictEqual(text, "0\n2000\n4000\n6000\n");
      assert.deepEqual(pins, [0, 500, 2000, 2500, 4000, 6000]);
      assert.strictEqual(device.timeUs, 6_400_000);
      assert.strictEqual(device.wallClockMs, 6400);
      device.cutAt({ operation: 1 });
      const end = await device.advance(2_000_000);
      assert.deepInclude(end, { reason: "powerCut", operations: 1 }, "what was asked for before a reset");
      assert.isTrue(text.endsWith("6000\n8000\n"));
    } finally {
      await device.close();
    }
  });

  it("come from a watchdog also when the app is in a call of the engine that does not answer", async () => {
    const app = await imageOf(`
      trace(Date.now(), "\\n");
      if (Date.now() < 1000) /^(a+)+$/.test("a".repeat(60) + "b");
    `);
    const result = await run(host, app, { program: watched(host), wallClockMs: 0, untilUs: 3e6, busyLimitMs: 2000 });
    assert.deepInclude(result, { reason: "stopped", resets: 1 });
  });

  it("bring inputs to where they are by then, and those after it at their time", async () => {
    const app = await imageOf(`
      import Digital from "embedded:io/digital";
      const button = new Digital({
        pin: 3, mode: Digital.Input, edge: Digital.Rising | Digital.Falling,
        onReadable() { trace(Date.now(), ": ", this.read(), "\\n"); },
      });
      trace(Date.now(), ": starts with ", button.read(), "\\n");
    `);
    const at = (atUs: number, value: number) => ({ atUs, kind: "digital", channel: 3, value }) as const;
    const recording = { events: [at(0, 0), at(1e6, 1), at(1.5e6, 0), at(2.5e6, 1)], startMs: 0 };
    const result = await run(host, app, { program: watched(host), recording, untilUs: 3e6 });
    assert.strictEqual(result.console, "0: starts with 0\n1000: 1\n1500: 0\n2000: starts with 0\n2500: 1\n");
  });

  it("are no loop when they are rare, and end a run when they come again and again", async () => {
    const rare = new Resets();
    for (let i = 1; i <= 200; i++) rare.push({ cause: "watchdog", timeUs: i * 4_000_001, text: "" });
    assert.strictEqual(rare.count, 200);
    const app = await imageOf(`import "timer"; trace("x");`);
    const error: BoardError = await run(host, app, { program: watched(host), untilUs: 1e9 }).catch((thrown) => thrown);
    assert.instanceOf(error, BoardError);
    assert.strictEqual(error.code, "RESET_LOOP");
    assert.match(error.message, /reset itself 16 times within a minute of its time, the last time by its watchdog/);
  });

  it("are told apart: power on, power that failed, and a simulator that died", async () => {
    const app = await imageOf(`trace("x");`);
    const start = (options = {}) => run(host, app, { stateFolder: folder, ...options });
    await start();
    assert.strictEqual(causeOf(), ResetCause.powerOn);
    await start();
    assert.strictEqual(causeOf(), ResetCause.powerOn);
    const cutPower = new AbortController();
    const endless = await imageOf(`for (;;);`);
    setTimeout(() => cutPower.abort(), 300);
    const { reason } = await run(host, endless, { stateFolder: folder, cutPower: cutPower.signal });
    assert.strictEqual(reason, "powerCut");
    assert.strictEqual(causeOf(), ResetCause.powerOn);
    await start();
    assert.strictEqual(causeOf(), ResetCause.brownOut);
    await start();
    assert.strictEqual(causeOf(), ResetCause.powerOn);
    withState((state) => state.writePowerOn({ ...POWER_ON }));
    await start();
    assert.strictEqual(causeOf(), ResetCause.brownOut);
  });
});

const POWER_ON = {
  ...{
    virtualTime: true,
    fixedSeed: false,
    debug: false,
    hasDebugger: false,
    service: false,
    profile: "iak" as const,
    seed: new Uint8Array(32),
  },
  ...{ wallClockMs: 0, heapBytes: 0, stackSlots: 0, appOffset: FLASH_OFFSET, appLength: FLASH_SECTOR_SIZE },
  ...{ cutOperation: 0, inputs: [], operations: 0, startUs: 0, counters: 4, watchdogMaxMs: 1 },
  resetCause: "powerOn",
} as const;
