// SPDX-License-Identifier: Apache-2.0
/** Whole debugging sessions on both boards, with `thimble sim` and a client that speaks xsbug's protocol. */
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { makeApp, RUN_LIMIT_MS, useEngines } from "../cli/support.js";
import { BOARDS, DEBUG } from "../compiler/support.js";
import type { DebugClient, Stop } from "./client.js";
import { FakeXsbug } from "./client.js";
import { lineOf, Sim } from "./support.js";

const MAIN = `import Timer from "timer";
import { average } from "./lib/average.js";

interface Reading { readonly name: string; readonly values: readonly number[] }

function check(limit: number): void {
  if (limit > 3) throw new RangeError("too far"); // throws
}

const reading: Reading = { name: "inside", values: [1, 2, 6] };
trace("begins\\n"); // first
const mean = average(reading.values); // calls
trace(\`mean \${mean}\\n\`); // shows
try {
  check(mean + 1);
} catch (error) {
  trace(\`\${error}\\n\`);
}
let count = 0;
Timer.repeat((timer) => {
  count += 1; // ticks
  if (count === 2) Timer.clear(timer); // ends
}, 60_000);
`;
const AVERAGE = `export function average(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0); // sums
  const result = sum / values.length; // divides
  return result; // returns
}
`;
const FILES = { "main.ts": MAIN, "lib/average.ts": AVERAGE };
const MODULES = { modules: { "*": "./main", "lib/*": "./lib/*" } };
const at = (mark: string): number => lineOf(MAIN, `// ${mark}`);
const inAverage = (mark: string): number => lineOf(AVERAGE, `// ${mark}`);

function place({ path, line }: Stop): [string | undefined, number | undefined] {
  return [path, line];
}

/** Breakpoint, locals, step over, step in, step out, an exception, and on to the end. */
async function scriptedSession(client: DebugClient, folder: string, sim: Sim): Promise<void> {
  const main = join(folder, "main.ts");
  const averageFile = join(folder, "lib/average.ts");
  assert.isNotEmpty(await client.login());
  assert.strictEqual(sim.stdout, "");
  client.setAll([main, at("first")], ["exceptions", 0], ["/nowhere/other.ts", 3]);

  const first = await client.stop();
  assert.deepEqual(place(first), [main, at("first")]);
  assert.strictEqual(first.message, "breakpoint");
  assert.match(first.locals.get("reading") ?? "", /^@[0-9A-F]+$/);
  assert.strictEqual(sim.stdout, "");

  assert.deepEqual(place(await client.stopAfter("<step/>")), [main, at("calls")]);
  const inside = await client.stopAfter("<step-inside/>");
  assert.strictEqual(inside.path, averageFile);
  client.say(`<set-breakpoint path="${averageFile}" line="${inAverage("returns")}"/>`);
  const returning = await client.stopAfter("<go/>");
  assert.deepEqual(place(returning), [averageFile, inAverage("returns")]);
  assert.deepEqual([returning.locals.get("sum"), returning.locals.get("result")], ["9", "3"]);
  assert.deepEqual(
    returning.frames.filter(({ path }) => path !== undefined).map(({ path, line }) => [path, line]),
    [
      [averageFile, inAverage("returns")],
      [main, at("calls")],
    ],
  );
  const out = await client.stopAfter("<step-outside/>");
  assert.strictEqual(out.path, main);

  const thrown = await client.stopAfter("<go/>");
  assert.deepEqual(place(thrown), [main, at("throws")]);
  assert.strictEqual(thrown.locals.get("limit"), "4");
  client.say('<clear-breakpoint path="exceptions" line="0"/>', `<set-breakpoint path="main.ts" line="${at("ends")}"/>`);

  const ticked = await client.stopAfter("<go/>");
  assert.deepEqual(place(ticked), [main, at("ends")]);
  client.say("<clear-all-breakpoints/>", "<go/>");
  await client.closed;
  assert.strictEqual(await sim.ended, 0, sim.stderr);
  assert.strictEqual(sim.stdout, "begins\nmean 3\nRangeError: too far\n");
  assert.include(client.log, "begins\nmean 3\n");
  assert.include(sim.stderr, "idle: nothing left to wait for (device time 2 min 0.000 s)");
}

describe("a debugging session", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines(...DEBUG);
  let folder: string;
  before(() => {
    folder = realpathSync(makeApp(FILES, MODULES));
  });

  for (const board of BOARDS) {
    it(`of a tool that connects: --debug-port on ${board}`, async () => {
      const sim = new Sim([folder, "--board", board, "--debug-port", "0"]);
      await scriptedSession(await sim.attach(), folder, sim);
    });

    it(`of xsbug, which listens: --debug on ${board}`, async () => {
      const xsbug = await FakeXsbug.listen();
      try {
        const sim = new Sim([folder, "--board", board, "--debug"], { XSBUG_PORT: String(xsbug.port) });
        await scriptedSession(await xsbug.machine(), folder, sim);
        assert.include(sim.stderr, `connected to the debugger at localhost:${xsbug.port}\n`);
      } finally {
        xsbug.close();
      }
    });
  }
});
