// SPDX-License-Identifier: Apache-2.0

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { Instrument, instrument } from "../../host-sim/board/instruments.js";
import { POWER_ON_INSTRUMENTS } from "../../host-sim/board/layout.js";
import { packageRoot } from "../../host-sim/engine/paths.js";

/** The C enum's names and numbers; INSTRUMENT_XS_RESERVED is xsReserved. */
function instrumentsOfC(): Record<string, number> {
  const text = readFileSync(join(packageRoot, "devices", "runtime", "instruments.c"), "utf8");
  const found = [...text.matchAll(/^\tINSTRUMENT_([A-Z_]+) = (\d+),/gm)].map(([, name = "", value]) => {
    const camel = name.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return [camel, Number(value)] as const;
  });
  return Object.fromEntries(found);
}

describe("instruments of the power-on block", () => {
  it("have the same names and places in C and in TypeScript", () => {
    assert.deepEqual(instrumentsOfC(), { ...Instrument });
    assert.isBelow(Math.max(...Object.values(Instrument)), POWER_ON_INSTRUMENTS);
  });

  it("are read by name; what was not left is 0", () => {
    const report = { operations: 0, instruments: [9n, 8n, 7n] };
    assert.deepEqual([instrument(report, "firstLineTicks"), instrument(report, "chunkBytes")], [9, 7]);
    assert.strictEqual(instrument(report, "cHeap"), 0);
  });
});
