// SPDX-License-Identifier: Apache-2.0
/** What becomes of an edit. Without a terminal: keys and the status line are in keys.test.ts. */
import { mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { makeApp, RUN_LIMIT_MS, useEngines } from "../cli/support.js";
import { endSessions, type Session, save, watchApp } from "./session.js";

const ticking = (word: string): string =>
  `import Timer from "timer";\ntrace("${word}\\n");\nTimer.repeat(() => trace("tick of ${word}\\n"), 50);\n`;
const BASE = "$(MODDABLE)/examples/manifest_base.json";
const MODULES = { modules: { "*": "./src/*" } };
/** Says how often this device was started. */
const COUNTING = `import KeyValue from "embedded:storage/key-value";
const store = KeyValue.open({ path: "starts", format: "string" });
const starts = Number(store.read("n") ?? 0) + 1;
store.write("n", String(starts));
trace(\`start \${starts}\\n\`);
`;

describe("thimble sim --watch", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" }, { board: "mps2-an505", variant: "release" });
  afterEach(endSessions);

  async function quit(session: Session): Promise<void> {
    session.signal("SIGTERM");
    expect(await session.end()).to.deep.equal({ status: 143, isRestored: true, left: [] });
  }

  for (const board of ["host", "mps2-an505"]) {
    it(`runs an edit, on ${board}`, async () => {
      const app = makeApp({ "main.ts": ticking("one") });
      const session = watchApp([app, "--board", board]);
      await session.see("no terminal, so no keys");
      await session.see("tick of one");
      save(app, "main.ts", ticking("two"));
      await session.see("main.ts changed: the app starts anew");
      await session.see("two\ntick of two");
      expect(session.text.slice(session.text.indexOf("tick of two"))).not.to.include("one");
      await quit(session);
    });
  }

  it("shows an error with its code, and the device runs on; the next good save runs", async () => {
    const app = makeApp({ "main.ts": ticking("one") });
    const session = watchApp([app]);
    await session.see("tick of one");
    save(app, "main.ts", `const n: number = "no";\n${ticking("two")}`);
    await session.see(
      "error main.ts:1:7: Type 'string' is not assignable to type 'number'.\n> 1 | const n: number = \"no\";\n    |       ^",
    );
    await session.see(/the device runs on with the build of \d\d:\d\d:\d\d\n/);
    await session.see("tick of one");
    save(app, "main.ts", "trace(;\n");
    await session.see("error main.ts:1:7:");
    await session.see("tick of one");
    save(app, "main.ts", ticking("three"));
    await session.see("three");
    expect(session.text).not.to.include("tick of two");
    await quit(session);
  });

  it("tells an editor of a changed manifest, also where the app no longer fits it", async () => {
    const manifest = (config: object): string => JSON.stringify({ include: BASE, modules: { "*": "./main" }, config });
    const app = makeApp({
      "main.ts": `import config from "mc/config";\nconst pin: number = config.led;\n${ticking("one")}trace(pin);\n`,
      "manifest.json": manifest({ led: 1 }),
      "tsconfig.json": '{ "extends": "./.thimble/tsconfig.json" }',
    });
    const session = watchApp([app]);
    await session.see("tick of one");
    save(app, "manifest.json", manifest({ led: "left" }));
    await session.see("error main.ts:2:7");
    const types = join(app, ".thimble", "mc-config.d.ts");
    const startMs = performance.now();
    while (!readFileSync(types, "utf8").includes('"led": string')) {
      if (performance.now() - startMs > RUN_LIMIT_MS / 2) throw new Error("the types stayed as they were");
      await pause(20);
    }
    await quit(session);
  });

  it("begins with an error, and runs when it is mended", async () => {
    const app = makeApp({ "main.ts": "const n: number = true;\ntrace(n);\n" });
    const session = watchApp([app]);
    await session.see("error main.ts:1:7");
    await session.see("waiting for a change or a key");
    save(app, "main.ts", ticking("mended"));
    await session.see("tick of mended");
    await quit(session);
  });

  it("goes on after an error in the manifest, and one that it includes and that is missing", async () => {
    const app = makeApp({ "main.ts": ticking("one") });
    const session = watchApp([app]);
    await session.see("tick of one");
    save(app, "manifest.json", '{ "modules": { "*": "./main" }, }');
    await session.see("manifest.json:1:31");
    await session.see("tick of one");
    save(app, "manifest.json", '{ "include": "./parts/manifest.json", "modules": { "*": "./main" } }');
    await session.see("the included manifest does not exist");
    await session.see("tick of one");
    mkdirSync(join(app, "parts"));
    save(app, "parts/manifest.json", '{ "config": { "a": 1 } }');
    await session.see("the app starts anew");
    await session.see("tick of one");
    await quit(session);
  });

  it("sees a file saved by renaming, one that appears, one that goes, and a data file", async () => {
    const app = makeApp(
      {
        "src/main.ts": 'import { word } from "./word.js";\ntrace(word, "\\n");\n',
        "src/word.ts": 'export const word = "one";\n',
      },
      { ...MODULES, data: { note: "./note" } },
    );
    save(app, "note.txt", "1");
    const session = watchApp([app]);
    await session.see("one\n");
    await session.see("idle: nothing left to wait for");
    save(app, "src/.word.ts.new", 'export const word = "two";\n');
    renameSync(join(app, "src/.word.ts.new"), join(app, "src/word.ts"));
    await session.see("two\n");
    save(app, "src/main.ts", 'import { other } from "./other.js";\ntrace(other, "\\n");\n');
    await session.see("Cannot find module './other.js'");
    save(app, "src/other.ts", 'export const other = "appeared";\n');
    await session.see("appeared\n");
    rmSync(join(app, "src/other.ts"));
    await session.see("Cannot find module './other.js'");
    save(app, "src/other.ts", 'export const other = "again";\n');
    await session.see("src/other.ts changed: the app starts anew");
    expect(session.text).not.to.match(/^(?:\S* )?(?:src|\.) and \d+ more changed/m);
    await session.see("again\n");
    save(app, "note.txt", "2");
    await session.see("note.txt changed: the app starts anew");
    await session.see("again\n");
    await quit(session);
  });

  it("makes one build of a burst of saves, and leaves the device alone where the image is the same", async () => {
    const app = makeApp({ "main.ts": ticking("one") });
    const session = watchApp([app]);
    await session.see("tick of one");
    for (let i = 0; i < 20; i++) save(app, "main.ts", ticking(`burst${i}`));
    await session.see("tick of burst19");
    expect(session.text.match(/starts anew/g)).to.have.length(1);
    save(app, "main.ts", `${ticking("burst19")}// a comment\n`);
    await session.see("main.ts changed, and nothing for the device: it runs on");
    await session.see("tick of burst19");
    expect(session.text.match(/^burst19$/gm)).to.have.length(1);
    await quit(session);
  });

  it("waits when the app ends, whatever its end, and starts the next build", async () => {
    const app = makeApp({ "main.ts": 'throw new RangeError("too far");\n' });
    const session = watchApp([app]);
    await session.see("uncaught exception: RangeError: too far");
    await session.see("> 1 | throw new RangeError");
    await session.see("waiting for a change or a key");
    save(app, "main.ts", "for (const kept: Uint8Array[] = []; ; ) kept.push(new Uint8Array(4096));\n");
    await session.see("out of memory");
    save(app, "main.ts", 'trace("busy\\n");\nfor (;;);\n');
    await session.see("busy\n");
    save(app, "main.ts", ticking("last"));
    await session.see("the app is busy: its power was cut");
    await session.see("tick of last");
    await quit(session);
  });

  it("keeps the device's flash from start to start; with --fresh it does not", async () => {
    const edits = ["// 1", "trace(1);", "trace(2);", "trace(3);"];
    for (const [options, expected] of [
      [[], "start 3"],
      [["--fresh"], "start 1"],
    ] as const) {
      const app = makeApp({ "main.ts": `${COUNTING}${edits[0]}\n` });
      const session = watchApp([app, ...options]);
      await session.see("start 1");
      save(app, "main.ts", `${COUNTING}${edits[1]}\n`);
      await session.see(/start \d/);
      save(app, "main.ts", `${COUNTING}${edits[2]}\n`);
      await session.see(expected);
      await quit(session);
    }
  });

  it("keeps it in the folder of --state, beyond the watch", async () => {
    const app = makeApp({ "main.ts": COUNTING });
    const state = join(app, "state");
    for (const expected of ["start 1", "start 2"]) {
      const session = watchApp([app, "--state", state]);
      await session.see(expected);
      await quit(session);
    }
  });

  it("waits for a device that runs elsewhere, and starts it at the next change", async () => {
    const app = makeApp({ "main.ts": COUNTING });
    const other = makeApp({ "main.ts": ticking("other") });
    const state = join(app, "state");
    const first = watchApp([other, "--state", state]);
    await first.see("tick of other");
    const second = watchApp([app, "--state", state]);
    await second.see("STATE: the state folder is in use by process");
    await second.see("waiting for a change or a key");
    await quit(first);
    save(app, "main.ts", `${COUNTING}trace("now\\n");\n`);
    await second.see("now\n");
    await quit(second);
  });

  it("ends each start at --until, and goes on", async () => {
    const app = makeApp({ "main.ts": ticking("one") });
    const session = watchApp([app, "--until", "200"]);
    await session.see("stopped by --until (device time 0.200 s)");
    save(app, "main.ts", ticking("two"));
    await session.see("tick of two");
    await session.see("stopped by --until (device time 0.200 s)");
    await quit(session);
  });

  it("starts anew with another recording; one that is wrong is an error", async () => {
    const sensor = 'import Analog from "embedded:io/analog";\ntrace(new Analog({ pin: 2 }).read(), "\\n");\n';
    const app = makeApp({ "main.ts": sensor });
    save(app, "inputs.csv", "time,channel,value\n0,analog:2,100\n");
    const session = watchApp([app, "--input", join(app, "inputs.csv")]);
    await session.see("100\n");
    save(app, "inputs.csv", "time,channel,value\n0,analog:2,200\n");
    await session.see("200\n");
    save(app, "inputs.csv", "time,channel,value\n0,nothing,200\n");
    await session.see("RECORDING");
    save(app, "inputs.csv", "time,channel,value\n0,analog:2,300\n");
    await session.see("300\n");
    await quit(session);
  });

  it("is refused where there is no app, and with options that contradict it", async () => {
    const empty = makeApp({ "manifest.json": "" });
    rmSync(join(empty, "manifest.json"));
    for (const [args, status, words] of [
      [[empty], 1, "there is no such manifest"],
      [[empty, "--json"], 2, "'--watch' has none"],
      [[empty, "--fresh", "--state", "x"], 2, "would erase the device"],
    ] as const) {
      const session = watchApp(args);
      const end = await session.end();
      expect(session.text).to.include(words);
      expect(end).to.deep.equal({ status, isRestored: true, left: [] });
    }
  });
});
