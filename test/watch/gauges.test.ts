// SPDX-License-Identifier: Apache-2.0
/** What is read off a device while it runs is what it has. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { runBoard } from "../../host-sim/board/run.js";
import { enginePath } from "../../host-sim/engine/paths.js";
import { type Gauges, readGauges } from "../../host-sim/watch/gauges.js";
import { useEngines } from "../cli/support.js";
import { BOARDS, build, RELEASE } from "../compiler/support.js";

const MAIN = `import Flash from "embedded:storage/flash";
import Timer from "timer";
const storage = Flash.open({ path: "storage" });
storage.write(new Uint8Array(16), 0);
storage.write(new Uint8Array(16), 8 * 4096);
let kept: unknown[] = [];
Timer.set(() => {
  kept = Array.from({ length: 500 }, (_, i) => [i]);
}, 50);
Timer.set(() => trace(kept.length, "\\n"), 300);
`;

describe("the gauges of a watched device", function () {
  this.timeout(60_000);
  useEngines(...RELEASE);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "thimble-gauges-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  for (const board of BOARDS) {
    it(`show heap, flash and operations of a running ${board}`, async () => {
      const built = await build({ "main.ts": MAIN });
      const seen: Gauges[] = [];
      const timer = setInterval(() => {
        const gauges = readGauges(folder);
        if (gauges !== undefined) seen.push(gauges);
      }, 10);
      const program = enginePath(board, "release");
      const app = readFileSync(built.image);
      const result = await runBoard({ board, program, app, clock: "real", stateFolder: folder });
      clearInterval(timer);
      assert.strictEqual(result.stoppedBy, "idle", result.text);
      const last = seen.at(-1);
      assert.deepInclude(last, { dataBytes: 2 * 4096, operations: result.report.operations });
      assert.strictEqual(last?.appBytes, Math.ceil(app.length / 4096) * 4096);
      assert.isAbove(last?.heapLimitBytes ?? 0, last?.heapBytes ?? 0);
      const first = seen.find(({ heapBytes, dataBytes }) => heapBytes > 0 && dataBytes > 0)?.heapBytes ?? 0;
      assert.isAbove(first, 0);
      assert.isAbove(last?.heapBytes ?? 0, first + 500 * 16);
    });
  }

  it("show nothing where there is no device", () => {
    assert.isUndefined(readGauges(join(folder, "none")));
  });
});
