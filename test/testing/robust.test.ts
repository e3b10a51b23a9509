// SPDX-License-Identifier: Apache-2.0
/** Specs that do what nobody should: each is reported as what it is, of the right test, and the run goes on. */
import { assert } from "chai";
import type { Bench } from "../../host-sim/testing/session.js";
import { makeApp, RUN_LIMIT_MS, useEngines } from "../cli/support.js";
import { hearTesters } from "./support.js";

/** Tests by title, with what is to be said of each: "passed", or the beginning of its failure's message. */
type Expected = Readonly<Record<string, string>>;

const AGAIN = "the tester had to be started again, and what comes before the test failed there";

const LEFT = "leaves nothing behind that fails after its last test";

const CASES: Readonly<Record<string, { text: string; expected: Expected; busyLimitMs?: number }>> = {
  "keeps the processor busy": {
    text: `describe("busy", () => {
      before(() => {});
      it("passes", () => {});
      it("loops", () => { for (;;); });
      afterEach(() => {});
      it("comes after", () => {});
      describe("inner", () => { it("comes after, too", () => {}); });
    });`,
    expected: {
      "busy > passes": "passed",
      "busy > loops": "it kept the tester's processor busy for 1.5 s: a loop that does not end?",
      "busy > comes after": 'did not run: "loops" did not end',
      "busy > inner > comes after, too": 'did not run: "loops" did not end',
    },
  },
  "exhausts the heap": {
    text: `let ready = 0;
    before(() => { ready++; });
    describe("heap", () => {
      before(async () => { ready++; });
      it("exhausts it", () => { for (const all: unknown[] = []; ; ) all.push(new Uint8Array(1000)); });
      it("finds what its hooks made", () => { if (ready !== 2) throw new Error(String(ready)); });
    });
    describe("later", () => {
      before(() => { ready += 10; });
      it("finds it, too", () => { if (ready !== 12) throw new Error(String(ready)); });
    });`,
    expected: {
      "heap > exhausts it": "the tester is out of memory: a spec keeps too much at a time",
      "heap > finds what its hooks made": "passed",
      "later > finds it, too": "passed",
    },
  },
  "overflows the stack": {
    text: `const deeper = (n: number): number => 1 + deeper(n + 1);
    it("overflows it", () => { deeper(0); });
    it("goes on", () => {});`,
    expected: {
      "overflows it": "stack overflow on the tester: look for a function that calls itself",
      "goes on": "passed",
    },
  },
  "compares what is nested too deeply": {
    text: `import { expect } from "chai";
    const nest = (levels: number): unknown => levels === 0 ? 1 : [nest(levels - 1)];
    it("ten levels", () => { expect(nest(10)).to.deep.equal(nest(10)); });
    it("fifty levels", () => { expect(nest(50)).to.deep.equal(nest(50)); });`,
    expected: {
      "ten levels": "passed",
      "fifty levels":
        "stack overflow on the tester: look for a function that calls itself, or values nested too deeply to be compared",
    },
  },
  "makes too many names": {
    busyLimitMs: 30_000,
    text: `const one = (i: number): Record<string, number> => ({ ["name" + i]: i });
    it("makes them", () => { for (let i = 0; i < 60000; i++) one(i); });
    it("goes on", () => {});`,
    expected: {
      "makes them": "too many property names on the tester: use a Map where names come from data",
      "goes on": "passed",
    },
  },
  "throws where nobody catches": {
    text: `import Timer from "timer";
    import { expect } from "chai";
    let afters = 0;
    afterEach(() => { afters++; });
    it("in a timer", async () => {
      Timer.set(() => { expect(1).to.equal(2); }, 10);
      await new Promise((done) => Timer.set(done, 100));
    });
    it("in a promise that it leaves behind", () => { void Promise.reject(new TypeError("left behind")); });
    it("goes on", () => { expect(afters).to.equal(0); });`,
    expected: {
      "in a timer": "expected 1 to equal 2",
      "in a promise that it leaves behind": "left behind",
      "goes on": "passed",
    },
  },
  "never settles": {
    text: `import Timer from "timer";
    it("waits for nothing", () => new Promise(() => {}));
    it("waits without a limit", function () { this.timeout(0); return new Promise(() => {}); });
    it("waits, with a timer that repeats", () => { Timer.repeat(() => {}, 7); return new Promise(() => {}); });
    it("goes on", () => {});
    it("waits without a limit for a timer that repeats", function () { this.timeout(0); return new Promise(() => {}); });
    it("comes after", () => {});`,
    expected: {
      "waits for nothing": "Timeout of 2000ms exceeded.",
      "waits without a limit": "what it waits for never comes",
      "waits, with a timer that repeats": "Timeout of 2000ms exceeded.",
      "goes on": "passed",
      "waits without a limit for a timer that repeats": "it ran for 4.5 s and came to no end",
      "comes after": 'did not run: "waits without a limit for a timer that repeats" did not end',
    },
  },
  "breaks down in a hook": {
    text: `const deeper = (n: number): number => 1 + deeper(n + 1);
    describe("first", () => {
      before(() => { deeper(0); });
      it("is not run", () => {});
      after(() => { throw new Error("there is nothing left to clean up"); });
    });
    describe("second", () => { it("goes on", () => {}); });`,
    expected: {
      'first > "before all" hook for "is not run"':
        "stack overflow on the tester: look for a function that calls itself",
      "second > goes on": "passed",
    },
  },
  "breaks down, and its hooks fail the second time": {
    text: `import { channel } from "thimble/testing/channel";
    before(async () => { if (await channel.call("starts") === 2) throw new Error("second start"); });
    it("overflows", () => { const deeper = (n: number): number => 1 + deeper(n + 1); deeper(0); });
    it("comes after", () => {});
    it("comes after that", () => {});`,
    expected: {
      overflows: "stack overflow on the tester: look for a function that calls itself",
      "comes after": `did not run: ${AGAIN}: second start`,
      "comes after that": `did not run: ${AGAIN}: second start`,
    },
  },
  "throws while it is loaded": {
    text: `const settings: { limit?: { value: number } } = {};
    it("is not run", () => {});
    trace((settings.limit as { value: number }).value);`,
    expected: { "x.spec.ts can be loaded": "cannot coerce undefined to object" },
  },
  "loops while it is loaded": {
    text: "for (;;);",
    expected: { "x.spec.ts ends while it is loaded": "it kept the tester's processor busy" },
  },
  "waits for ever while it is loaded": {
    text: "await new Promise(() => {});",
    expected: { "x.spec.ts can be loaded": "the spec waits at its top level, and what it waits for never comes" },
  },
  "compares what mocha has no words for": {
    text: `import { expect } from "chai";
    it("at the top", () => { expect(BigInt64Array.of(1n)).to.deep.equal(BigInt64Array.of(2n)); });
    it("inside", () => { expect({ a: [BigUint64Array.of(1n)] }).to.deep.equal({ a: [BigUint64Array.of(2n)] }); });
    it("goes on", () => {});`,
    expected: {
      "at the top": "expected BigInt64Array{",
      inside: "expected { a: [ BigUint64Array{ '0': 1n } ] } to deeply equal { a: [ BigUint64Array{ '0': 2n } ] }",
      "goes on": "passed",
    },
  },
  "throws what nobody can look into": {
    text: `const hostile = new Proxy({}, { getPrototypeOf() { throw new Error("trap"); } });
    it("at once", () => { throw hostile; });
    it("later", async () => { throw hostile; });
    it("by done", (done) => { done(hostile); });
    it("goes on", () => {});`,
    expected: {
      "at once": 'the string "[unreadable: trap]" was thrown',
      later: 'the string "[unreadable: trap]" was thrown',
      "by done": "done() invoked with non-Error",
      "goes on": "passed",
    },
  },
  "leaves a timer behind that throws": {
    text: `import { expect } from "chai";
    import Timer from "timer";
    it("passes", () => { Timer.set(() => { expect(1).to.equal(2); }, 9000); });`,
    expected: {
      passes: "passed",
      [`x.spec.ts ${LEFT}`]: "expected 1 to equal 2",
    },
  },
  "throws in a timer of its top level": {
    text: `import Timer from "timer";
    Timer.repeat(() => {}, 100);
    Timer.set(() => { throw new RangeError("at the top"); }, 100);`,
    expected: { [`x.spec.ts ${LEFT}`]: "at the top" },
  },
  "names wrongly": {
    text: `describe("no function" as string, undefined as unknown as () => void);`,
    expected: { "x.spec.ts can be loaded": 'Suite "no function" was defined but no callback was supplied.' },
  },
  "names tests after an await": {
    text: `describe("outer", () => {
      describe("inner", async () => { it("seen", () => {}); await null; it("lost", () => { throw new Error("x"); }); });
    });`,
    expected: { "x.spec.ts can be loaded": 'Suite "outer inner" returned a promise. A suite names its tests at once' },
  },
};

/** A bench that knows how many testers it has seen. */
function countStarts(): () => Bench {
  let starts = 0;
  return () => {
    starts++;
    return { serve: (channel) => channel.handle("starts", () => starts), close: async () => undefined };
  };
}

/** Of each test its end. */
function endings(events: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of events) {
    const [event, title, , error] = JSON.parse(line) as [string, string, unknown, { message: string } | null];
    if (event === "pass") found[title] = "passed";
    if (event === "pending") found[title] = "pending";
    if (event === "fail") found[title] = error?.message ?? "?";
  }
  return found;
}

describe("specs that break down", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" }, { board: "mps2-an505", variant: "release" });

  for (const board of ["host", "mps2-an505"] as const) {
    describe(board, () => {
      for (const [title, { text, expected, busyLimitMs = 1500 }] of Object.entries(CASES)) {
        it(title, async () => {
          const folder = makeApp(
            { "x.spec.ts": text, "y.spec.ts": 'it("is the next file", () => {});' },
            { modules: {} },
          );
          const { events } = await hearTesters(folder, board, { busyLimitMs, makeBench: countStarts() });
          const found = endings(events);
          for (const [test, words] of Object.entries({ ...expected, "is the next file": "passed" })) {
            assert.strictEqual(found[test]?.slice(0, words.length), words, test);
          }
          assert.sameMembers(Object.keys(found), [...Object.keys(expected), "is the next file"]);
        });
      }

      it("writes what UTF-8 has no place for", async () => {
        const text = `it("x", () => { trace("a\\0b\\ud800c\\n"); });`;
        const { console } = await hearTesters(makeApp({ "x.spec.ts": text }, { modules: {} }), board);
        assert.strictEqual(console, "a\0b\ufffdc\n");
      });
    });
  }
});
