// SPDX-License-Identifier: Apache-2.0
import { assert } from "chai";
import { ANALOG_CHANNELS, HaltReason } from "../../devices/io/frames.js";
import * as flash from "../../devices/io/partitions.js";
import * as layout from "../../host-sim/board/layout.js";
import { runCTest } from "./c-program.js";

describe("the layout in C and in TypeScript", function () {
  this.timeout(60_000);
  let c: Map<string, string>;
  before(() => {
    c = new Map(
      runCTest("layout")
        .split("\n")
        .filter((line) => line.includes("="))
        .map((line) => line.split("=") as [string, string]),
    );
  });

  it("has the same window, flash and power-on constants", () => {
    const numbers: Record<string, number> = {
      WINDOW_SIZE: layout.WINDOW_SIZE,
      FLASH_SIZE: flash.FLASH_SIZE,
      FLASH_SECTOR_SIZE: flash.FLASH_SECTOR_SIZE,
      FLASH_WRITE_UNIT: flash.FLASH_WRITE_UNIT,
      FLASH_ERASED: flash.FLASH_ERASED,
      PROGRAMMED_OFFSET: layout.PROGRAMMED_OFFSET,
      PROGRAMMED_SIZE: layout.PROGRAMMED_SIZE,
      POWER_ON_OFFSET: layout.POWER_ON_OFFSET,
      POWER_ON_MAGIC: layout.POWER_ON_MAGIC,
      POWER_ON_VERSION: layout.POWER_ON_VERSION,
      POWER_ON_INSTRUMENTS: layout.POWER_ON_INSTRUMENTS,
      POWER_ON_ANALOG_CHANNELS: ANALOG_CHANNELS,
      POWER_ON_VIRTUAL_TIME: layout.PowerOnFlag.virtualTime,
      POWER_ON_FIXED_SEED: layout.PowerOnFlag.fixedSeed,
      POWER_ON_DEBUG: layout.PowerOnFlag.debug,
      POWER_ON_DEBUGGER: layout.PowerOnFlag.debugger,
      HALT_POWER_CUT: HaltReason.powerCut,
      power_on: layout.POWER_ON_SIZE,
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
});
