// SPDX-License-Identifier: Apache-2.0
/** Whatever an app throws, and wherever: the run ends as "uncaught", in words, and never with a crash. */
import { assert } from "chai";
import { useEngines } from "../cli/support.js";
import { BOARDS, imageOf, nameOf, run, SANITIZED } from "./boards.js";

const HIDDEN = "(an exception that cannot be shown)";
const TRAPS = ["get", "has", "getPrototypeOf", "getOwnPropertyDescriptor", "ownKeys"];
const HOSTILE = `new Proxy({}, { ${TRAPS.map((trap) => `${trap}() { throw Symbol("trap"); }`).join(", ")} })`;

/** What is thrown, and how the words begin. */
const VALUES: Readonly<Record<string, string>> = {
  undefined: "undefined",
  null: "null",
  false: "false",
  "-0": "0",
  "2n ** 70n": "1180591620717411303424",
  'Symbol("s")': "Symbol(s)",
  "Symbol()": "Symbol()",
  "Symbol.iterator": "Symbol(Symbol.iterator)",
  '""': "",
  '"é".repeat(5000)': "éé",
  "{}": "an object that is no Error: {",
  '({ a: Symbol("s"), get b() { throw 1; }, [Symbol()]: 1n })': "an object that is no Error: {",
  "[1, [2]]": "1,2",
  '[Symbol("s")]': HIDDEN,
  "Object.create(null)": HIDDEN,
  "Object.freeze([])": "",
  'Object(Symbol("s"))': HIDDEN,
  "new Uint8Array(2)": "0,0",
  "new ArrayBuffer(8)": "[object ArrayBuffer]",
  "new Date(0)": "Thu Jan 01 1970",
  "new Date(NaN)": "",
  "() => 1": "",
  "class Odd {}": "",
  [HOSTILE]: HIDDEN,
  "(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; })()": HIDDEN,
  'Object.freeze(new RangeError("frozen"))': "RangeError: frozen",
  'Object.defineProperty(new Error("own"), "stack", { value: Symbol("s") })': "Symbol(s)",
  "({ get stack() { throw this; } })": HIDDEN,
  "({ stack: { toString() { throw null; } } })": HIDDEN,
  "({ toString() { return {}; }, valueOf() { return {}; } })": HIDDEN,
  'new (class extends Error { get name() { throw Symbol("n"); } get message() { throw 1n; } })("x")': "",
  'new AggregateError([Symbol("s")], Symbol.prototype.toString.call(Symbol("a")))': "AggregateError: Symbol(a)",
};

/** Which one is thrown, the power-on says: one image has them all. */
const FIRST_MS = Date.UTC(2026, 0, 1);
const PICK = `const values = [${Object.keys(VALUES).map((value) => `() => (${value})`)}];
const pick = () => values[Date.now() % 1000]();
`;

const WAYS: Readonly<Record<string, string>> = {
  main: "throw pick();",
  "a timer": 'import Timer from "timer"; const value = pick(); Timer.set(() => { throw value; }, 10);',
  "a job": "Promise.resolve().then(() => { throw pick(); });",
  "a rejection": "Promise.reject(pick());",
};

const COLLECTED = `import Timer from "timer";
const registry = new FinalizationRegistry(() => { throw Symbol("gone"); });
(() => { for (let i = 0; i < 10; i++) registry.register({}, i); })();
Timer.repeat(async () => { await null; for (let i = 0; i < 1000; i++) new Uint8Array(1000); }, 10);
export {};
`;

describe("what an app throws", function () {
  this.timeout(60_000);
  useEngines(...BOARDS, SANITIZED);

  for (const machine of [...BOARDS, SANITIZED]) {
    for (const [where, way] of Object.entries(WAYS)) {
      it(`in ${where} is put in words, ${nameOf(machine)}`, async () => {
        const image = await imageOf(`${PICK}${way}\nexport {};\n`);
        for (const [index, [value, words]] of Object.entries(VALUES).entries()) {
          const { reason, text } = await run(machine, image, { wallClockMs: FIRST_MS + index });
          assert.strictEqual(reason, "uncaught", `${value}: ${text}`);
          assert.isTrue(text.startsWith(words), `${value}: ${text}`);
          assert.isAtMost(text.length, 1500);
        }
      });
    }

    it(`in a finalization registry is put in words, ${nameOf(machine)}`, async () => {
      const { reason, text } = await run(machine, await imageOf(COLLECTED), { untilUs: 100_000 });
      assert.strictEqual(reason, "uncaught", text);
      assert.match(text, /^Symbol\(gone\)/);
    });

    it(`is never looked at for ever, ${nameOf(machine)}`, async () => {
      const loops = await imageOf("throw { get stack() { for (;;); } };\nexport {};\n");
      assert.strictEqual((await run(machine, loops, { busyLimitMs: 1000 })).reason, "busy");
      const deep = await run(machine, await imageOf("throw { get stack() { return this.stack; } };\nexport {};\n"));
      assert.strictEqual(deep.reason, "stack", deep.text);
    });

    if (machine !== SANITIZED) {
      it(`is said with its place, whatever looking at it throws, ${nameOf(machine)}`, async () => {
        const { text } = await run(machine, await imageOf("throw { toString() { throw 3; } };\nexport {};\n"));
        assert.match(text, /^\(an exception that cannot be shown\)\n at \(app:\d+\)$/);
      });
    }
  }
});
