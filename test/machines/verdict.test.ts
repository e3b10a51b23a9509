// SPDX-License-Identifier: Apache-2.0
/** What the harness makes of reports that no board of ours sends, and how it reads a console. */
import { deepStrictEqual, match, rejects, strictEqual, throws } from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "mocha";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { collectSpec } from "../harness/collect.js";
import { chosenMachines } from "../harness/machines.js";
import { Pool } from "../harness/pool.js";
import { RecordReader } from "../harness/records.js";
import type { Report } from "../harness/runner.js";
import { Collector, testsOf } from "../harness/tree.js";
import { judge } from "../harness/verdict.js";

function collected() {
  const collector = new Collector();
  collector.describe("s", () => {
    collector.it("a", () => undefined);
    collector.it.skip("b", "because");
    collector.it("c", () => undefined);
  });
  return testsOf(collector.root);
}

const step = (name: "start" | "pass" | "skip", title: string): Report => ({ step: name, path: ["s", title] });
const GOOD: readonly Report[] = [step("pass", "a"), step("skip", "b"), step("pass", "c"), { step: "end" }];

function judged(reports: readonly Report[], problem?: string): string {
  const { failures, strays } = judge(collected(), { reports, problem, console: "" });
  const failed = [...failures].filter(([, failure]) => failure !== undefined);
  return [...failed.map(([title, failure]) => `${title}: ${failure?.message}`), ...strays].join("; ");
}

describe("verdict on a machine's reports", () => {
  it("is good when all is as Node knows it", () => strictEqual(judged(GOOD), ""));

  it("misses a test, the end, and all", () => {
    strictEqual(judged(GOOD.slice(1)), "s › a: the machine did not report this test");
    strictEqual(judged([...GOOD.slice(0, 1), ...GOOD.slice(2)]), "pending on Node, not reported here: s › b");
    match(judged(GOOD.slice(0, 3)), /it ended before its tests did/);
    match(judged([]), /^s › a: before the first test the machine stopped: it ended.*; s › c: not run/s);
  });

  it("refuses a test twice, a pending one that runs, one that is pending there, and reports after the end", () => {
    strictEqual(judged([step("pass", "a"), ...GOOD]), "reported twice: s › a");
    match(judged([step("pass", "b"), ...GOOD]), /pending on Node, pass here: s › b/);
    strictEqual(judged([step("skip", "a"), ...GOOD.slice(1)]), "s › a: runs on Node, pending here");
    strictEqual(judged([...GOOD, step("pass", "a")]), "reported after the end: pass");
  });

  it("blames nobody for a stop after the last test, and does not forget it", () => {
    match(judged(GOOD, "HALT fatal"), /^after the last test the machine stopped: HALT fatal/);
  });
});

describe("records on a console", () => {
  it("come out whole from any cut, the rest stays", () => {
    const text = 'hello \u001e{"step":"end"}\nworld\n\u001eno json\n\u001e{"step"';
    for (let cut = 0; cut <= text.length; cut++) {
      const reader = new RecordReader(() => undefined);
      reader.push(text.slice(0, cut));
      reader.push(text.slice(cut));
      deepStrictEqual(reader.reports, [{ step: "end" }]);
      strictEqual(reader.text, 'hello world\nno json\n{"step" (cut short)');
    }
  });
});

describe("collecting a spec", () => {
  it("refuses callbacks, and suites that return something", () => {
    const collector = new Collector();
    throws(() => collector.it("x", ((done: () => void) => done()) as unknown as () => void), TypeError);
    throws(() => collector.describe("x", async () => undefined), TypeError);
  });

  it("refuses a file without tests", async () => {
    const file = join(packageRoot, "dist", "test", "harness", "tree.js");
    await rejects(collectSpec(file), RangeError);
  });

  it("knows its machines", () => {
    strictEqual(chosenMachines("node, host-sanitize").length, 2);
    throws(() => chosenMachines("node,esp8266"), RangeError);
  });
});

describe("pool", () => {
  it("starts nothing unasked, and never more than its width", async () => {
    const log: string[] = [];
    const pool = new Pool({ width: 2, ahead: 2 });
    const asks = [0, 1, 2, 3, 4].map((n) =>
      pool.add(async () => {
        log.push(`+${n}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
        log.push(`-${n}`);
        return n;
      }),
    );
    strictEqual(log.length, 0);
    strictEqual(await asks[0]?.(), 0);
    await new Promise((resolve) => setTimeout(resolve, 30));
    strictEqual(log.join(" "), "+0 +1 -0 +2 -1 -2");
    pool.close();
    strictEqual(await asks[4]?.(), 4);
    strictEqual(log.includes("+3"), false);
  });
});
