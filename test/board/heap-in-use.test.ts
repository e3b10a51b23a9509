// SPDX-License-Identifier: Apache-2.0
/** What a board says of its heap each time that it becomes idle. */
import { assert } from "chai";
import { instrument } from "../../host-sim/board/instruments.js";
import { useEngines } from "../cli/support.js";
import { BOARDS, build, RELEASE, start } from "../compiler/support.js";

const SLOT_BYTES = Object.freeze({ host: 32, "mps2-an505": 16 });

function keep(bytes: number): Record<string, string> {
  return { "main.ts": `(globalThis as any).kept = new Uint8Array(${bytes});\n` };
}

describe("heap in use, as a board that is idle leaves it", function () {
  this.timeout(60_000);
  useEngines(...RELEASE);

  for (const board of BOARDS) {
    it(`grows with what the app keeps, below the limit, on ${board}`, async () => {
      const [little, much] = [await build(keep(1000)), await build(keep(21_000))];
      const used = [];
      for (const app of [little, much]) {
        const { report } = await start(board, app);
        assert.strictEqual(instrument(report, "heapLimit"), 256 * 1024 * (SLOT_BYTES[board] / 16));
        used.push(instrument(report, "heapUsed"));
      }
      const [before = 0, after = 0] = used;
      assert.isAtLeast(before, 3400 * SLOT_BYTES[board], "the built-ins alone");
      // Less than 20,000 when XS collected garbage on the way.
      assert.approximately(after - before, 20_000, 2_000);
    });

    it(`follows the limit that the run sets, on ${board}`, async () => {
      const { report } = await start(board, await build(keep(10)), { heapBytes: 400_000 });
      assert.strictEqual(instrument(report, "heapLimit"), 400_000);
    });
  }
});
