// SPDX-License-Identifier: Apache-2.0
/** The harness of the documentation: of each kind of block one that holds, and one that is broken and must be seen. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { RUN_LIMIT_MS, useEngines } from "../cli/support.js";
import { readPage } from "./page.js";
import { PageRun } from "./page-run.js";
import { expectShown } from "./shown.js";

/** An app starts in less, even on a machine that is busy. */
const PATIENCE_MS = 10_000;
const FENCE = "```";
const MANIFEST = '{ "include": "$(MODDABLE)/examples/manifest_base.json", "modules": { "*": "./main" } }';

/** Lines of a page; `'''` stands for a fence. */
function pageOf(...lines: readonly string[]): string {
  return lines.join("\n").replaceAll("'''", FENCE);
}

function app(main: string, info = "ts"): readonly string[] {
  return ["`a/manifest.json`", "'''json", MANIFEST, "'''", "`a/main.ts`", `'''${info}`, main, "'''"];
}

describe("harness of the documentation: blocks", () => {
  it("takes a block out of a list, with its file", () => {
    const { blocks } = readPage("p", pageOf("- text", "", "  `a/b.ts`", "  '''ts x y", "    one", "  '''", "more"));
    expect(blocks).to.deep.equal([
      { page: "p", line: 4, language: "ts", words: ["x", "y"], path: "a/b.ts", text: "  one\n" },
    ]);
  });

  it("takes tildes and longer fences for what they are", () => {
    const { blocks } = readPage(
      "p",
      pageOf("~~~json", "'''", "~~~", "````text", "'''ts", "'''", "````", "'''c", "'''"),
    );
    expect(blocks.map(({ language }) => language)).to.deep.equal(["json", "text", "c"]);
  });

  it("refuses a block that nothing closes", () => {
    expect(() => readPage("p", pageOf("a", "'''ts", "b"))).to.throw("p:2: nothing closes this code block");
  });

  it("refuses a frame without a place for the block", () => {
    expect(() => readPage("p", "<!-- frame f: a/b.ts\nx\n-->")).to.throw('p:1: a frame has a line "…"');
  });
});

describe("harness of the documentation: what an example shows", () => {
  const shown = "first\n…\nlast … of it\n";

  it("lets … stand for lines, and for part of one", () => {
    expectShown("x", shown, "first\nlast 1 of it\n");
    expectShown("x", shown, "first\n\nsecond\nlast  of it\n");
  });

  for (const came of ["first\nlast 1 of\n", "first\nlast 1 of it", "first\nlast 1 of it\nmore\n", "last 1 of it\n"]) {
    it(`sees ${JSON.stringify(came)}`, () => {
      expect(() => expectShown("x", shown, came)).to.throw("x wrote something else");
    });
  }
});

describe("harness of the documentation: pages", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" }, { board: "mps2-an505", variant: "release" });
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "thimble-docs-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function run(...lines: readonly string[]): Promise<void> {
    const page = readPage("p", pageOf(...lines));
    const run = new PageRun(page, folder, PATIENCE_MS);
    try {
      for (const block of page.blocks) await run.run(block);
    } catch (error) {
      await run.end().catch(() => undefined);
      throw error;
    }
    await run.end();
  }

  const spec = (check: string) => [
    "`a/x.spec.ts`",
    "'''ts",
    'import { expect } from "chai";',
    `it("x", () => { ${check}; });`,
    "'''",
  ];
  const frame = (before: string) => ["<!-- frame f: a/main.ts", before, "…", "}", "-->"];

  const good: Readonly<Record<string, readonly string[]>> = {
    console: [...app('trace("hi\\n");'), "'''console", "$ cd a", "$ thimble sim", "hi", "idle…", "'''"],
    "a command that goes on": [
      ...app("trace('a\\nb\\n');"),
      ...["'''console", "$ thimble sim a --watch", "…", "a", "'''", "'''console", "b", "…", "^C", "…", "'''"],
    ],
    "an app": ["'''ts", 'import Timer from "timer";', "Timer.repeat(() => {}, 1000);", "'''"],
    "a file that is broken on purpose": [
      ...app("trace(1);", "ts broken"),
      "'''console",
      "$ ls a/nothing",
      "…",
      "$? 2",
      "'''",
    ],
    "a fragment": [...app("trace('');"), ...frame("{"), "'''ts f", "trace('');", "'''"],
    "an edit": [...app("trace('a');"), "`a/main.ts`", "'''diff", "-trace('a');", "+trace('');", "'''"],
    "a spec": [...app("trace('');"), ...spec("expect(1).to.equal(1)")],
    "a manifest": ["'''json", MANIFEST, "'''"],
    json: ["'''json", '{ "a": [1] }', "'''"],
    csv: ["'''csv", "time,channel,value", "0,analog:1,5", "'''"],
    sh: ["'''sh", "npm start # words", "npm run bench", "sudo apt-get install gcc", "'''"],
    c: ["'''c", '#include "board.h"', "void stop(void) { board_stop(0); }", "'''"],
    text: ["'''text", "a -> b", "'''"],
  };
  for (const [kind, lines] of Object.entries(good)) it(`takes ${kind}`, () => run(...lines));

  const broken: Readonly<Record<string, readonly [words: string | RegExp, ...lines: string[]]>> = {
    "another output": ["wrote something else", ...app('trace("hi\\n");'), "'''console", "$ thimble sim a", "ho", "'''"],
    "what a command that goes on does not write": [
      "wrote something else",
      ...app("trace('a\\n');"),
      ...["'''console", "$ thimble sim a --watch", "…", "b", "'''"],
    ],
    "a block that goes on without a command": ["begins with", "'''console", "…", "^C", "'''"],
    "another status": ["exit status 2", "'''console", "$ ls nothing", "…", "'''"],
    "a command that nobody knows": ['no runner claims "$ make"', "'''console", "$ make", "'''"],
    "a console block without a command": ["begins with", "'''console", "hello", "'''"],
    "a file that does not compile": [/exit status 1.*Type 'string'/s, ...app('const a: number = "";')],
    "code that was replaced before a command took it": [
      /Type 'string'/,
      ...app('const a: number = "";'),
      ...app("trace('');"),
    ],
    "a file of no app": ["a/x.ts belongs to no app", "`a/x.ts`", "'''ts", "trace('');", "'''"],
    "an app that does not compile, after one that does": [
      /Type 'string'/,
      ...["'''ts", "trace('');", "'''", "'''ts", 'const a: number = "";', "'''"],
    ],
    "an app that throws": [/host: uncaught: Error: x/, "'''ts", 'throw new Error("x");', "'''"],
    "a fragment that does not compile": [
      /exit status 1/,
      ...app("trace('');"),
      ...frame("{"),
      "'''ts f",
      "let a: x;",
      "'''",
    ],
    "an edit of what is not there": ["has 0 times", ...app("trace('');"), "`a/main.ts`", "'''diff", "-x", "'''"],
    "an edit that does not compile": [
      /exit status 1/,
      ...app("trace('');"),
      "`a/main.ts`",
      "'''diff",
      "-trace('');",
      "+trace(x);",
      "'''",
    ],
    "a spec that fails": [/expected 1 to equal 2/, ...app("trace('');"), ...spec("expect(1).to.equal(2)")],
    "a fragment without a frame": ["no frame of that name", ...app("trace('');"), "'''ts f", "trace('');", "'''"],
    "a file's JSON": [/JSON/, "`a/b.json`", "'''json", "{,}", "'''"],
    "a manifest with an unknown key": ["modulez", "'''json", '{ "include": [], "modulez": {} }', "'''"],
    json: [/JSON/, "'''json", '{ "a": 1, }', "'''"],
    csv: ["recording:2", "'''csv", "time,channel,value", "0,analog:99,5", "'''"],
    "a script that package.json lacks": ['no script "bnech"', "'''sh", "npm run bnech", "'''"],
    "shell syntax": ["syntax error", "'''sh", "npm start (", "'''"],
    "a shell line that nothing claims": ['no runner claims "make"', "'''sh", "make", "'''"],
    "a tarball of another name": ["npm pack makes", "'''sh", "npm install ./thimble-9.9.9.tgz", "'''"],
    "a command of the checkout that fails": ["exit status 2", "'''sh", "node dist/cli/thimble.js nothing", "'''"],
    c: ["board_stp", "'''c", '#include "board.h"', "void stop(void) { board_stp(); }", "'''"],
    "a byte": [
      "other bytes",
      ...app("trace('');"),
      "'''console",
      "$ thimble build a",
      "…",
      "'''",
      "'''hexdump a/main.ts",
      "000 00",
      "'''",
    ],
    "a block of no kind": ['no runner claims a block ""', "'''", "a", "'''"],
    "a block of an unknown kind": ['no runner claims a block "rust"', "'''rust", "a", "'''"],
    "words that mean nothing": ['no runner claims "json x"', "'''json x", "{}", "'''"],
  };
  for (const [kind, [words, ...lines]] of Object.entries(broken)) {
    it(`sees ${kind}`, async () => {
      const error = await run(...lines).then(
        () => undefined,
        (reason: Error) => reason,
      );
      expect(error, "nothing was seen").to.be.an("error");
      expect(error?.message).to.match(words instanceof RegExp ? words : new RegExp(words.replace(/[$"]/g, "\\$&")));
    });
  }
});
