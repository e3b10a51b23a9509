// SPDX-License-Identifier: Apache-2.0
/** Apps that use up what a board has: the run ends with a coded reason, never with a crash. */
import { assert } from "chai";
import { useEngines } from "../cli/support.js";
import { BOARDS, imageOf, nameOf, run, SANITIZED } from "./boards.js";

const NEST = "let a = []; for (let i = 0; i < 3000; i++) a = [a];";

const CASES: readonly [reason: string, what: string, source: string][] = [
  ["memory", "objects without end", "const a = []; for (;;) a.push({});"],
  ["memory", "buffers without end", "const a = []; for (;;) a.push(new Uint8Array(1024));"],
  ["memory", "a string that doubles", 'let s = "x"; for (;;) s += s;'],
  ["memory", "a repeated string of 4 GB", '"xxxx".repeat(2 ** 30);'],
  ["memory", "a padded string of 2 GB", '"".padEnd(2 ** 31 - 1);'],
  ["memory", "a buffer of 2 GB", "new ArrayBuffer(2 ** 31 - 1);"],
  ["memory", "a buffer that is resized to 1 GB", "new ArrayBuffer(8, { maxByteLength: 2 ** 31 - 1 }).resize(2 ** 30);"],
  ["uncaught", "a typed array of more than 2 GB", "new Float64Array(2 ** 29 - 1);"],
  ["memory", "the longest array, filled", "const a = []; a.length = 2 ** 32 - 1; a.fill(1);"],
  ["memory", "a big integer that grows", "let n = 1n; for (;;) n <<= 4096n;"],
  ["memory", "a Map without end", "const m = new Map(); for (let i = 0; ; i++) m.set(i, i);"],
  ["memory", "promises that are kept", "const a = []; for (;;) a.push(new Promise(() => {}));"],
  ["memory", "jobs that make two jobs", "const f = () => Promise.resolve().then(() => { f(); f(); }); f();"],
  ["memory", "timers without end", 'import Timer from "timer"; for (;;) Timer.set(() => {}, 1000);'],
  ["memory", "property names in a small heap", 'const o = {}; for (let i = 0; ; i++) o["k" + i] = i;'],
  ["stack", "a function that calls itself", "const f = () => f() + 1; f();"],
  ["stack", "a getter that gets itself", "const o = { get x() { return this.x; } }; o.x;"],
  ["stack", "toString that needs itself", 'const o = { toString() { return "" + this; } }; String(o);'],
  ["stack", "a sort that sorts", "const f = () => [1, 2, 3].sort(f) && 0; f();"],
  ["stack", "a replacement that replaces", 'const f = () => "a".replace(/a/, f); f();'],
  ["stack", "proxies of proxies", "let p = {}; for (let i = 0; i < 3000; i++) p = new Proxy(p, {}); p.x;"],
  ["stack", "generators of generators", "function* g() { yield* g(); } for (const x of g());"],
  ["stack", "async functions without end", "const f = async () => { await f(); }; f();"],
  ["stack", "too many arguments", "(function () {}).apply(null, { length: 1000000 });"],
  ["stack", "JSON text that nests", 'JSON.parse("[".repeat(20000));'],
  ["stack", "a JSON reviver that parses", 'const f = () => JSON.parse("[1]", f); f();'],
  ["stack", "an array that nests, as JSON", `${NEST} JSON.stringify(a);`],
  ["stack", "an array that nests, flattened", `${NEST} a.flat(Infinity);`],
  ["stack", "an array that nests, as text", `${NEST} String(a);`],
  ["uncaught", "a regular expression of 100 KB", 'new RegExp("a|".repeat(50000));'],
  ["uncaught", "Atomics.wait on the only thread", "Atomics.wait(new Int32Array(8), 0, 0, 5);"],
  ["uncaught", "a rejection that nobody handles", 'Promise.reject(new Error("lost"));'],
  [
    "uncaught",
    "an exception that throws when looked at",
    "throw new Proxy({}, { get() { throw 3; }, has() { throw 4; } });",
  ],
  ["uncaught", "a Symbol thrown", 'throw Symbol("odd");'],
  ["uncaught", "a very long message", 'throw new Error("x".repeat(5000));'],
  ["stack", "an exception whose stack recurses", "const f = () => f() + 1; throw { get stack() { return f(); } };"],
];

describe("apps that use up what there is", function () {
  this.timeout(60_000);
  useEngines(...BOARDS, SANITIZED);

  for (const machine of [...BOARDS, SANITIZED]) {
    describe(nameOf(machine), () => {
      for (const [reason, what, source] of CASES) {
        it(`${what}: ${reason}`, async () => {
          const result = await run(machine, await imageOf(`${source}\nexport {};\n`));
          assert.strictEqual(result.reason, reason, result.text);
          assert.isAtMost(result.text.length, 1500);
        });
      }

      if (machine.board === "host") {
        it("property names in a large heap: keys", async () => {
          const source = 'const o = {}; for (let i = 0; ; i++) o["k" + i] = i;\nexport {};\n';
          const { reason, text } = await run(machine, await imageOf(source), { heapBytes: 64_000_000 });
          assert.deepEqual([reason, text.split("\n")[0]], ["keys", "too many property names"]);
        });
      }

      it("ends regular expressions that nest: matched, refused or out of memory", async () => {
        for (const open of ["(", "(?:", "(?="]) {
          const source = `new RegExp(${JSON.stringify(open)}.repeat(5000) + ")".repeat(5000)).test("a");\nexport {};\n`;
          const { reason, text } = await run(machine, await imageOf(source));
          assert.include(["stopped", "uncaught", "memory", "stack"], reason, text);
        }
      });
    });
  }
});
