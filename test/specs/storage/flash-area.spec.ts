// SPDX-License-Identifier: Apache-2.0
import { FlashArea } from "../../../sdk/storage/flash-area.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { FlashModel } from "../../storage/flash-model.js";
import { Power } from "../../storage/power.js";
import { type Wear, WornBlocks } from "../../storage/worn-blocks.js";
import { thrownBy } from "../thrown.js";

function made(eraseValue: 0 | 0xff = 0xff) {
  const power = new Power();
  const worn = new WornBlocks(5, eraseValue);
  const flash = new FlashModel({ blockLength: 512, blocks: 12, writeAlign: 8, eraseValue }, power, worn);
  return { power, worn, flash, area: new FlashArea(flash.open()) };
}

const bytes = Uint8Array.from({ length: 16 }, (_, i) => i + 1);

describe("the blocks of a sealed log", () => {
  it("lie at their number modulo the count", () => {
    const { area, flash } = made();
    assert.deepEqual(
      [0, 11, 12, 4294967040].map((number) => area.physical(number)),
      [0, 11, 0, 0],
    );
    assert.isTrue(area.write(27, 64, bytes));
    assert.deepEqual([...flash.copy().bytes.slice(3 * 512 + 64, 3 * 512 + 80)], [...bytes]);
    assert.deepEqual([...area.read(15, 66, 3)], [3, 4, 5]);
    assert.isTrue(area.erase(39));
    assert.deepEqual([...area.read(3, 64, 1)], [0xff]);
    assert.deepEqual([...flash.erases], [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it("are refused when the format does not fit", () => {
    const flash = new FlashModel({ blockLength: 512, blocks: 11, writeAlign: 8, eraseValue: 0 }, new Power());
    assert.strictEqual(
      thrownBy(() => new FlashArea(flash.open())),
      "STORAGE_GEOMETRY",
    );
  });

  it("know the last byte that is not erased", () => {
    for (const erased of [0, 0xff] as const) {
      const { area, flash } = made(erased);
      assert.strictEqual(area.lastUsed(2, 0, 512), -1);
      assert.isTrue(area.isBlank(2, 0, 512));
      for (const at of [0, 100, 511]) {
        flash.patch(2 * 512 + at, 0x7f);
        assert.strictEqual(area.lastUsed(2, 0, 512), at);
        assert.strictEqual(area.lastUsed(2, at, 512), at);
        assert.strictEqual(area.lastUsed(2, at + 1, 512), -1);
        assert.deepEqual([area.isBlank(2, at, 512), area.isBlank(2, at + 1, 512)], [false, true]);
      }
      assert.strictEqual(area.lastUsed(2, 50, 511), 100);
      assert.strictEqual(area.lastUsed(2, 50, 100), -1);
      assert.strictEqual(area.lastUsed(2, 50, 50), -1);
    }
  });

  it("say no to a write that throws, or reads back wrong", () => {
    for (const kind of ["writeThrows", "writeWrong", "writeWrongOnce"] as const) {
      const { area, worn } = made();
      worn.wear(1, kind);
      assert.isFalse(area.write(1, 64, bytes), kind);
      assert.isTrue(area.write(2, 64, bytes));
    }
    // The driver says that it failed, and all of it is there: not believed either.
    const { flash } = made();
    const handle = flash.open();
    const throwing = new FlashArea({
      ...handle,
      write: (view, at) => {
        handle.write(view, at);
        throw new Error("late");
      },
      eraseBlock: (start) => {
        handle.eraseBlock(start);
        throw new Error("late");
      },
    });
    assert.isFalse(throwing.write(1, 64, bytes));
    assert.deepEqual([...throwing.read(1, 64, 16)], [...bytes]);
    assert.isFalse(throwing.erase(1));
    assert.isTrue(throwing.isBlank(1, 0, 512));
  });

  it("see each byte that a write left wrong", () => {
    const { flash } = made();
    const handle = flash.open();
    for (let wrong = 0; wrong < 16; wrong++) {
      const area = new FlashArea({
        ...handle,
        write: (view, at) => {
          handle.write(view, at);
          flash.patch(at + wrong, 0x80);
        },
      });
      assert.isFalse(area.write(1, 16 * wrong, bytes), `byte ${wrong}`);
    }
  });

  it("say no to an erase that throws, or leaves a bit", () => {
    for (const kind of ["eraseThrows", "eraseLeaves"] as readonly Wear[]) {
      const { area, worn } = made();
      worn.wear(1, kind);
      assert.isFalse(area.erase(1), kind);
      assert.isTrue(area.erase(2));
    }
    const { flash } = made();
    const handle = flash.open();
    for (const left of [0, 511]) {
      const area = new FlashArea({ ...handle, eraseBlock: () => flash.patch(512 + left, 0) });
      assert.isFalse(area.erase(1), `byte ${left}`);
      handle.eraseBlock(1);
    }
  });

  it("pass on that the power failed: what cannot be read is no bad block", () => {
    for (const action of ["write", "erase"] as const) {
      const { area, power } = made();
      power.plan({ operation: 0, bytes: 8, tear: "prefix", seed: 0 });
      assert.strictEqual(
        thrownBy(() => (action === "write" ? area.write(1, 0, bytes) : area.erase(1))),
        "PowerCut",
      );
    }
  });
});
