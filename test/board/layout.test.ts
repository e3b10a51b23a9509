// SPDX-License-Identifier: Apache-2.0
import { assert } from "chai";
import { ANALOG_CHANNELS, HaltReason } from "../../devices/io/frames.js";
import { FRESHNESS } from "../../devices/io/freshness.js";
import * as flash from "../../devices/io/partitions.js";
import * as layout from "../../host-sim/board/layout.js";
import { readSilicon } from "../../host-sim/board/silicon.js";
import { runCTest } from "./c-program.js";

describe("the layout in C and in TypeScript", function () {
  this.timeout(60_000);
  let c: Map<string, string>;
  before(() => {
    c = new Map(
      runCTest("flash-test", "layout")
        .split("\n")
        .filter((line) => line.includes("="))
        .map((line) => line.split("=") as [string, string]),
    );
  });

  it("has the same window, flash and power-on constants", () => {
    const numbers: Record<string, number> = {
      WINDOW_SIZE: layout.WINDOW_SIZE,
      FLASH_OFFSET: layout.FLASH_OFFSET,
      FLASH_SIZE: flash.FLASH_SIZE,
      FLASH_SECTOR_SIZE: flash.FLASH_SECTOR_SIZE,
      FLASH_WRITE_UNIT: flash.FLASH_WRITE_UNIT,
      FLASH_ERASED: flash.FLASH_ERASED,
      PROGRAMMED_OFFSET: layout.PROGRAMMED_OFFSET,
      PROGRAMMED_SIZE: layout.PROGRAMMED_SIZE,
      REGISTERS_OFFSET: layout.REGISTERS_OFFSET,
      OTP_OFFSET: layout.OTP_OFFSET,
      OTP_SIZE: layout.OTP_SIZE,
      COUNTERS_OFFSET: layout.COUNTERS_OFFSET,
      COUNTERS_MAX: layout.COUNTERS_MAX,
      POWER_ON_OFFSET: layout.POWER_ON_OFFSET,
      POWER_ON_MAGIC: layout.POWER_ON_MAGIC,
      POWER_ON_VERSION: layout.POWER_ON_VERSION,
      POWER_ON_INSTRUMENTS: layout.POWER_ON_INSTRUMENTS,
      POWER_ON_ANALOG_CHANNELS: ANALOG_CHANNELS,
      POWER_ON_VIRTUAL_TIME: layout.PowerOnFlag.virtualTime,
      POWER_ON_FIXED_SEED: layout.PowerOnFlag.fixedSeed,
      POWER_ON_DEBUG: layout.PowerOnFlag.debug,
      POWER_ON_DEBUGGER: layout.PowerOnFlag.debugger,
      POWER_ON_SERVICE: layout.PowerOnFlag.service,
      POWER_ON_DICE: layout.PowerOnFlag.dice,
      HALT_POWER_CUT: HaltReason.powerCut,
      HALT_RESET_SOFTWARE: HaltReason.resetSoftware,
      HALT_RESET_WATCHDOG: HaltReason.resetWatchdog,
      RESET_POWER_ON: layout.ResetCause.powerOn,
      RESET_SOFTWARE: layout.ResetCause.software,
      RESET_WATCHDOG: layout.ResetCause.watchdog,
      RESET_BROWN_OUT: layout.ResetCause.brownOut,
      power_on: layout.POWER_ON_SIZE,
      registers: layout.REGISTERS_SIZE,
      "registers.watchdog_us": layout.RegisterField.watchdog_us,
    };
    for (const [name, value] of Object.entries(numbers)) assert.strictEqual(value, Number(c.get(name)), name);
  });

  it("has the same fields in struct power_on", () => {
    const fields = [...c.keys()].filter((name) => name.startsWith("power_on."));
    assert.sameMembers(
      fields,
      Object.keys(layout.PowerOnField).map((name) => `power_on.${name}`),
    );
    for (const [name, offset] of Object.entries(layout.PowerOnField)) {
      assert.strictEqual(offset, Number(c.get(`power_on.${name}`)), name);
    }
  });

  it("has the same partitions", () => {
    const partitions = [...c].filter(([name]) => name.startsWith("partition."));
    assert.deepEqual(
      flash.PARTITIONS.map(({ name, offset, size }) => [`partition.${name}`, `${offset}+${size}`]),
      partitions,
    );
    const kv = flash.PARTITIONS.find(({ name }) => name === "kv");
    assert.deepEqual([kv?.offset, kv?.size], [flash.KV_OFFSET, flash.KV_SIZE]);
    assert.deepEqual(
      flash.PARTITIONS.filter(({ name }) => name === "app0").map(({ offset, size }) => [offset, size]),
      [[layout.APP0_OFFSET, layout.APP0_SIZE]],
    );
  });

  for (const board of ["host", "mps2-an505"] as const) {
    it(`has what devices/${board}/silicon.json says, and places for it in the window`, () => {
      const silicon = readSilicon(board);
      assert.deepEqual(silicon, {
        board,
        flash: {
          size: flash.FLASH_SIZE,
          sectorSize: flash.FLASH_SECTOR_SIZE,
          writeUnit: flash.FLASH_WRITE_UNIT,
          erased: flash.FLASH_ERASED,
          partitions: flash.PARTITIONS.map((partition) => ({ ...partition })),
        },
        otp: { size: layout.OTP_SIZE, word: Number(c.get("OTP_WORD")) },
        counters: silicon.counters,
        ...(FRESHNESS === undefined ? {} : { freshness: { ...FRESHNESS } }),
        watchdog: { maxMs: silicon.watchdog.maxMs },
      });
      if (FRESHNESS !== undefined) {
        assert.strictEqual(FRESHNESS.counter, Number(c.get("COUNTER_FRESHNESS")));
        assert.isBelow(FRESHNESS.counter, silicon.counters);
        assert.isTrue(Number.isInteger(FRESHNESS.every) && FRESHNESS.every >= 1 && FRESHNESS.every <= 65535);
      }
      assert.include([0, 1, 2, 3, 4, 5, 6, 7, layout.COUNTERS_MAX], silicon.counters);
      assert.isTrue(Number.isInteger(silicon.watchdog.maxMs) && silicon.watchdog.maxMs >= 0);
    });
  }

  it("has a window whose parts do not overlap", () => {
    const parts = [
      [layout.PROGRAMMED_OFFSET, layout.PROGRAMMED_SIZE],
      [layout.POWER_ON_OFFSET, layout.POWER_ON_SIZE],
      [layout.REGISTERS_OFFSET, layout.REGISTERS_SIZE],
      [layout.OTP_OFFSET, layout.OTP_SIZE],
      [layout.COUNTERS_OFFSET, layout.COUNTERS_MAX * layout.COUNTER_SIZE],
      [layout.FLASH_OFFSET, flash.FLASH_SIZE],
    ] as const;
    let end = 0;
    for (const [offset, size] of parts) {
      assert.isAtLeast(offset, end);
      end = offset + size;
    }
    assert.isAtMost(end, layout.WINDOW_SIZE);
  });
});
