// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { clip, describeStatus } from "../../cli/watch-status.js";

const GAUGES = { heapBytes: 100_000, heapLimitBytes: 262_144, appBytes: 8192, dataBytes: 4096, operations: 1234 };
const STATUS = { doing: "running", timeUs: 12_345_678, trouble: undefined, gauges: GAUGES };
const WHOLE = "running 12.3 s  heap 98/256 KiB  flash 8 app + 4 data KiB  h: help  1,234 flash operations";

describe("the status line of a watch", () => {
  it("says what there is room for, and is never wider than the terminal", () => {
    expect(describeStatus(STATUS, 120)).to.equal(WHOLE);
    expect(describeStatus(STATUS, 80)).to.equal("running 12.3 s  heap 98/256 KiB  flash 8 app + 4 data KiB  h: help");
    expect(describeStatus(STATUS, 40)).to.equal("running 12.3 s  heap 98/256 KiB");
    for (let columns = 0; columns <= WHOLE.length + 1; columns++) {
      const shown = clip(describeStatus(STATUS, columns), Math.max(0, columns - 1));
      expect(shown.length, `${columns} columns`).to.be.lessThan(Math.max(1, columns));
    }
  });

  it("says where an error is rather than how full the flash is", () => {
    expect(describeStatus({ ...STATUS, trouble: "error in main.ts:3" }, 40)).to.equal(
      "running 12.3 s  error in main.ts:3",
    );
  });

  it("says nothing of what it does not know", () => {
    const noHeap = { ...GAUGES, heapBytes: 0, heapLimitBytes: 0 };
    expect(describeStatus({ ...STATUS, doing: "off", timeUs: undefined, gauges: noHeap }, 60)).to.equal(
      "off  flash 8 app + 4 data KiB  h: help",
    );
    expect(
      describeStatus({ doing: "checking types", timeUs: undefined, trouble: undefined, gauges: undefined }, 60),
    ).to.equal("checking types  h: help");
  });

  it("has time as people read it", () => {
    const at = (seconds: number): string =>
      describeStatus({ ...STATUS, timeUs: seconds * 1e6, gauges: undefined }, 80).replace("  h: help", "");
    expect(at(0)).to.equal("running 0.0 s");
    expect(at(61.9)).to.equal("running 1 min 01 s");
    expect(at(3600 * 25 + 60)).to.equal("running 25 h 01 min");
  });

  it("counts columns, not characters, and takes no orders", () => {
    expect(clip("日本語", 5)).to.equal("日本");
    expect(clip("a🚀b", 3)).to.equal("a🚀");
    expect(clip("\x1b[31mred\x1b[0m\tx", 10)).to.equal("red x");
    expect(clip("before\rafter", 10)).to.equal("after");
  });
});
