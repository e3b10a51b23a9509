// SPDX-License-Identifier: Apache-2.0
/** `creation`: the heap and the stack that the manifest asks for are what the app gets, on both boards. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { useEngines } from "../cli/support.js";
import { BOARDS, build, RELEASE, start, tracesOf } from "./support.js";

const HEAP =
  'const kept: ArrayBuffer[] = []; for (let i = 0; i < 400; i++) kept.push(new ArrayBuffer(1024));\ntrace(kept.length, "\\n");\n';
const STACK = 'let deep = 0; const f = (): void => { deep++; if (deep < 400) f(); };\nf(); trace(deep, "\\n");\n';
/** 64-bit slots are twice as large: the host's default heap is, too. */
const KEPT = HEAP.replace(/400/, "700");
const SLOT = Object.freeze({ host: 32, "mps2-an505": 16 });
const LEAST = Object.freeze({ host: 157_696, "mps2-an505": 84_992 });
const DEFAULT = Object.freeze({ host: 524_288, "mps2-an505": 262_144 });
const MOST = Object.freeze({ host: 268_435_456, "mps2-an505": 2_097_152 });

function tooSmall(heap: number, least: number, stack: number): string {
  return `too small a heap: ${heap} bytes (creation.static), the engine alone needs ${least} with a stack of ${stack} slots (creation.stack)`;
}

describe("creation", function () {
  this.timeout(60_000);
  useEngines(...RELEASE);

  for (const board of BOARDS) {
    const heap = board === "host" ? KEPT : HEAP;
    const expected = board === "host" ? "700" : "400";

    it(`static: an app that keeps ${expected} KB fails with the default heap of ${board}`, async () => {
      const { reason, console } = await start(board, await build({ "main.ts": heap }));
      assert.deepEqual([reason, console], ["memory", ""]);
    });

    it(`static: the same app runs on ${board} with as much as it asks for`, async () => {
      assert.deepEqual(await tracesOf(board, await build({ "main.ts": heap }, { creation: { static: 1_048_576 } })), [
        expected,
      ]);
    });

    it(`stack: a recursion fails on ${board} with few slots and runs with many`, async () => {
      const { reason } = await start(board, await build({ "main.ts": STACK }, { creation: { stack: 600 } }));
      assert.strictEqual(reason, "stack");
      assert.deepEqual(
        await tracesOf(board, await build({ "main.ts": STACK }, { creation: { stack: 8192, static: 1_048_576 } })),
        ["400"],
      );
    });

    it(`what ${board} does not have, and too little, is refused with the numbers, not cut`, async () => {
      const refusals = [
        [{ static: 0x7fffffff }, `too large a heap: 2147483647 bytes (creation.static), this board has ${MOST[board]}`],
        [{ stack: 0x7fffffff }, "too large a stack: 2147483647 slots (creation.stack), the most is 65536"],
        [{ static: LEAST[board] - 1 }, tooSmall(LEAST[board] - 1, LEAST[board], 1024)],
        [{ static: 40_000 }, tooSmall(40_000, LEAST[board], 1024)],
        [{ stack: 16_384 }, tooSmall(DEFAULT[board], LEAST[board] + (16_384 - 1024) * SLOT[board], 16_384)],
      ] as const;
      for (const [creation, expected] of refusals) {
        const { reason, text } = await start(board, await build({ "main.ts": "" }, { creation }));
        assert.deepEqual([reason, text], ["refused", expected]);
      }
    });

    it(`the smallest heap that docs/manifest.md names runs an empty app on ${board}`, async () => {
      const creation = { static: LEAST[board] };
      const { reason } = await start(board, await build({ "main.ts": "" }, { creation }));
      assert.strictEqual(reason, "stopped");
      const page = readFileSync(join(packageRoot, "docs", "manifest.md"), "utf8");
      const row = /^\| `static` .*$/m.exec(page)?.[0].replaceAll(",", "");
      assert.include(row, String(LEAST[board]));
      assert.include(row, String(DEFAULT[board]));
      assert.include(row, String(MOST[board]));
    });

    it(`the values of the run go before those of the app on ${board}`, async () => {
      const app = await build({ "main.ts": heap }, { creation: { static: 300_000 } });
      assert.deepEqual(await tracesOf(board, app, { heapBytes: 1_048_576 }), [expected]);
    });
  }
});
