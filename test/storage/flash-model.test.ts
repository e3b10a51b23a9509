// SPDX-License-Identifier: Apache-2.0
/** The modelled flash and counter: strict about units, torn where a cut tears, dead until a restart, worn as they are told. */
import { assert } from "chai";
import { describe, it } from "mocha";
import { CounterModel } from "./counter-model.js";
import { FlashMisuse, FlashModel, type FlashShape } from "./flash-model.js";
import { Power, PowerCut, type Tear } from "./power.js";
import { type Wear, WornBlocks } from "./worn-blocks.js";

const SHAPE: FlashShape = { blockLength: 64, blocks: 4, writeAlign: 8, eraseValue: 0xff };
const DATA = Uint8Array.from({ length: 32 }, (_, i) => i + 1);

function made(shape: FlashShape = SHAPE, worn?: WornBlocks) {
  const power = new Power();
  const model = new FlashModel(shape, power, worn);
  return { power, model, flash: model.open() };
}

/** A block of a flash whose first 32 bytes were being written, or which was being erased, when the power failed. */
function torn(kind: "write" | "erase", bytes: number, tear: Tear) {
  const { power, model, flash } = made();
  if (kind === "erase") flash.write(DATA, 0);
  power.plan({ operation: 0, bytes, tear, seed: 7 });
  assert.throws(() => (kind === "write" ? flash.write(DATA, 0) : flash.eraseBlock(0)), PowerCut);
  assert.throws(() => flash.read(1, 0), PowerCut);
  assert.throws(() => flash.status(), PowerCut);
  power.restart();
  assert.throws(() => flash.read(1, 0), PowerCut, "before");
  const again = model.open();
  return { there: [...new Uint8Array(again.read(64, 0))], flash: again };
}

describe("the modelled flash", () => {
  it("programs a unit once after an erase, with whatever bytes, and keeps what was broken", () => {
    const { model, flash } = made();
    flash.write(new Uint8Array(8).fill(0xff), 8);
    for (const bad of [8, 0]) assert.throws(() => flash.write(new Uint8Array(16), bad), FlashMisuse, "second time");
    assert.throws(() => flash.write(new Uint8Array(8), 4), FlashMisuse, "units of 8");
    assert.throws(() => flash.write(new Uint8Array(7), 16), FlashMisuse, "units of 8");
    assert.throws(() => flash.read(2, 255), FlashMisuse, "the flash has 256");
    assert.throws(() => flash.eraseBlock(4), FlashMisuse);
    assert.strictEqual(model.misuses.length, 6);
    flash.eraseBlock(0);
    flash.write(DATA, 0);
    assert.deepEqual([...model.erases], [1, 0, 0, 0]);
    assert.strictEqual(model.bytesProgrammed, 40);
  });

  it("tears a write: its first bytes, garbage, or nothing that is seen; the torn unit takes no more", () => {
    const expected = { prefix: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255, 255, 255, 255, 255], unseen: undefined };
    assert.deepEqual(torn("write", 11, "prefix").there.slice(0, 16), expected.prefix);
    const unseen = torn("write", 11, "unseen");
    assert.deepEqual(unseen.there.slice(0, 16), [1, 2, 3, 4, 5, 6, 7, 8, ...new Array(8).fill(255)]);
    const garbage = torn("write", 11, "garbage").there.slice(8, 16);
    assert.notDeepEqual(garbage, expected.prefix.slice(8));
    for (const tear of ["prefix", "garbage", "unseen"] as const) {
      const { flash, there } = torn("write", 11, tear);
      assert.deepEqual(there.slice(16), new Array(48).fill(255));
      assert.throws(() => flash.write(DATA.slice(0, 8), 8), FlashMisuse);
      flash.write(DATA.slice(0, 8), 16);
    }
  });

  it("has not come to a unit of which a prefix of no bytes is there, and has begun it in every other tear", () => {
    torn("write", 8, "prefix").flash.write(DATA.slice(0, 8), 8);
    for (const tear of ["garbage", "unseen"] as const) {
      assert.throws(() => torn("write", 8, tear).flash.write(DATA.slice(0, 8), 8), FlashMisuse);
    }
    torn("write", 5, "unseen").flash.write(DATA.slice(0, 8), 0); // nothing is seen of it: it was not begun
    assert.deepEqual(torn("write", 32, "unseen").there.slice(0, 32), [...DATA]);
  });

  it("tears an erase: nothing may be programmed before another one, even when all reads as erased", () => {
    assert.deepEqual(torn("erase", 0, "unseen").there.slice(0, 32), [...DATA]);
    assert.deepEqual(torn("erase", 5, "prefix").there.slice(0, 8), [255, 255, 255, 255, 255, 6, 7, 8]);
    assert.deepEqual(torn("erase", 5, "unseen").there, new Array(64).fill(255));
    for (const tear of ["prefix", "garbage", "unseen"] as const) {
      const { flash } = torn("erase", 5, tear);
      assert.throws(() => flash.write(DATA, 32), FlashMisuse);
      flash.eraseBlock(0);
      flash.write(DATA, 32);
    }
    torn("erase", 64, "garbage").flash.write(DATA, 0);
  });

  it("wears: each kind in its way", () => {
    const look = (kind: Wear) => {
      const worn = new WornBlocks(3, 0xff);
      const { flash } = made(SHAPE, worn);
      worn.wear(1, kind);
      const attempt = (action: () => void) => {
        try {
          action();
          return true;
        } catch {
          return false;
        }
      };
      const erases = attempt(() => flash.eraseBlock(1));
      const isBlank = new Uint8Array(flash.read(64, 64)).every((byte) => byte === 0xff);
      const writes = attempt(() => flash.write(DATA, 64));
      const reads = () => new Uint8Array(flash.read(32, 64)).every((byte, i) => byte === DATA[i]);
      return [erases, isBlank, writes, reads(), reads()];
    };
    assert.deepEqual(look("eraseThrows"), [false, true, true, true, true]);
    assert.deepEqual(look("eraseLeaves").slice(0, 3), [true, false, true]);
    assert.deepEqual(look("writeThrows"), [true, true, false, false, false]);
    assert.deepEqual(look("writeWrong"), [true, true, true, false, false]);
    assert.deepEqual(look("writeWrongOnce"), [true, true, true, false, true]);
  });
});

describe("the modelled counter", () => {
  it("only rises, and finishes the step that a cut interrupted at the next read", () => {
    for (const [bytes, value] of [
      [0, 5],
      [1, 9],
      [2, 9],
    ] as const) {
      const power = new Power();
      const model = new CounterModel(power);
      const counter = model.open();
      counter.raise(5);
      counter.raise(5);
      assert.strictEqual(power.operations, 1);
      assert.throws(() => counter.raise(4), "STORAGE_COUNTER");
      power.plan({ operation: 0, bytes, tear: "prefix", seed: 0 });
      assert.throws(() => counter.raise(9), PowerCut);
      assert.throws(() => counter.read(), PowerCut);
      power.restart();
      assert.throws(() => counter.read(), PowerCut, "before");
      assert.strictEqual(model.open().read(), value);
    }
  });
});
