// SPDX-License-Identifier: Apache-2.0
/** `thimble sim --watch --debug`: each start is a machine of its own to xsbug, as a board that is flashed anew. */
import { realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { makeApp, RUN_LIMIT_MS, useEngines } from "../cli/support.js";
import { FakeXsbug } from "./client.js";
import { Sim } from "./support.js";

describe("thimble sim --watch --debug", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "debug" });

  it("logs in again after a change, also of an app that is stopped", async () => {
    const app = realpathSync(makeApp({ "main.ts": 'const text = "one\\n";\ntrace(text);\n' }));
    const xsbug = await FakeXsbug.listen();
    const sim = new Sim([app, "--watch", "--debug"], { XSBUG_PORT: String(xsbug.port) });
    try {
      const first = await xsbug.machine();
      first.setAll([join(app, "main.ts"), 2]);
      assert.strictEqual((await first.stop()).locals.get("text"), "'one\n'");
      writeFileSync(join(app, "main.ts"), 'const text = "two\\n";\n\ntrace(text);\n');
      const second = await xsbug.machine();
      await first.closed;
      second.setAll([join(app, "main.ts"), 3]);
      const { line, locals } = await second.stop();
      assert.deepEqual([line, locals.get("text")], [3, "'two\n'"]);
      sim.interrupt();
      await second.closed;
      assert.strictEqual(await sim.ended, 130, sim.stderr);
    } finally {
      sim.kill();
      xsbug.close();
    }
  });
});
