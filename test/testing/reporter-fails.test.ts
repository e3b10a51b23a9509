// SPDX-License-Identifier: Apache-2.0
/** A run ends, also when what hears it throws: at any event, in its making, at the end. */
import { assert } from "chai";
import Mocha from "mocha";
import { enginePath } from "../../host-sim/engine/paths.js";
import { ReporterFailed, runSpecs } from "../../host-sim/testing/run-specs.js";
import { buildSpecs } from "../../host-sim/testing/spec-build.js";
import { findSpecs } from "../../host-sim/testing/spec-files.js";
import { makeApp, RUN_LIMIT_MS, useEngines } from "../cli/support.js";
import { hearTesters } from "./support.js";

const { constants } = Mocha.Runner;
const SPECS = {
  "x.spec.ts": 'it("passes", () => {}); it("fails", () => { throw new Error("no"); }); it("comes after", () => {});',
  "y.spec.ts": 'it("is the next file", () => {});',
};

describe("a reporter that throws", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" });

  const run = async (make: new (runner: Mocha.Runner) => Mocha.reporters.Base, isLive: boolean): Promise<unknown> => {
    const specs = findSpecs(makeApp(SPECS, { modules: {} }));
    if (specs === undefined) throw new Error("no specs");
    return await runSpecs(await buildSpecs(specs, { board: "host" }), {
      board: "host",
      program: enginePath("host", "release"),
      folder: specs.folder,
      ...{ jobs: 2, invert: false, bail: false, forbidOnly: false, forbidPending: false, retries: -1 },
      ...{ timeoutMs: 2000, busyLimitMs: 20_000, reporterOptions: {} },
      reporter: { make, isLive },
      onConsole: () => undefined,
      signal: new AbortController().signal,
    }).catch((error: unknown) => error);
  };

  const events = [constants.EVENT_RUN_BEGIN, constants.EVENT_TEST_PASS, constants.EVENT_TEST_FAIL];
  for (const event of [...events, constants.EVENT_TEST_END, constants.EVENT_RUN_END]) {
    for (const isLive of [true, false]) {
      it(`at "${event}"${isLive ? "" : ", hearing all in the end"}`, async () => {
        class Throwing extends Mocha.reporters.Base {
          constructor(runner: Mocha.Runner) {
            super(runner);
            runner.on(event as "pass", () => {
              throw new Error(`cannot show ${event}`);
            });
          }
        }
        const error = await run(Throwing, isLive);
        assert.instanceOf(error, ReporterFailed);
        assert.strictEqual((error as Error).message, `the reporter failed: cannot show ${event}`);
      });
    }
  }

  it("when it is made", async () => {
    class Throwing extends Mocha.reporters.Base {
      constructor(runner: Mocha.Runner) {
        super(runner);
        throw new Error("cannot begin");
      }
    }
    assert.instanceOf(await run(Throwing, true), ReporterFailed);
  });
});

describe("an error of mocha itself", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" });

  it("ends the file, and fails it", async () => {
    const { prototype } = Mocha.Runner as unknown as { prototype: { hookUp: (...given: unknown[]) => unknown } };
    const own = prototype.hookUp;
    prototype.hookUp = () => {
      throw new Error("mocha broke");
    };
    try {
      const { events, failures } = await hearTesters(makeApp(SPECS, { modules: {} }), "host");
      assert.strictEqual(failures, 2);
      assert.lengthOf(
        events.filter((line) => line.includes("can be run to its end") && line.includes("mocha broke")),
        2,
      );
    } finally {
      prototype.hookUp = own;
    }
  });
});
