// SPDX-License-Identifier: Apache-2.0
/** What becomes of spec files before they run: what they may import, and how what is wrong is said. */
import { join } from "node:path";
import { assert } from "chai";
import { CompileError } from "../../host-sim/compiler/compile-error.js";
import { readFirmware } from "../../host-sim/compiler/firmware.js";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { resolveManifest } from "../../host-sim/manifest/resolve.js";
import { mentionsOnly } from "../../host-sim/testing/only.js";
import { buildSpecs } from "../../host-sim/testing/spec-build.js";
import { findSpecs } from "../../host-sim/testing/spec-files.js";
import { linkSpecs } from "../../host-sim/testing/spec-link.js";
import { SpecModules } from "../../host-sim/testing/spec-modules.js";
import { makeApp, useEngines } from "../cli/support.js";
import { hearTesters } from "./support.js";

const APP = {
  "main.ts": 'import { twice } from "twice"; trace(twice(1));',
  "lib/twice.ts": 'import { one } from "./one"; export const twice = (n: number): number => n + n * one;',
  "lib/one.ts": "export const one = 1;",
};
const MANIFEST = {
  modules: { "*": "./main", twice: "./lib/twice", one: "./lib/one" },
  config: { limit: 7 },
};

/** What is said of a spec that cannot be built. */
async function errorOf(spec: string, files: Readonly<Record<string, string>> = {}): Promise<CompileError> {
  const folder = makeApp({ ...APP, ...files, "test/x.spec.ts": spec }, MANIFEST);
  const specs = findSpecs(folder);
  if (specs === undefined) throw new Error("no specs");
  const error = await buildSpecs(specs, { board: "host" }).catch((thrown: unknown) => thrown);
  if (!(error instanceof CompileError)) throw new Error(`no CompileError: ${String(error)}`);
  return error;
}

async function refusal(spec: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
  return (await errorOf(spec, files)).describe();
}

describe("building specs", function () {
  this.timeout(60_000);
  useEngines({ board: "host", variant: "release" });

  it("takes modules by path and by name, as one and the same, helpers, config, chai, and mocha's words", async () => {
    const spec = `
      import { assert, expect } from "chai";
      import config from "mc/config";
      import { before, describe, it, type X } from "mocha";
      import { encodeHex } from "thimble/bytes/hex";
      import { twice } from "twice";
      import * as byPath from "../lib/twice.js";
      import helper from "./helpers/helper";
      import data from "./data.json";
      describe("imports", () => {
        before(() => {});
        it("are there", () => {
          assert.strictEqual(twice, byPath.twice);
          expect([twice(2), config.limit, helper(), data.n, encodeHex(Uint8Array.of(10))]).to.deep.equal([4, 7, 1, 5, "0a"]);
        });
      });`.replace(", type X", "");
    const files = {
      "test/x.spec.ts": spec,
      "test/helpers/helper.ts": 'import { one } from "one"; export default (): number => one;',
      "test/data.json": '{ "n": 5 }',
    };
    const { failures, events } = await hearTesters(makeApp({ ...APP, ...files }, MANIFEST), "host");
    assert.strictEqual(failures, 0, events.join("\n"));
  });

  it("takes modules of the SDK that the firmware does not have, whoever imports them, and each once", async () => {
    const spec = `
      import { decodeWellFormed } from "thimble/cbor/well-formed";
      import { CborTag } from "thimble/cbor/value";
      import { decode } from "../lib/twice.js";
      it("are there", () => {
        if (decode !== decodeWellFormed) throw new Error("two copies");
        if (!(decode(Uint8Array.of(0xc1, 0)) instanceof CborTag)) throw new Error("two classes");
      });`;
    const twice = 'export { decodeWellFormed as decode } from "thimble/cbor/well-formed"; export const twice = Number;';
    const { failures, events } = await hearTesters(
      makeApp({ ...APP, "lib/twice.ts": twice, "test/x.spec.ts": spec }, MANIFEST),
      "host",
    );
    assert.strictEqual(failures, 0, events.join("\n"));
  });

  it("says what a spec cannot import, where, and what to do", async () => {
    assert.match(
      await refusal('import "../main";'),
      /^test\/x\.spec\.ts:1: import "\.\.\/main": it is the app's main module, .*Switch the device on instead/,
    );
    assert.match(await refusal('\nimport "main";'), /^test\/x\.spec\.ts:2: import "main": it is the app's main module/);
    assert.match(
      await refusal('import "./absent";'),
      /^test\/x\.spec\.ts:1: import "\.\/absent": there is no such file$/,
    );
    assert.match(
      await refusal('import { readFileSync } from "node:fs"; readFileSync("x");'),
      /import "node:fs": a spec runs in XS, on a board/,
    );
    assert.match(
      await refusal('import "lodash";'),
      /import "lodash": no module of the app's manifest, .* of npm's packages a spec has chai$/,
    );
    assert.match(await refusal('import "thimble:device/io/loop";'), /import "thimble:device\/io\/loop": no module/);
    assert.match(
      await refusal('import "./helper";', { "test/helper.ts": '\nimport "../main";' }),
      /^test\/helper\.ts:2: import "\.\.\/main"/,
    );
  });

  it("says what to use instead of a module of Node's, as in an app", async () => {
    for (const name of ["fs", "node:fs"]) {
      assert.match((await errorOf(`import "${name}";`)).advice, /^A board has no files: /);
    }
    assert.strictEqual((await errorOf('import "./absent";')).advice, "");
  });

  it("checks types, with chai's and its own", async () => {
    assert.match(
      await refusal('it("x", () => { const n: number = "1"; trace(n); });'),
      /^test\/x\.spec\.ts:1:23: Type 'string' is not assignable to type 'number'\.$/,
    );
    assert.match(
      await refusal('import { expect } from "chai"; expect(1).to.eqaul(1);'),
      /^test\/x\.spec\.ts:1:45: Property 'eqaul' does not exist/,
    );
    assert.match(
      await refusal('import { device } from "thimble/testing/device"; device.press("0");'),
      /not assignable to parameter of type 'number'/,
    );
    assert.match(await refusal("describe(5, () => {});"), /^test\/x\.spec\.ts:1:10: Argument of type 'number'/);
    assert.match(await refusal("setTimeout(() => {}, 5);"), /^test\/x\.spec\.ts:1:1: .*setTimeout/);
    assert.match(await refusal("it('x', () => {"), /^test\/x\.spec\.ts:1:\d+: '}' expected\.$/);
  });

  it("finds specs in all folders but those with what was built or fetched", () => {
    const spec = 'it("x", () => {});';
    const names = [
      "a.spec.ts",
      "b/c/d.spec.ts",
      "build/e.spec.ts",
      "node_modules/p/f.spec.ts",
      ".thimble/g.spec.ts",
      "h.test.ts",
    ];
    const folder = makeApp(Object.fromEntries(names.map((name) => [name, spec])));
    const found = findSpecs(folder);
    assert.deepEqual(
      found?.files.map((file) => file.slice(found.folder.length + 1)),
      ["a.spec.ts", "b/c/d.spec.ts"],
    );
    assert.strictEqual(found?.manifest, join(found?.folder ?? "", "manifest.json"));
    assert.isUndefined(findSpecs(join(folder, "absent")));
  });

  it("makes more images where one has no room, and names a spec that fits into none", () => {
    const folder = makeApp(
      Object.fromEntries(
        ["a", "b", "c"].map((name) => [
          `${name}.spec.ts`,
          `it("${name}", () => { trace("${name.repeat(20_000)}"); });`,
        ]),
      ),
      { modules: {} },
    );
    const specs = findSpecs(folder);
    const project = resolveManifest(folder, { platform: "host", thimbleRoot: packageRoot });
    const modules = new SpecModules(specs?.folder ?? "", project, readFirmware());
    const link = (slotSize: number) =>
      linkSpecs(specs?.files ?? [], modules, project, (index) => `lines ${index}`, slotSize);
    const whole = link(1e6).images[0]?.bytes.length ?? 0;
    assert.lengthOf(link(whole).images, 1);
    const parts = link(whole - 1);
    assert.deepEqual(
      parts.specs.map(({ image }) => image.lines),
      ["lines 0", "lines 0", "lines 1"],
    );
    assert.strictEqual(parts.specs[2]?.image.offset, parts.images[0]?.bytes.length);
    assert.throws(
      () => link(40_000),
      CompileError,
      /^with all that it imports it takes \d+ bytes; a tester has room for 40000$/,
    );
  });

  it("knows .only by what is called, not by what is written", () => {
    for (const text of [
      "it.only()",
      "describe . only('x')",
      'it["only"]',
      "it[`only`]",
      'const k = "only" as const; it[k]',
      "const { only } = it",
      "const { only: x } = it",
    ]) {
      assert.isTrue(mentionsOnly(text, "x.ts"), text);
    }
    for (const text of ["// it.only", "/* .only */ it()", "'it.only'", "only()", "it.lonely", "const only = 1"]) {
      assert.isFalse(mentionsOnly(text, "x.ts"), text);
    }
  });
});
