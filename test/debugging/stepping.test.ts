// SPDX-License-Identifier: Apache-2.0
/** Where a machine stops, and what it shows there. */
import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { buildApp } from "../../host-sim/compiler/app.js";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { makeApp, useEngines } from "../cli/support.js";
import { BOARDS, build, DEBUG } from "../compiler/support.js";
import type { DebugClient, Stop } from "./client.js";
import { debugRun, endDebugRuns } from "./in-process.js";
import { lineOf } from "./support.js";

/** Lines that are stopped at, one after another, by the same command until the program ends. */
async function linesBy(client: DebugClient, command: string): Promise<(number | undefined)[]> {
  const lines: (number | undefined)[] = [];
  for (;;) {
    client.say(command);
    const stop = await Promise.race([client.stop().catch(() => undefined), client.closed]);
    if (stop === undefined) return lines;
    lines.push((stop as Stop).line);
  }
}

const START = '<set-all-breakpoints><breakpoint path="start" line="0"/></set-all-breakpoints>';

const CALLS = `import Timer from "timer";
const list = [1, 2];
const inner = { name: "inner", list };
const outer = { inner };
function down(depth: number): number {
  if (depth === 0) return list.length;
  const below = down(depth - 1);
  return below;
}
const found = down(2);
Timer.set(() => {
  trace("late ", found, outer.inner.name, "\\n");
}, 10);
Promise.resolve().then(() => {
  trace("job\\n");
});
`;

describe("stopping and stepping", function () {
  this.timeout(60_000);
  useEngines(...DEBUG);
  afterEach(endDebugRuns);

  for (const board of BOARDS) {
    it(`goes line by line through the app, not the firmware, from job to job, on ${board}`, async () => {
      const { client, result } = await debugRun(board, await build({ "main.ts": CALLS }, {}, true));
      client.say(START);
      const first = await client.stop();
      assert.strictEqual(first.line, 1);
      const lines = await linesBy(client, "<step/>");
      const body = lines.slice(lines.indexOf(2));
      assert.deepEqual([...new Set(body)], [2, 3, 4, 10, 11, 13, 14, 15, 12]);
      assert.strictEqual((await result).console, "job\nlate 2inner\n");
    });

    it(`steps into a function and out of it again on ${board}`, async () => {
      const { client, result } = await debugRun(board, await build({ "main.ts": CALLS }, {}, true));
      client.setAll(["main.ts", 6]);
      const depth = async (stop: Promise<Stop>): Promise<[string | undefined, number | undefined, number]> => {
        const { locals, line, frames } = await stop;
        return [locals.get("depth"), line, frames.filter(({ name }) => name === "down").length];
      };
      assert.deepEqual(await depth(client.stop()), ["2", 6, 1]);
      assert.deepEqual(await depth(client.stopAfter("<clear-all-breakpoints/>", "<step/>")), ["2", 7, 1]);
      const [, , frames] = await depth(client.stopAfter("<step-inside/>"));
      assert.strictEqual(frames, 2);
      assert.deepEqual(await depth(client.stopAfter("<step/>")), ["1", 6, 2]);
      const [, , outer] = await depth(client.stopAfter("<step-outside/>"));
      assert.strictEqual(outer, 1);
      client.say("<go/>");
      assert.strictEqual((await result).console, "job\nlate 2inner\n");
    });

    it(`steps out of the last function of a callback to the next one on ${board}`, async () => {
      const { client, result } = await debugRun(board, await build({ "main.ts": CALLS }, {}, true));
      client.setAll(["main.ts", 15]);
      await client.stop();
      const next = await client.stopAfter("<step-outside/>");
      assert.include([11, 12], next.line);
      client.say("<go/>");
      assert.strictEqual((await result).console, "job\nlate 2inner\n");
    });

    it(`shows another frame's locals, and what is in an object, on ${board}`, async () => {
      const { client, result } = await debugRun(board, await build({ "main.ts": CALLS }, {}, true));
      client.setAll(["main.ts", 6]);
      const { frames } = await client.stop();
      const caller = frames.find(({ line }) => line === 10);
      client.say(`<select id="${caller?.id}"/>`);
      const locals = await client.view();
      assert.isUndefined(locals.get("depth"));
      const outer = locals.get("outer");
      assert.match(outer ?? "", /^@/);
      assert.isUndefined(locals.get("inner.list"));
      client.say(`<toggle id="${outer}"/>`);
      await client.view();
      client.say(`<toggle id="${locals.get("list")}"/>`);
      const opened = await client.view();
      assert.strictEqual(opened.get("[1]"), "2");
      client.say('<toggle id="@FFFFFFFFFFFFFFF0"/>', '<select id="@0"/>', "<clear-all-breakpoints/>", "<go/>");
      assert.strictEqual((await result).console, "job\nlate 2inner\n");
    });

    it(`stops in a module of the SDK where it is told to, and steps there, on ${board}`, async () => {
      const source =
        'import { encodeHex } from "thimble/bytes/hex";\ntrace(encodeHex(Uint8Array.of(1, 171)), "\\n");\n';
      const manifest = { include: ["$(MODDABLE)/examples/manifest_base.json", "$(THIMBLE)/manifests/bytes.json"] };
      const { client, result } = await debugRun(board, await build({ "main.ts": source }, manifest, true));
      const file = `${packageRoot}/sdk/bytes/hex.ts`;
      const line = lineOf(readFileSync(file, "utf8"), "const parts");
      client.setAll([file, line]);
      const stop = await client.stop();
      assert.deepEqual([stop.path, stop.line], [file, line]);
      assert.deepEqual((await client.stopAfter("<step/>")).path, file);
      client.say("<clear-all-breakpoints/>", "<go/>");
      assert.strictEqual((await result).console, "01ab\n");
    });
  }

  it("takes a value, a name and a log with any character in it", async () => {
    const source = 'const text = "<a b=\\"1\\">&amp; größer \u{1f600}</a>\\n]]>";\ntrace(text); // here\n';
    const { client, result } = await debugRun("host", await build({ "main.ts": source }, {}, true));
    client.setAll(["main.ts", 2]);
    const { locals } = await client.stop();
    assert.strictEqual(locals.get("text"), "'<a b=\"1\">&amp; größer \u{1f600}</a>\n]]>'");
    client.say("<go/>");
    const { console } = await result;
    assert.strictEqual(client.log, console);
    assert.include(console, "größer \u{1f600}");
  });

  it("finds files whose names are not ASCII, or outside of the app's folder", async () => {
    const include = "$(MODDABLE)/examples/manifest_base.json";
    const root = realpathSync(
      makeApp({
        "app/manifest.json": JSON.stringify({ include, modules: { "*": "./main", größe: "../größe/maß" } }),
        "app/main.ts": 'import "größe";\n',
        "größe/maß.ts": 'trace("there\\n");\n',
      }),
    );
    const folder = join(root, "app");
    const file = join(root, "größe/maß.ts");
    const app = await buildApp(folder, { board: "host", debug: true });
    const { client, result } = await debugRun("host", { ...app, folder, bytes: readFileSync(app.image) });
    client.setAll([file, 1]);
    assert.strictEqual((await client.stop()).path, file);
    client.say("<go/>");
    assert.strictEqual((await result).console, "there\n");
  });
});
