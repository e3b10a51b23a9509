// SPDX-License-Identifier: Apache-2.0
/** Several spec files: side by side, reported in their order; what is chosen is chosen from all of them. */
import { assert } from "chai";
import { OnlyForbidden } from "../../host-sim/testing/run-specs.js";
import { makeApp, RUN_LIMIT_MS, useEngines } from "../cli/support.js";
import { hearTesters } from "./support.js";

const NO_APP = { modules: {} };

/** Titles of what ended so, in order. */
function titles(events: readonly string[], kind: "pass" | "fail" | "pending"): string[] {
  const lines = events.map((line) => JSON.parse(line) as [string, string]);
  return lines.filter(([event]) => event === kind).map(([, title]) => title);
}

/** A test that takes so long in real time: its tester is busy. */
function slow(title: string, loops: number): string {
  return `it("${title}", () => { for (let i = 0, x = 0; i < ${loops}; i++) x += i; });`;
}

describe("spec files", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" });

  it("are reported in their order, with what they write, whichever is done first", async () => {
    const files = {
      "a.spec.ts": `${slow("a1", 3e6)} it("a2", () => { trace("from a\\n"); });`,
      "b.spec.ts": 'it("b1", () => { trace("from b\\n"); });',
      "c/d.spec.ts": 'describe("c", () => { it("d1", () => { trace("from d\\n"); }); });',
      "e.spec.ts": "for (const n of [1, 2]) it('e' + n, () => {});",
    };
    const folder = makeApp(files, NO_APP);
    const one = await hearTesters(folder, "host", { jobs: 1 });
    const four = await hearTesters(folder, "host", { jobs: 4 });
    assert.deepEqual(titles(one.events, "pass"), ["a1", "a2", "b1", "c > d1", "e1", "e2"]);
    // What waited its turn has its later state already.
    const said = (events: readonly string[]): string[] => events.map((line) => JSON.parse(line).slice(0, 2).join());
    assert.deepEqual(said(four.events), said(one.events));
    assert.strictEqual(one.console, "from a\nfrom b\nfrom d\n");
    assert.strictEqual(four.console, one.console);
  });

  it("may be many at a time", async () => {
    const warnings: string[] = [];
    const onWarning = ({ message }: Error): void => void warnings.push(message);
    process.on("warning", onWarning);
    try {
      const specs = Array.from({ length: 14 }, (_, n) => [`${n}.spec.ts`, `it("${n}", () => {});`]);
      const { failures } = await hearTesters(makeApp(Object.fromEntries(specs), NO_APP), "host", { jobs: 14 });
      await new Promise(setImmediate);
      assert.strictEqual(failures, 0);
      assert.deepEqual(warnings, []);
    } finally {
      process.off("warning", onWarning);
    }
  });

  it("begin with a tester of their own", async () => {
    const spec = `
      import { count } from "./counter.js";
      it("is the first", () => { if (count() !== 1 || "seen" in globalThis) throw new Error("not the first"); });
      it("leaves something", () => { Object.assign(globalThis, { seen: true }); });`;
    const counter = "let n = 0; export const count = () => ++n;";
    const folder = makeApp({ "counter.ts": counter, "a.spec.ts": spec, "b.spec.ts": spec }, NO_APP);
    assert.strictEqual((await hearTesters(folder, "host")).failures, 0);
  });

  it("are run only where something is marked so, in any of them, once it is really marked", async () => {
    const files = {
      "a.spec.ts": 'it("a", () => {});',
      "b.spec.ts": 'describe("b", () => { it("1", () => {}); it.only("2", () => {}); });',
      "c.spec.ts": 'if (Date.now() === 0) it.only("never", () => {}); it("c", () => {}); // it.only',
      "d.spec.ts": 'import { marked } from "./helper.js"; marked("d", () => {}); it("d2", () => {});',
      "helper.ts": 'export const marked: typeof it.only = (title, fn) => it["only"](title, fn);',
    };
    const all = await hearTesters(makeApp(files, NO_APP), "host", { jobs: 2 });
    assert.deepEqual(titles(all.events, "pass"), ["b > 2", "d"]);
    const { "b.spec.ts": _b, "d.spec.ts": _d, ...unmarked } = files;
    const some = await hearTesters(makeApp(unmarked, NO_APP), "host");
    assert.deepEqual(titles(some.events, "pass"), ["a", "c"]);
    const folder = makeApp(files, NO_APP);
    const forbidden = await hearTesters(folder, "host", { forbidOnly: true }).catch((error: unknown) => error);
    assert.instanceOf(forbidden, OnlyForbidden);
    assert.strictEqual((forbidden as OnlyForbidden).file, "b.spec.ts");
  });

  it("stop after the first failure, when they are to", async () => {
    const files = {
      "a.spec.ts": `${slow("a", 2e6)} describe("inner", () => { it("b", () => { throw new Error("b"); }); it("c", () => {}); }); it("d", () => {});`,
      "b.spec.ts": 'it("e", () => { trace("e\\n"); });',
      "c.spec.ts": 'it("f", () => {});',
    };
    for (const jobs of [1, 3]) {
      const { events, console, failures } = await hearTesters(makeApp(files, NO_APP), "host", { bail: true, jobs });
      assert.deepEqual([...titles(events, "pass"), ...titles(events, "fail")], ["a", "d", "inner > b"]);
      assert.strictEqual(console, "");
      assert.strictEqual(failures, 1);
    }
  });

  it("give what the command's options ask for", async () => {
    const spec = `
      let runs = 0;
      it("passes at the third run", () => { if (++runs < 3) throw new Error("not yet"); });
      describe("of a group", () => { it("one", () => {}); it("two", () => {}); });
      it("waits", () => new Promise(() => {}));
      it("knows", function () { if (this.timeout() !== 70) throw new Error(String(this.timeout())); });
      it.skip("pending", () => {});`;
    const folder = makeApp({ "a.spec.ts": spec }, NO_APP);
    const hear = (chosen: Parameters<typeof hearTesters>[2]) =>
      hearTesters(folder, "host", { timeoutMs: 70, ...chosen });
    const plain = await hear({});
    assert.deepEqual(titles(plain.events, "fail"), ["passes at the third run", "waits"]);
    assert.include(
      plain.events.find((line) => line.includes("waits") && line.includes("fail")) ?? "",
      "Timeout of 70ms",
    );
    assert.deepEqual(titles((await hear({ retries: 2 })).events, "fail"), ["waits"]);
    assert.deepEqual(titles((await hear({ grep: /group (one|TWO)/i })).events, "pass"), [
      "of a group > one",
      "of a group > two",
    ]);
    assert.deepEqual(titles((await hear({ grep: /i/, invert: true })).events, "pass"), [
      "knows",
      "of a group > one",
      "of a group > two",
    ]);
    assert.deepEqual(titles((await hear({ forbidPending: true, grep: /pend/ })).events, "fail"), ["pending"]);
  });
});
