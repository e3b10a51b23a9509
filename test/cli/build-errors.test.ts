// SPDX-License-Identifier: Apache-2.0
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type CommandResult, makeApp, RUN_LIMIT_MS, thimble, useEngines } from "./support.js";

/** What every error in an app has in common: status 1, one message, no stack of ours. */
function expectRefused({ status, stdout, stderr }: CommandResult): void {
  expect(status, stderr).to.equal(1);
  expect(stdout).to.equal("");
  expect(stderr).to.match(/^error /m);
  expect(stderr).not.to.match(/node:internal|\.js:\d+|report it/);
}

describe("thimble build: errors in an app", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines();

  it("a syntax error: file, line, column and the code", async () => {
    const result = await thimble(["build", makeApp({ "main.ts": 'trace("a\\n");\nconst = 3;\n' })]);
    expectRefused(result);
    expect(result.stderr).to.match(/^error main\.ts:2:7: /m);
    expect(result.stderr).to.include('  1 | trace("a\\n");\n> 2 | const = 3;\n    |       ^\n');
  });

  it("a type error: file, line, column and the code", async () => {
    const result = await thimble(["build", makeApp({ "main.ts": '\nconst n: number = "three";\ntrace(n);\n' })]);
    expectRefused(result);
    expect(result.stderr).to.match(/^error main\.ts:2:7: Type 'string' is not assignable to type 'number'/m);
    expect(result.stderr).to.include('> 2 | const n: number = "three";');
  });

  it("several errors: each with its place", async () => {
    const result = await thimble(["build", makeApp({ "main.ts": "trace(first);\ntrace(second);\n" })]);
    expectRefused(result);
    expect(result.stderr).to.match(/^error main\.ts:1:7: /m);
    expect(result.stderr).to.match(/^main\.ts:2:7: /m);
  });

  it("a missing module: named, with the line of its import", async () => {
    const result = await thimble(["build", makeApp({ "main.ts": '\nimport "./absent.js";\n' })]);
    expectRefused(result);
    expect(result.stderr).to.match(/^error main\.ts:2(:\d+)?: .*\.\/absent/m);
  });

  it("no main module", async () => {
    const app = makeApp({ "other.ts": "" }, { modules: { "*": "./other" } });
    const result = await thimble(["build", app]);
    expectRefused(result);
    expect(result.stderr).to.match(/no module "main"/);
  });

  it("an unknown manifest key: named, with its line in the manifest", async () => {
    const result = await thimble(["build", makeApp({ "main.ts": "" }, { modulez: {} })]);
    expectRefused(result);
    expect(result.stderr).to.match(/^error manifest\.json:\d+(:\d+)?: .*modulez/m);
    expect(result.stderr).to.match(/^> +\d+ \| +"modulez"/m);
  });

  it("a manifest that is not JSON", async () => {
    const result = await thimble(["build", makeApp({ "main.ts": "", "manifest.json": '{ "modules": ' })]);
    expectRefused(result);
    expect(result.stderr).to.match(/manifest\.json:1/);
  });

  it("a folder without a manifest", async () => {
    const app = makeApp({});
    rmSync(join(app, "manifest.json"));
    const result = await thimble(["build", app]);
    expectRefused(result);
    expect(result.stderr).to.include(`error ${join(app, "manifest.json")}: there is no such manifest`);
    const { stderr } = await thimble(["build", "gone"], { cwd: app });
    expect(stderr).to.match(/^error gone\/manifest\.json: there is no such manifest/m);
  });

  it("a manifest that includes another: names from the app's folder, in --json, too", async () => {
    const lib = { "lib/lib.json": '{ "modules": { "a": "./gone" } }' };
    const app = makeApp({ "main.ts": "", ...lib }, { include: "./lib/lib.json" });
    const { stderr } = await thimble(["build", app]);
    expect(stderr).to.match(/^error lib\/lib\.json:1: there is no module "\.\/gone": looked for .* in lib$/m);
    expect(stderr).to.match(/^ {2}included from manifest\.json:\d+$/m);
    const { error } = JSON.parse((await thimble(["build", app, "--json"])).stdout);
    expect([error.file, error.line]).to.deep.equal(["lib/lib.json", 1]);
  });

  it("warnings of a manifest: names from the app's folder", async () => {
    const app = makeApp({ "main.ts": "trace(1);" }, { modules: { "*": "./main", "b/*": "./none*" } });
    expect((await thimble(["build", app])).stderr).to.match(/^warning manifest\.json:\d+: no module fits/m);
  });

  it("native in an app", async () => {
    const text = 'declare function native(name: string): () => void;\nnative("xs_thimble_clock_us").call(undefined);\n';
    const result = await thimble(["build", makeApp({ "main.ts": text })]);
    expectRefused(result);
    expect(result.stderr).to.match(/^error main\.ts:2(:\d+)?: .*native/m);
  });

  it("an import of thimble:native in an app", async () => {
    const text = '// @ts-expect-error there is no such module\nimport "thimble:native";\n';
    const result = await thimble(["build", makeApp({ "main.ts": text })]);
    expectRefused(result);
    expect(result.stderr).to.match(/^error main\.ts:\d+(:\d+)?: .*thimble:native/m);
  });

  it("--json: the error as one object, with its place", async () => {
    const app = makeApp({ "main.ts": "const n: number = true;\n" });
    const { status, stdout } = await thimble(["build", app, "--json"]);
    expect(status).to.equal(1);
    const { ok, error } = JSON.parse(stdout);
    expect(ok).to.equal(false);
    expect(error).to.include({ kind: "CompileError", code: null, file: "main.ts", line: 1, column: 7 });
    expect(error.message).to.match(/not assignable/);
  });

  it("sim says the same as build, and runs nothing", async () => {
    const result = await thimble(["sim", makeApp({ "main.ts": 'trace("ran\\n");\nconst n: number = true;\n' })]);
    expectRefused(result);
    expect(result.stderr).to.match(/^error main\.ts:2:7: /m);
  });
});
