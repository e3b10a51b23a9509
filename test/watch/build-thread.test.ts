// SPDX-License-Identifier: Apache-2.0
/** Builds in a thread: the same results and the same errors as in this one. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { buildApp } from "../../host-sim/compiler/app.js";
import { CompileError } from "../../host-sim/compiler/compile-error.js";
import { ManifestError } from "../../host-sim/manifest/error.js";
import { BuildThread } from "../../host-sim/watch/build-thread.js";
import { ContinuousBuild } from "../../host-sim/watch/continuous-build.js";
import { makeApp, useEngines } from "../cli/support.js";
import { save } from "./session.js";

describe("the building thread", function () {
  this.timeout(60_000);
  useEngines();
  const folders: string[] = [];
  let thread: BuildThread;
  let app: string;

  beforeEach(() => {
    app = makeApp({ "main.ts": 'trace("one");\n' });
    folders.push(app);
    thread = new BuildThread({ path: app, board: "host", debug: false }, () => undefined);
  });
  afterEach(() => thread.close());

  async function errorOf(build: () => Promise<unknown>): Promise<Error> {
    try {
      await build();
    } catch (error) {
      return error as Error;
    }
    throw new Error("it was built");
  }

  it("builds what buildApp builds, and says what it looked at", async () => {
    const { built, looked, startedMs } = await thread.build();
    if ("error" in built) throw built.error;
    const output = join(app, "elsewhere");
    const expected = await buildApp(app, { board: "host", debug: false, output });
    assert.deepEqual(Buffer.from(built.image), readFileSync(expected.image));
    assert.strictEqual(built.app.digest, expected.digest);
    assert.includeMembers([...looked.files], [join(app, "main.ts"), join(app, "manifest.json")]);
    assert.include(looked.folders, app);
    assert.isAtMost(startedMs, Date.now());
  });

  const WRONG: readonly [string, string, typeof CompileError | typeof ManifestError][] = [
    ["main.ts", "const a: number = true;\nconst b: number = false;\n", CompileError],
    ["main.ts", "trace(;\n", CompileError],
    ["manifest.json", '{ "modules": ', ManifestError],
    ["manifest.json", '{ "include": "./none.json", "modules": { "*": "./main" } }', ManifestError],
  ];
  for (const [name, text, kind] of WRONG) {
    it(`gives the error of ${JSON.stringify(text)} as it is`, async () => {
      save(app, name, text);
      const { built } = await thread.build();
      if (!("error" in built)) throw new Error("it was built");
      const expected = await errorOf(() => buildApp(app, { board: "host", debug: false }));
      assert.isTrue(built.error instanceof kind);
      assert.strictEqual(built.error.message, expected.message);
      assert.deepEqual({ ...built.error }, { ...expected });
      if (expected instanceof CompileError) {
        assert.strictEqual((built.error as CompileError).describe(), expected.describe());
      }
    });
  }

  it("looks where a missing manifest and a missing folder would be, and goes on", async () => {
    save(app, "manifest.json", '{ "include": "./none.json", "modules": { "*": "./main" } }');
    assert.include((await thread.build()).looked.missing, join(app, "none.json"));
    save(app, "manifest.json", '{ "modules": { "*": "./src/*" } }');
    assert.include((await thread.build()).looked.missing, join(app, "src"));
    rmSync(join(app, "manifest.json"));
    assert.include((await thread.build()).looked.missing, join(app, "manifest.json"));
    save(
      app,
      "manifest.json",
      '{ "include": "$(MODDABLE)/examples/manifest_base.json", "modules": { "*": "./main" } }',
    );
    assert.notProperty((await thread.build()).built, "error");
  });

  it("builds again what was changed during a build", async () => {
    const seen: string[] = [];
    await new Promise<void>((resolve) => {
      const builds = new ContinuousBuild(
        { path: app, board: "host", debug: false },
        {
          onProgress: (step) => {
            // The sources have been read by then.
            if (step === "linking" && seen.length === 0) save(app, "main.ts", 'trace("two");\n');
          },
          onAttempt: ({ built }) => {
            if ("error" in built) throw built.error;
            seen.push(Buffer.from(built.image).toString("latin1"));
            if (seen.length === 2) resolve(builds.close());
          },
        },
      );
      builds.start();
    });
    assert.include(seen[0], "one");
    assert.include(seen[1], "two");
  });
});
