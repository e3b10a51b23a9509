// SPDX-License-Identifier: Apache-2.0
/** Flash wears out: evenly, data that never changes moves too, and a block that fails is left with nothing lost. */
import { assert } from "chai";
import { describe, it } from "mocha";
import { ProtocolError } from "../../sdk/errors/security-error.js";
import { type Contents, contentsOf, difference } from "./contents.js";
import { Device } from "./device.js";
import { LAYOUTS, type Layout, layoutName } from "./layouts.js";
import { sealedMount } from "./sealed-mount.js";
import { commit, put, type Step } from "./steps.js";
import { WEARS, type Wear, WornBlocks } from "./worn-blocks.js";

const LIMIT_MS = 120_000;
/** Each alignment and erase value at the smallest size, and one with larger blocks. */
const CHOSEN = LAYOUTS.filter(
  ({ blockLength, blocks, writeAlign }) =>
    blocks === 16 && (blockLength === 512 || (blockLength === 1024 && writeAlign === 8)),
);

/** A store whose contents are known. */
class Known {
  readonly worn: WornBlocks;
  readonly device: Device;
  log: ReturnType<typeof sealedMount>;
  contents: Contents = new Map();
  #updates = 0;

  constructor(layout: Layout) {
    this.worn = new WornBlocks(1, layout.eraseValue);
    this.device = new Device(layout, 1, this.worn);
    this.log = sealedMount(this.device.start());
    this.do(commit(put(1, "static", Math.floor(layout.blockLength * 1.5))));
    for (let i = 0; i < 6; i++) this.do(commit(put(2, `static ${i}`, 40)));
  }

  do(step: Step): void {
    step.run(this.log);
    this.contents = step.after(this.contents);
  }

  update(count: number): void {
    for (let i = 0; i < count; i++) {
      const number = this.#updates++;
      this.do(commit(put(1, `update ${number % 5}`, 32, `${number}`)));
    }
  }

  mount(): void {
    this.log = sealedMount(this.device.start());
    this.requireAll();
  }

  requireAll(): void {
    assert.isUndefined(difference(contentsOf(this.log), this.contents));
    assert.deepEqual(this.device.faults, []);
  }

  /** How far the most erased block is from the least. */
  get spread(): number {
    const { erases } = this.device.flash;
    return Math.max(...erases) - Math.min(...erases);
  }
}

/** The block that the log will come to after some more. */
function blockAhead({ device }: Known): number {
  const { erases } = device.flash;
  const least = Math.min(...erases);
  const first = erases.indexOf(least);
  return (first + 3) % erases.length;
}

describe("wear of the sealed store", function () {
  this.timeout(LIMIT_MS);

  for (const layout of CHOSEN) {
    it(`erases all blocks alike, within one: ${layoutName(layout)}`, () => {
      const known = new Known(layout);
      for (let i = 0; i < 20; i++) {
        known.update(60);
        assert.isAtMost(known.spread, 1, `${[...known.device.flash.erases]}`);
      }
      known.mount();
      assert.isAtLeast(Math.min(...known.device.flash.erases), 3);
    });

    it(`and within one when it is mounted again and again: ${layoutName(layout)}`, () => {
      const known = new Known(layout);
      for (let i = 0; i < 60; i++) {
        known.update(10);
        known.mount();
        assert.isAtMost(known.spread, 1, `${[...known.device.flash.erases]}`);
      }
    });
  }

  for (const kind of WEARS) {
    for (const layout of CHOSEN) {
      it(`keeps all when a block is worn, ${kind}: ${layoutName(layout)}`, () => {
        const known = new Known(layout);
        known.update(100);
        const block = blockAhead(known);
        known.worn.wear(block, kind);
        known.update(100);
        known.mount();
        known.update(100);
        known.requireAll();
        const erases = known.device.flash.erases[block];
        known.update(300);
        known.mount();
        known.update(100);
        known.requireAll();
        assert.strictEqual(known.log.logStatus.retired, 1);
        assert.strictEqual(known.device.flash.erases[block], erases, "a retired block is erased");
      });
    }
  }

  const lasting: readonly Wear[] = WEARS.filter((kind) => kind !== "writeWrongOnce");
  for (const kind of lasting) {
    it(`says so when too many blocks are worn, ${kind}, and loses nothing`, () => {
      for (const layout of CHOSEN) {
        const known = new Known(layout);
        known.update(60);
        let detail: string | undefined;
        for (let block = 0; block < layout.blocks && detail === undefined; block++) {
          known.worn.wear(block, kind);
          try {
            known.update(60);
          } catch (error) {
            if (!(error instanceof ProtocolError)) throw error;
            detail = error.detail;
          }
        }
        assert.include(["STORAGE_WORN", "STORAGE_FULL"], detail, layoutName(layout));
        known.mount();
      }
    });
  }
});
