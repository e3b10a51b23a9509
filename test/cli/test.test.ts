// SPDX-License-Identifier: Apache-2.0
/** `thimble test` as a person and as a script see it. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { makeApp, RUN_LIMIT_MS, thimble, useEngines } from "./support.js";

const THIMBLE = fileURLToPath(new URL("../../cli/thimble.js", import.meta.url));
const APP = {
  "main.ts": 'import { twice } from "./twice"; trace("twice ", twice(2), "\\n");',
  "twice.ts": "export const twice = (n: number): number => 2 * n;",
};
const MANIFEST = { modules: { "*": ["./main", "./twice"] } };
const SPEC = `import { expect } from "chai";
import { device } from "thimble/testing/device";
import { twice } from "./twice";

interface Pair {
  readonly a: number;
}

describe("app", () => {
  it("says it", async () => {
    await device.powerOn();
    trace("the device said: ", device.console);
    expect(device.console).to.equal("twice 4\\n");
  });

  it("compares", () => {
    const pair: Pair = { a: twice(1) };
    expect(pair).to.deep.equal({ a: 3 });
  });
  it.skip("later", () => {});
});
`;
const PASSING = 'it("passes", () => {});';

describe("thimble test", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" }, { board: "mps2-an505", variant: "release" });

  it("reports as mocha does: marks, what a spec writes, a difference, the line of the spec", async () => {
    const folder = makeApp({ ...APP, "app.spec.ts": SPEC }, MANIFEST);
    for (const board of ["host", "mps2-an505"]) {
      const { status, stdout } = await thimble(["test", folder, "--board", board]);
      expect(status).to.equal(1);
      const shown = stdout.replace(/ \(\d+m?s\)/g, "").replace(/ +$/gm, "");
      expect(shown).to.equal(`

  app
the device said: twice 4
    ✔ says it
    1) compares
    - later


  1 passing
  1 pending
  1 failing

  1) app
       compares:

      AssertionError: expected { a: 2 } to deeply equal { a: 3 }
      + expected - actual

       {
      -  "a": 2
      +  "a": 3
       }

      at app.spec.ts:18



`);
    }
  });

  it("is 0 when all passed, and takes a folder or one spec, from anywhere in the app", async () => {
    const folder = makeApp({ ...APP, "a.spec.ts": PASSING, "unit/b.spec.ts": 'it("b", () => {});' }, MANIFEST);
    const run = async (cwd: string, ...args: string[]) => {
      const { status, stdout } = await thimble(["test", ...args, "--reporter", "dot"], { cwd });
      expect(status).to.equal(0);
      return /(\d+) passing/.exec(stdout)?.[1];
    };
    expect(await run(folder)).to.equal("2");
    expect(await run(join(folder, "unit"))).to.equal("1");
    expect(await run(folder, "a.spec.ts")).to.equal("1");
    expect(await run("/", join(folder, "manifest.json"))).to.equal("2");
  });

  it("says in JSON what ran where, and how each test ended", async () => {
    const folder = makeApp({ ...APP, "app.spec.ts": SPEC }, MANIFEST);
    const { status, stdout, stderr } = await thimble(["test", folder, "--json"]);
    expect(status).to.equal(1);
    expect(stderr).to.not.include("app");
    const report = JSON.parse(stdout);
    const { ok, exitStatus, board, variant, stats, tests, console } = report;
    expect({ ok, exitStatus, board, variant }).to.deep.equal({
      ok: false,
      exitStatus: 1,
      board: "host",
      variant: "release",
    });
    expect(report.imageDigest).to.match(/^[0-9a-f]{64}$/);
    expect(report.engineHash).to.match(/^[0-9a-f]{64}$/);
    expect(stats).to.include({ suites: 1, tests: 3, passes: 1, pending: 1, failures: 1 });
    expect(tests.map(({ state }: { state: string }) => state)).to.deep.equal(["passed", "failed", "pending"]);
    expect(tests[1]).to.deep.include({ file: "app.spec.ts", title: ["app", "compares"], retries: 0 });
    expect(tests[1].error).to.deep.equal({
      name: "AssertionError",
      message: "expected { a: 2 } to deeply equal { a: 3 }",
      stack: "AssertionError: expected { a: 2 } to deeply equal { a: 3 }\n    at app.spec.ts:18",
      actual: '{\n  "a": 2\n}',
      expected: '{\n  "a": 3\n}',
    });
    expect(console).to.equal("the device said: twice 4\n");
  });

  it("shows the warnings of the app's manifest each time, as a run of the app does", async () => {
    const text = 'import { device } from "thimble/testing/device"; it("runs", () => device.powerOn());';
    const platforms = { "...": { warning: "not tried on this board" } };
    const folder = makeApp({ ...APP, "a.spec.ts": text }, { ...MANIFEST, platforms });
    for (const built of ["for the first time", "and not again"]) {
      const { status, stderr } = await thimble(["test", folder]);
      expect([status, stderr.match(/^warning .*not tried on this board$/gm)?.length], built).to.deep.equal([0, 1]);
    }
    const { stdout, stderr } = await thimble(["test", folder, "--json"]);
    expect(JSON.parse(stdout).warnings).to.have.lengthOf(1);
    expect(stderr).to.not.include("not tried");
  });

  it("has mocha's reporters, those too that want to know at once how much there is", async () => {
    const folder = makeApp(
      { "a.spec.ts": PASSING, "b.spec.ts": 'it("fails", () => { throw new Error("no"); });' },
      { modules: {} },
    );
    const shown: Readonly<Record<string, RegExp>> = {
      tap: /^ok 1 passes\nnot ok 2 fails\n[\s\S]*\n1\.\.2\n/m,
      "json-stream": /^\["start",\{"total":2\}\]\n/,
      xunit: /<testsuite name="Mocha Tests" tests="2" failures="0" errors="1"/,
      list: /✔ passes: \d+ms/,
      progress: /1 passing/,
      markdown: /passes/,
      min: /1 failing/,
    };
    for (const [reporter, expected] of Object.entries(shown)) {
      expect((await thimble(["test", folder, "-R", reporter])).stdout, reporter).to.match(expected);
    }
    const output = join(folder, "report.json");
    await thimble(["test", folder, "-R", "json", "-O", `output=${output}`]);
    expect(JSON.parse(readFileSync(output, "utf8")).stats.failures).to.equal(1);
  });

  it("refuses what it has not, and says what it has", async () => {
    const folder = makeApp({ "a.spec.ts": PASSING }, { modules: {} });
    const html = await thimble(["test", folder, "-R", "html"]);
    expect(html.status).to.equal(2);
    expect(html.stderr).to.match(/^error there is no reporter "html"\nMocha's are: doc, dot, .*spec, /);
    expect((await thimble(["test", folder, "--grep", "("])).status).to.equal(2);
    expect((await thimble(["test", folder, "--jobs", "0"])).status).to.equal(2);
    expect((await thimble(["test", folder, "--timeout", "soon"])).status).to.equal(2);
  });

  it("fails where nothing was run, and says what to do", async () => {
    const none = await thimble(["test", makeApp(APP, MANIFEST)]);
    expect(none.status).to.equal(1);
    expect(none.stderr).to.match(/error there is no spec in .*\nA spec is a file whose name ends in \.spec\.ts/);
    const page = /(\S+) has examples\.$/m.exec(none.stderr)?.[1] ?? "";
    expect(existsSync(page), page).to.equal(true);
    const elsewhere = await thimble(["test", "."], { cwd: makeApp(APP, MANIFEST) });
    expect(elsewhere.stderr).to.include(` ${resolve("docs/testing.md")} has examples.`);
    const folder = makeApp({ "a.spec.ts": PASSING }, { modules: {} });
    const unfit = await thimble(["test", folder, "--grep", "nothing"]);
    expect(unfit.status).to.equal(1);
    expect(unfit.stderr).to.include("no test fits /nothing/ in a.spec.ts");
    const nowhere = await thimble(["test", join(folder, "nowhere"), "--json"]);
    expect(nowhere.status).to.equal(1);
    expect(JSON.parse(nowhere.stdout).error.message).to.match(/^there is no folder and no file at .*nowhere$/);
    const device0 = await thimble(["test", "/dev/null"]);
    expect(device0.stderr).to.match(/^error there is no folder and no file at \/dev\/null\nName an app's folder/);
    const why = async (spec: string, ...args: string[]): Promise<string> => {
      const inFolder = makeApp({ "a.spec.ts": spec }, { modules: {} });
      const json = await thimble(["test", inFolder, ...args, "--json"]);
      const { ok, exitStatus } = JSON.parse(json.stdout);
      const { status, stderr } = await thimble(["test", inFolder, ...args]);
      expect([json.status, ok, exitStatus, status]).to.deep.equal([1, false, 1, 1]);
      return stderr;
    };
    const onlyEmpty = 'describe.only("empty", () => {}); it("a", () => { throw new Error("x"); });';
    expect(await why(onlyEmpty)).to.include("no test in a.spec.ts is chosen by .only\n");
    const skipped = 'it.skip("a", () => {}); it("b"); it("c", function () { this.skip(); });';
    expect(await why(skipped)).to.include("no test was run in a.spec.ts: all are pending\n");
    const inverted = await why(PASSING, "--grep", "/PASS/gi", "--invert");
    expect(inverted).to.include("no test is left by --invert of /PASS/i in a.spec.ts\n");
    const device = 'import { device } from "thimble/testing/device"; it("x", () => device.powerOn());';
    const noApp = await thimble(["test", makeApp({ "a.spec.ts": device }, { modules: {} })]);
    expect(noApp.stderr).to.match(/error specs ask for the device, and in .* there is no app for it\n/);
  });

  it("leaves the specs of another app, in a folder of it, to that app", async () => {
    const sub = { "sub/manifest.json": "{}", "sub/lib/sub.spec.ts": PASSING, "frame/manifest.json": "{}" };
    const folder = makeApp({ ...APP, ...sub, "a.spec.ts": PASSING }, MANIFEST);
    const outer = await thimble(["test", folder], { cwd: join(folder, "..") });
    expect(outer.status).to.equal(0);
    expect(outer.stdout).to.include("1 passing");
    expect(outer.stderr).to.include(`sub has a manifest of its own: thimble test ${join(basename(folder), "sub")}\n`);
    expect(outer.stderr).to.not.include("frame");
    expect((await thimble(["test", "sub"], { cwd: folder })).stdout).to.include("1 passing");
  });

  it("says of a project that it cannot write to that it is so", async function () {
    const folder = makeApp({ ...APP, "a.spec.ts": PASSING }, MANIFEST);
    const mounted = [
      ["--bind", folder],
      ["-o", "remount,ro,bind"],
    ].map((how) => spawnSync("mount", [...how, folder]));
    try {
      if (mounted.some(({ status }) => status !== 0)) return this.skip();
      const { status, stderr } = await thimble(["test", folder]);
      expect(status).to.equal(1);
      expect(stderr).to.match(/^error NOT_WRITABLE: .*mkdir.*\nNothing could be written there: .* read-only/m);
      expect(stderr).to.not.include("fault in Thimble");
    } finally {
      spawnSync("umount", [folder]);
    }
  });

  it("refuses .only where it was forbidden", async () => {
    const folder = makeApp({ "a.spec.ts": 'it.only("x", () => {});' }, { modules: {} });
    const { status, stderr } = await thimble(["test", folder, "--forbid-only"]);
    expect(status).to.equal(1);
    expect(stderr).to.include("error a.spec.ts uses .only\nTake it out, or leave out --forbid-only.\n");
  });

  it("chooses no file wrongly in silence, by an .only that is seen too late", async () => {
    const text = 'const k = ["on", "ly"].join("") as keyof typeof it; it[k]("x", () => {}); it("y", () => {});';
    const folder = makeApp({ "a.spec.ts": text, "b.spec.ts": PASSING }, { modules: {} });
    const both = await thimble(["test", folder]);
    expect(both.status).to.equal(1);
    expect(both.stdout).to.include("1 passing").and.include("it marks tests with .only in a way that is seen too late");
    const one = await thimble(["test", join(folder, "a.spec.ts")]);
    expect(one.status).to.equal(0);
    expect(one.stdout).to.include("1 passing");
    expect((await thimble(["test", join(folder, "a.spec.ts"), "--forbid-only"])).status).to.equal(1);
  });

  it("takes flags with --grep as mocha does, but forgets no test by one", async () => {
    const text = [1, 2, 3].map((n) => `it("a${n}", () => {});`).join("\n");
    const folder = makeApp({ "a.spec.ts": text }, { modules: {} });
    expect((await thimble(["test", folder, "--grep", "/A/gi"])).stdout).to.include("3 passing");
    expect((await thimble(["test", folder, "--grep", "/A/yi"])).status).to.equal(2);
    expect((await thimble(["test", folder, "--grep", "/A/xi"])).status).to.equal(2);
  });

  it("ends at once when it is interrupted, and leaves nothing running", async () => {
    const text = 'it("writes", () => { trace("looping\\\\n"); }); it("loops", () => { for (;;); });';
    const folder = makeApp({ "a.spec.ts": text, "b.spec.ts": text }, { modules: {} });
    for (const board of ["host", "mps2-an505"]) {
      const env = { THIMBLE_TEST_MARK: folder };
      const signal = { name: "SIGINT", toGroup: true } as const;
      const { status, stdout, stderr } = await thimble(["test", folder, "--board", board, "-R", "dot"], {
        signal,
        env,
      });
      expect(status).to.equal(130);
      expect(stdout).to.not.include("failing");
      expect(stderr).to.match(/interrupted\n$/);
      expect(processesWith(folder)).to.deep.equal([]);
    }
  });

  it("leaves no folder behind when it is hung up on; what a killed run left, the next one removes", async () => {
    const text = `import { device } from "thimble/testing/device";
      it("loops", async () => { await device.powerOn(); trace("looping\\n"); for (;;); });`;
    const folder = makeApp({ ...APP, "a.spec.ts": text, "b.spec.ts": PASSING }, MANIFEST);
    const env = { TMPDIR: join(folder, "tmp") };
    mkdirSync(join(env.TMPDIR, "thimble-tester-1.1-notour"), { recursive: true });
    const left = (): string[] => readdirSync(env.TMPDIR).filter((name) => name !== "thimble-tester-1.1-notour");
    const end = (name: NodeJS.Signals): Promise<number | null> =>
      new Promise((resolve) => {
        const args = [THIMBLE, "test", join(folder, "a.spec.ts")];
        const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: "ignore" });
        const look = setInterval(() => {
          if (left().length === 2) child.kill(name);
        }, 20);
        child.on("close", (status) => {
          clearInterval(look);
          resolve(status);
        });
      });
    expect(await end("SIGHUP")).to.equal(129);
    expect(left()).to.deep.equal([]);
    await end("SIGKILL");
    expect(left()).to.have.lengthOf(2);
    expect((await thimble(["test", join(folder, "b.spec.ts")], { env })).status).to.equal(0);
    expect(left()).to.deep.equal([]);
    expect(readdirSync(env.TMPDIR)).to.have.lengthOf(1);
  });

  it("builds only what changed", async () => {
    const folder = makeApp({ ...APP, "a.spec.ts": SPEC.replace("twice(1)", "3") }, MANIFEST);
    const built = () =>
      readFileSync(
        join(folder, "build", "host-test", readdirSync(join(folder, "build", "host-test"))[0] ?? "", "build.json"),
        "utf8",
      );
    expect((await thimble(["test", folder])).status).to.equal(0);
    const before = built();
    expect((await thimble(["test", folder])).status).to.equal(0);
    expect(built()).to.equal(before);
    writeFileSync(join(folder, "twice.ts"), "export const twice = (n: number): number => 3 * n;");
    const { status, stdout } = await thimble(["test", folder]);
    expect(status).to.equal(1);
    expect(stdout).to.include("+twice 4").and.include("-twice 6");
    expect(built()).to.not.equal(before);
  });
});

/** Processes whose environment has this word. */
function processesWith(word: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((id) => {
      try {
        return readFileSync(`/proc/${id}/environ`, "utf8").includes(word);
      } catch {
        return false;
      }
    });
}
