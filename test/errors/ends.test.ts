// SPDX-License-Identifier: Apache-2.0
/** Each way in which an app comes to a bad end: what happened, where, and what to do. */
import { assert } from "chai";
import { type Outcome, outcomeOf } from "../../cli/outcome.js";
import type { RunOptions } from "../../host-sim/board/run.js";
import { readLines } from "../../host-sim/compiler/lines.js";
import type { Board } from "../../host-sim/engine/paths.js";
import { useEngines } from "../cli/support.js";
import { BOARDS, build, DEBUG, RELEASE, start } from "../compiler/support.js";

async function endOf(board: Board, main: string, options: Partial<RunOptions> = {}): Promise<Outcome> {
  const built = await build({ "main.ts": main }, {}, options.debug);
  return outcomeOf(await start(board, built, options), readLines(built.lines), built.folder);
}

const KEPT = `const kept: unknown[] = [];
function fill(): void {
  for (;;) kept.push(new Uint8Array(4096));
}
fill();
`;
const RECURSIVE = `function f(n: number): number {
  return 1 + f(n + 1);
}
f(0);
`;
const NAMES = `let last: Record<string, number>;
for (let i = 0; ; i++) last = { [\`n\${i}\`]: i };
`;
/** Enough for all the names that there can be. */
const MUCH = Object.freeze({ host: 4_000_000, "mps2-an505": 1_800_000 });
const FINALLY = `function f(): void {
  try {
    throw { code: 1 };
  } finally {
    trace("x");
  }
}
try { throw { code: 1 }; } catch {}
f();
`;

describe("a bad end", function () {
  this.timeout(60_000);
  useEngines(...RELEASE, ...DEBUG);

  for (const board of BOARDS) {
    for (const debug of [false, true]) {
      const on = `on ${board}, ${debug ? "debug" : "release"}`;

      it(`of memory says where, the limit, and how to raise it, ${on}`, async () => {
        const { words, place, detail, advice } = await endOf(board, KEPT, { debug, heapBytes: 200_000 });
        assert.strictEqual(words, "out of memory: the XS heap is exhausted");
        assert.deepEqual(place, { file: "main.ts", line: 3 });
        assert.match(detail, /^> 3 \| {3}for \(;;\) kept\.push/m);
        assert.match(detail, /^ at fill \(main\.ts:3\)\n at \(main\.ts:5\)$/m);
        assert.match(advice, /a heap of 200,000 bytes\. .* "creation": \{ "static": 400000 \}/);
      });

      it(`before its beginning says which size to change, ${on}`, async () => {
        const small = await endOf(board, "", { debug, heapBytes: 80_000 });
        assert.match(small.words, /^the board refused the app: too small a heap: 80000 bytes \(creation\.static\)/);
        const least = Number(/needs (\d+)/.exec(small.words)?.[1]);
        assert.include(small.advice, `"creation": { "static": ${2 * least} }`);
        const large = await endOf(board, "", { debug, heapBytes: 0x7fffffff });
        assert.match(large.words, /too large a heap: 2147483647 bytes/);
        assert.match(large.advice, /^Ask for less in the manifest's "creation"/);
      });

      it(`of the stack says where, and shows ten calls, ${on}`, async () => {
        const { words, place, detail, advice } = await endOf(board, RECURSIVE, { debug });
        assert.strictEqual(words, "stack overflow");
        assert.strictEqual(place?.file, "main.ts");
        assert.match(detail, /( at f \(main\.ts:2\)\n?){9}$/);
        assert.lengthOf(detail.match(/^ at/gm) ?? [], 10);
        assert.match(advice, /calls itself .* "creation": \{ "stack": 2048 \}/);
      });

      it(`of names says where, ${on}`, async () => {
        const { words, place, advice } = await endOf(board, NAMES, { debug, heapBytes: MUCH[board] });
        assert.strictEqual(words, "too many property names");
        assert.deepEqual(place, { file: "main.ts", line: 2 });
        assert.match(advice, /Map/);
      });

      it(`by a value that is no error says where it was thrown, ${on}`, async () => {
        const { words, place, detail } = await endOf(board, "function f() {\n  throw 5;\n}\nf();\n", { debug });
        assert.deepEqual([words, place], ["uncaught exception: 5", { file: "main.ts", line: 2 }]);
        assert.match(detail, /^> 2 \| {3}throw 5;$/m);
        const { place: first } = await endOf(board, FINALLY, { debug });
        assert.deepEqual(first, { file: "main.ts", line: 3 });
      });

      it(`by a value that nobody threw, or another was thrown after it, says no place, ${on}`, async () => {
        const rejected = await endOf(board, "void Promise.reject(5);\n", { debug });
        assert.deepEqual([rejected.words, rejected.place], ["uncaught exception: 5", undefined]);
        const late = 'const p = (async () => { throw "first"; })();\ntry { throw "second"; } catch {}\nvoid p;\n';
        const { words, place } = await endOf(board, late, { debug });
        assert.deepEqual([words, place], ["uncaught exception: first", undefined]);
      });

      it(`by a rejection that nobody handles says where, also behind an await, ${on}`, async () => {
        const main = "async function f(): Promise<void> {\n  await null;\n  throw new RangeError('x');\n}\nvoid f();\n";
        const { words, place } = await endOf(board, main, { debug });
        assert.deepEqual([words, place], ["uncaught exception: RangeError: x", { file: "main.ts", line: 3 }]);
      });
    }

    it(`in the SDK shows the app's line, on ${board}`, async () => {
      const main = 'import { decodeHex } from "thimble/bytes/hex";\n\ndecodeHex(\n  "abc");\n';
      const { place, detail } = await endOf(board, main);
      assert.deepEqual(place, { file: "main.ts", line: 4 });
      assert.match(detail, /^ at decodeHex \(sdk\/bytes\/hex\.ts:\d+\)$/m);
    });
  }

  it("gets advice where the words are XS's", async () => {
    const { advice } = await endOf("host", "const e = new Error('x');\ne.name = 'Mine';\n");
    assert.match(advice, /^Error\.prototype is frozen/);
  });
});
