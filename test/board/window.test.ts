// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { FLASH_SIZE } from "../../devices/io/partitions.js";
import { BoardError } from "../../host-sim/board/error.js";
import {
  APP0_SIZE,
  FLASH_OFFSET,
  POWER_ON_OFFSET,
  PowerOnField,
  PROGRAMMED_OFFSET,
} from "../../host-sim/board/layout.js";
import { encodePowerOn, type PowerOn } from "../../host-sim/board/power-on.js";
import { DeviceState } from "../../host-sim/board/window.js";

const POWER_ON: PowerOn = {
  virtualTime: true,
  fixedSeed: false,
  debug: false,
  hasDebugger: false,
  service: false,
  profile: "iak",
  seed: new Uint8Array(32).fill(0x5a),
  wallClockMs: -1,
  heapBytes: 1,
  stackSlots: 2,
  appOffset: 3,
  appLength: 4,
  cutOperation: 5,
  operations: 6,
  resetCause: "watchdog",
  startUs: 2 ** 40 + 7,
  counters: 8,
  watchdogMaxMs: 9,
  inputs: [
    { atUs: 0, kind: "analog", channel: 15, value: 4095 },
    { atUs: 0, kind: "digital", channel: 31, value: 1 },
    { atUs: 0, kind: "digital", channel: 0, value: 0 },
  ],
};

describe("state folder", () => {
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

  it("begins with an erased flash in a sparse file", () => {
    withState((state) => assert.isTrue(state.read(FLASH_OFFSET, FLASH_SIZE).every((byte) => byte === 0xff)));
    const { size, blocks } = statSync(join(folder, "window.bin"));
    assert.strictEqual(size, 16 * 1024 * 1024);
    assert.isBelow(blocks * 512, 8 * 1024 * 1024);
  });

  it("keeps the flash between runs", () => {
    withState((state) => state.writeApp(Uint8Array.of(1, 2, 3)));
    withState((state) => assert.deepEqual([...state.read(FLASH_OFFSET, 4)], [1, 2, 3, 0xff]));
  });

  it("programs whole units and replaces an app as a programmer does", () => {
    withState((state) => {
      assert.deepEqual(state.writeApp(new Uint8Array(33).fill(9)), { offset: FLASH_OFFSET, length: 33 });
      assert.deepEqual([...state.read(PROGRAMMED_OFFSET, 2)], [0b111, 0]);
      state.writeApp(new Uint8Array(16).fill(8));
      assert.deepEqual([...state.read(PROGRAMMED_OFFSET, 2)], [0b1, 0]);
      assert.isTrue(state.read(FLASH_OFFSET + 16, 64).every((byte) => byte === 0xff));
    });
  });

  it("takes an app as large as its slot, none that is larger or empty", () => {
    withState((state) => {
      state.writeApp(new Uint8Array(APP0_SIZE));
      assert.throws(() => state.writeApp(new Uint8Array(APP0_SIZE + 1)), BoardError, "slot");
      assert.throws(() => state.writeApp(new Uint8Array(0)), BoardError, "slot");
      assert.isTrue(state.read(FLASH_OFFSET, APP0_SIZE).every((byte) => byte === 0));
      assert.strictEqual(state.read(FLASH_OFFSET + APP0_SIZE, 1)[0], 0xff);
    });
  });

  it("refuses a folder that a living process uses, and takes over from a dead one", () => {
    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    withState(() => assert.throws(() => new DeviceState(folder), BoardError, `in use by process ${process.pid}`));
    writeFileSync(join(folder, "lock"), `${dead}\n`);
    withState(() => assert.strictEqual(readFileSync(join(folder, "lock"), "utf8"), `${process.pid}\n`));
    assert.isFalse(existsSync(join(folder, "lock")));
  });

  it("refuses a window of another size and leaves it alone", () => {
    writeFileSync(join(folder, "window.bin"), "mine");
    assert.throws(() => new DeviceState(folder), BoardError, "not a window");
    assert.strictEqual(readFileSync(join(folder, "window.bin"), "utf8"), "mine");
    assert.isFalse(existsSync(join(folder, "lock")));
  });

  it("writes the power-on block field by field", () => {
    const view = new DataView(encodePowerOn(POWER_ON).buffer);
    const number = (field: keyof typeof PowerOnField) => view.getUint32(PowerOnField[field], true);
    assert.deepEqual([number("magic"), number("version"), number("flags")], [0x4f504854, 2, 1]);
    assert.strictEqual(view.getBigInt64(PowerOnField.wall_clock_ms, true), -1n);
    assert.deepEqual(
      [
        number("heap_bytes"),
        number("stack_slots"),
        number("app_offset"),
        number("app_length"),
        number("cut_operation"),
      ],
      [1, 2, 3, 4, 5],
    );
    assert.deepEqual(
      [
        number("operations"),
        number("reset_cause"),
        number("counters"),
        number("watchdog_max_ms"),
        number("switched_off"),
      ],
      [6, 3, 8, 9, 0],
    );
    assert.strictEqual(view.getBigUint64(PowerOnField.start_us, true), 2n ** 40n + 7n);
    assert.strictEqual(number("cut_bytes"), 0xffffffff);
    assert.strictEqual(number("digital_levels"), 0x80000000);
    assert.strictEqual(number("digital_driven"), 0x80000001);
    assert.strictEqual(view.getUint16(PowerOnField.analog_values + 30, true), 4095);
    assert.throws(() => encodePowerOn({ ...POWER_ON, seed: new Uint8Array(31) }), RangeError, "32 bytes");
  });

  it("leaves no seed behind", () => {
    withState((state) => {
      state.writePowerOn(POWER_ON);
      assert.strictEqual(state.read(POWER_ON_OFFSET + PowerOnField.seed, 1)[0], 0x5a);
    });
    withState((state) => {
      assert.isTrue(state.read(POWER_ON_OFFSET + PowerOnField.seed, 32).every((byte) => byte === 0));
    });
  });
});
