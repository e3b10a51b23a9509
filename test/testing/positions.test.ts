// SPDX-License-Identifier: Apache-2.0
/** The places that a failure names: lines of the spec and of what it calls, and nothing of what runs it. */
import { expect } from "chai";
import { makeApp, RUN_LIMIT_MS, thimble, useEngines } from "../cli/support.js";

const SPEC = `import { expect } from "chai";
import Timer from "timer";
import { device } from "thimble/testing/device";
import { check, later } from "./helper";
import { parse } from "./parse";

interface Ignored {
  readonly lines: number;
}

describe("fails", () => {
  it("itself", () => {
    expect(1).to.equal(2);
  });
  it("in a helper, in the app's module", () => {
    check("x");
  });
  it("later", async () => {
    await null;
    const ignored: Ignored = { lines: 1 };
    expect(ignored.lines).to.equal(2);
  });
  it("in a promise", () => later());
  it("in a callback", async () => {
    Timer.set(() => {
      parse("y");
    }, 5);
    await new Promise((done) => Timer.set(done, 50));
  });
  it("at the device", async () => {
    await device.powerOn();
    await device.setAnalog(99, 1);
  });
  it("as the device does", async () => {
    await device.wipe();
    await device.powerOn({ heapBytes: 1000 });
  });
  it("waiting for the device", async () => {
    await device.wipe();
    await device.powerOn();
    await device.until(() => false, { withinMs: 10 });
  });
  it("while it waits for the device", async () => {
    await device.wipe();
    await device.powerOn();
    await device.until(() => {
      expect(device.console).to.equal("");
      return true;
    });
  });
  it("as the app does", async () => {
    await device.wipe();
    await device.powerOn();
    await device.advance(1000);
  });
});
`;
const FILES = {
  "main.ts":
    'import Timer from "timer";\ntrace("hello\\n");\nTimer.set(() => {\n  throw new RangeError("app");\n}, 500);\n',
  "parse.ts":
    'export function parse(text: string): number {\n  if (text.length > 0) throw new RangeError("no number");\n  return 0;\n}\n',
  "helper.ts":
    'import { parse } from "./parse";\n\nexport function check(text: string): void {\n  parse(text);\n}\nexport async function later(): Promise<void> {\n  await null;\n  check("z");\n}\n',
  "x.spec.ts": SPEC,
  "y.spec.ts":
    '\nconst missing: { name: string } | undefined = JSON.parse("null") ?? undefined;\ntrace((missing as { name: string }).name);\n',
};

/** Frames of each test's error, in order. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  itself: ["x.spec.ts:13"],
  "in a helper, in the app's module": ["parse (parse.ts:2)", "check (helper.ts:4)", "x.spec.ts:16"],
  later: ["x.spec.ts:21"],
  "in a promise": ["parse (parse.ts:2)", "check (helper.ts:4)", "later (helper.ts:8)"],
  "in a callback": ["parse (parse.ts:2)", "x.spec.ts:26"],
  "at the device": ["x.spec.ts:32"],
  "as the device does": ["x.spec.ts:36"],
  "waiting for the device": ["x.spec.ts:41"],
  "while it waits for the device": ["x.spec.ts:47", "x.spec.ts:46"],
  "as the app does": ["main.ts:4", "x.spec.ts:54"],
  "y.spec.ts can be loaded": ["y.spec.ts:3"],
};

const CRASHING = `import Timer from "timer";
const none = JSON.parse("null") as { y: number };
Timer.set(() => {
  trace(none.y);
}, 5);
`;
const HINTED = `import { expect } from "chai";
import Timer from "timer";
import { device } from "thimble/testing/device";

const none = JSON.parse("null") as { y: number };
it("reads", () => {
  expect(none.y).to.equal(1);
});
it("writes", () => {
  Array.prototype.map = [].map;
});
it("parses", () => {
  JSON.parse('{"a":1');
});
it("has words of its own", () => {
  expect(1, "is no function").to.equal(2);
});
it("drives", async () => {
  await device.powerOn();
  await device.advance(10);
});
it("ends", () => {
  Timer.set(() => trace(none.y), 5);
});
`;
const PASSES_OVER = "What stands before the dot or the bracket is undefined or null there: ?. passes over it.";

/** What stands in each test's error between its first line and its frames. */
const HINTS: Readonly<Record<string, string>> = {
  reads: PASSES_OVER,
  writes: "Array.prototype is frozen.",
  parses: "The number is the line within the JSON text.",
  "has words of its own": "",
  drives: PASSES_OVER,
  ends: "",
  "x.spec.ts leaves nothing behind that fails after its last test": PASSES_OVER,
};

describe("hints in failures of specs", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" }, { board: "mps2-an505", variant: "release" });

  for (const board of ["host", "mps2-an505"]) {
    it(`stand below the message, on ${board}`, async () => {
      const folder = makeApp({ "main.ts": CRASHING, "x.spec.ts": HINTED });
      const { stdout } = await thimble(["test", folder, "--board", board, "--json"]);
      const report = JSON.parse(stdout) as { tests: { title: string[]; error: { stack: string } | null }[] };
      const found = report.tests.map(({ title, error }) => {
        const lines = (error?.stack ?? "").split("\n");
        const below = lines.slice(
          1,
          lines.findIndex((line) => line.startsWith("    at ")),
        );
        return [title.at(-1), below.map((line) => line.trim().split(" Built-ins ")[0]).join("\n")];
      });
      expect(Object.fromEntries(found)).to.deep.equal(HINTS);
      const shown = await thimble(["test", folder, "--board", board]);
      expect(shown.stdout).to.include(`null to object\n     ${PASSES_OVER}\n      at x.spec.ts:7\n`);
    });
  }
});

describe("places in failures of specs", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" }, { board: "mps2-an505", variant: "release" });

  for (const board of ["host", "mps2-an505"]) {
    it(board, async () => {
      const modules = { "*": ["./main", "./parse"] };
      const { stdout } = await thimble(["test", makeApp(FILES, { modules }), "--board", board, "--json"]);
      const report = JSON.parse(stdout) as { tests: { title: string[]; error: { stack: string } }[] };
      const found = report.tests.map(({ title, error }) => {
        const frames = error.stack.split("\n").filter((line) => /^\s*at /.test(line));
        return [title.at(-1), frames.map((frame) => frame.replace(/^\s*at /, ""))];
      });
      expect(Object.fromEntries(found)).to.deep.equal(EXPECTED);
    });
  }
});
