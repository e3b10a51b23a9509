// SPDX-License-Identifier: Apache-2.0
/** `creation`: the heap and the stack that the manifest asks for are what the app gets, on both boards. */
import { assert } from "chai";
import { useEngines } from "../cli/support.js";
import { BOARDS, build, RELEASE, start, tracesOf } from "./support.js";

const HEAP =
  'const kept: ArrayBuffer[] = []; for (let i = 0; i < 400; i++) kept.push(new ArrayBuffer(1024));\ntrace(kept.length, "\\n");\n';
const STACK = 'let deep = 0; const f = (): void => { deep++; if (deep < 400) f(); };\nf(); trace(deep, "\\n");\n';
/** 64-bit slots are twice as large: the host's default heap is, too. */
const KEPT = HEAP.replace(/400/, "700");

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

    it(`what ${board} does not have is refused, not cut`, async () => {
      for (const creation of [{ static: 0x7fffffff }, { stack: 0x7fffffff }, { stack: 16_384 }, { static: 40_000 }]) {
        const { reason, text } = await start(board, await build({ "main.ts": "" }, { creation }));
        assert.deepEqual([reason, /heap or stack/.test(text)], ["refused", true]);
      }
    });

    it(`the values of the run go before those of the app on ${board}`, async () => {
      const app = await build({ "main.ts": heap }, { creation: { static: 300_000 } });
      assert.deepEqual(await tracesOf(board, app, { heapBytes: 1_048_576 }), [expected]);
    });
  }
});
