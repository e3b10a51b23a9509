// SPDX-License-Identifier: Apache-2.0
/** A release engine gives offsets; the table beside the archive makes of them the lines that a debug engine gives. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { readLines, symbolize } from "../../host-sim/compiler/lines.js";
import { type Board, packageRoot } from "../../host-sim/engine/paths.js";
import { useEngines } from "../cli/support.js";
import { FAILING, MARK } from "./failing-lines.js";
import { LANGUAGE } from "./language-cases.js";
import { buildUnchecked } from "./linked.js";
import { addProbes, PROBE, unfold } from "./probes.js";
import { BOARDS, DEBUG, RELEASE, start } from "./support.js";

type Sources = Readonly<Record<string, string>>;

/** What the modules trace, with positions made readable. */
async function tracesOf(board: Board, sources: Sources, debug: boolean, config: unknown = {}): Promise<string> {
  const built = buildUnchecked(sources, debug, config);
  const options = { debug, heapBytes: 2 << 20, stackSlots: 8192, untilUs: 1_000_000 };
  const { reason, text, console } = await start(board, built, options);
  assert.strictEqual(reason, "stopped", symbolize(text, built.lines));
  return symbolize(console, built.lines);
}

interface Probed {
  readonly line: number;
  /** `FILE:LINE`. */
  readonly place: string;
}

function probesIn(console: string): Probed[] {
  const found = console.matchAll(/^@ (\d+)\n at (?:.* )?\((.*)\)$/gm);
  return [...found].map(([, line, place = ""]) => ({ line: Number(line), place }));
}

/** One app of all language cases, each as it is and with each of its values on lines of its own. */
function languageApp(): Sources {
  const cases = LANGUAGE.flatMap(([, source], i) => [
    [`case${i}`, addProbes(source)],
    [`unfolded${i}`, addProbes(unfold(source))],
  ]);
  const names = cases.map(([name]) => JSON.stringify(name)).join(", ");
  const main = `import "./probe"; for (const name of [${names}]) { trace("= ", name, "\\n"); await import(name); }\n`;
  return { main, probe: PROBE, ...(Object.fromEntries(cases) as Sources) };
}

function exampleApp(folder: string): Sources {
  const names = readdirSync(folder).filter((name) => name.endsWith(".ts"));
  const modules = names.map((name) => [name.slice(0, -3), addProbes(readFileSync(join(folder, name), "utf8"))]);
  const { main = "", ...others } = Object.fromEntries(modules) as Record<string, string>;
  return { ...others, main: `import "./probe"; ${main}`, probe: PROBE };
}

describe("positions of a release engine", function () {
  this.timeout(120_000);
  useEngines(...RELEASE, ...DEBUG);

  for (const board of BOARDS) {
    it(`are the true lines, of each value of each piece of language, on ${board}`, async () => {
      const console = await tracesOf(board, languageApp(), false);
      let name = "";
      let count = 0;
      for (const part of console.split(/^(?== )/m)) {
        name = /^= (\S+)/.exec(part)?.[1] ?? name;
        for (const { line, place } of probesIn(part)) {
          // What a timer or a job does later is not of the module that is loading then.
          const [, file] = /^(\w+)\.ts:/.exec(place) ?? [];
          assert.strictEqual(place, `${file === "main" ? name : file}.ts:${line}`);
          count++;
        }
      }
      assert.isAbove(count, 1200);
    });

    it(`are the lines that the debug engine gives, where XS itself throws, on ${board}`, async () => {
      const consoles = [
        await tracesOf(board, { main: FAILING }, false),
        await tracesOf(board, { main: FAILING }, true),
      ];
      const [release = [], debug = []] = consoles.map((console) =>
        console.split(/^## .*$/m).map((stack) => stack.match(/^ at .*$/gm) ?? []),
      );
      const lines = FAILING.split("\n");
      const marked = new Set(lines.flatMap((line, i) => (line.endsWith(MARK) ? [i + 1] : [])));
      const met = release.slice(1).map((stack) => Number(/\(main\.ts:(\d+)\)/.exec(stack.join("\n"))?.[1]));
      assert.deepEqual(new Set(met), marked);
      assert.isAbove(met.length, 50);
      assert.deepEqual(release, debug);
    });
  }

  it("are the true lines of each value that an example comes to, on both boards", async () => {
    const examples = join(packageRoot, "examples");
    for (const name of readdirSync(examples)) {
      const folder = join(examples, name);
      const { config } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as { config: unknown };
      const traces = await Promise.all(BOARDS.map((board) => tracesOf(board, exampleApp(folder), false, config)));
      const [probes = [], others] = traces.map(probesIn);
      assert.isAbove(probes.length, 5, name); // some wait for a datagram before they do much
      assert.deepEqual(probes, others);
      for (const { line, place } of probes) assert.match(place, new RegExp(`^[\\w-]+\\.ts:${line}$`));
    }
  });

  it("name the SDK's files for code of the firmware", async () => {
    const main =
      'import { decodeHex } from "thimble/bytes/hex";\n\ntry {\n  decodeHex("abc");\n} catch (e) { trace(e.stack); }\n';
    const lines = readFileSync(join(packageRoot, "sdk/bytes/hex.ts"), "utf8").split("\n");
    const placeOf = (text: string): string => `sdk/bytes/hex.ts:${lines.findIndex((line) => line.includes(text)) + 1}`;
    const calls = [` at refuse (${placeOf("throw new RangeError")})`, ` at decodeHex (${placeOf("!== 0) refuse()")})`];
    for (const board of BOARDS) {
      const stack = await tracesOf(board, { main }, false);
      assert.deepEqual(stack.split("\n").slice(1), [...calls, " at (main.ts:4)"]);
    }
  });
});

describe("the table of lines", () => {
  const sources = { main: "const f = () => {\n  throw 1;\n};\nf();\n" };

  it("is the same for the same modules, and names no place of this machine", () => {
    const [one, two] = [buildUnchecked(sources, false), buildUnchecked(sources, false)];
    assert.strictEqual(one.table, two.table);
    assert.notInclude(one.table, packageRoot);
  });

  it("leaves what it does not know: other offsets, other words, a table that is not there", () => {
    const { lines } = buildUnchecked(sources, false);
    const text = "Error: at f (app:1)\n at f (app:9999999)\n at g (apps:300)\n at ()\n at h (firmware:0)\n  app:300";
    assert.strictEqual(symbolize(text, lines), text);
    const stack = "Error: x\n at f (app:300)";
    assert.strictEqual(symbolize(stack, readLines("/nowhere/app.lines")), stack);
  });
});
