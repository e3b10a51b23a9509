// SPDX-License-Identifier: Apache-2.0
/** What is read off a device while it runs is what it has. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { runBoard } from "../../host-sim/board/run.js";
import { type Board, enginePath } from "../../host-sim/engine/paths.js";
import { type Gauges, readGauges } from "../../host-sim/watch/gauges.js";
import { useEngines } from "../cli/support.js";
import { BOARDS, build, RELEASE } from "../compiler/support.js";

const ARRAYS = 500;
const main = (arrays: number) => `import Flash from "embedded:storage/flash";
import Timer from "timer";
const storage = Flash.open({ path: "storage" });
storage.write(new Uint8Array(16), 0);
storage.write(new Uint8Array(16), 8 * 4096);
let kept: unknown[] = [];
Timer.set(() => {
  kept = Array.from({ length: ${arrays} }, (_, i) => [i]);
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

  /** @returns what was last seen of a run. */
  async function watched(board: Board, arrays: number) {
    const built = await build({ "main.ts": main(arrays) });
    const stateFolder = join(folder, String(arrays));
    let last: Gauges | undefined;
    const timer = setInterval(() => {
      last = readGauges(stateFolder) ?? last;
    }, 10);
    const program = enginePath(board, "release");
    const app = readFileSync(built.image);
    const result = await runBoard({ board, program, app, clock: "real", stateFolder });
    clearInterval(timer);
    assert.strictEqual(result.stoppedBy, "idle", result.text);
    return { last: last ?? readGauges(stateFolder), operations: result.report.operations, appBytes: app.length };
  }

  for (const board of BOARDS) {
    it(`show heap, flash and operations of a running ${board}`, async () => {
      const few = await watched(board, 1);
      const many = await watched(board, ARRAYS);
      assert.deepInclude(many.last, { dataBytes: 2 * 4096, operations: many.operations });
      assert.strictEqual(many.last?.appBytes, Math.ceil(many.appBytes / 4096) * 4096);
      const heapBytes = many.last?.heapBytes ?? 0;
      assert.isAbove(many.last?.heapLimitBytes ?? 0, heapBytes);
      assert.isAbove(few.last?.heapBytes ?? 0, 0);
      // Both are seen at their end, so that it does not matter when the first look at a run comes.
      assert.isAbove(heapBytes, (few.last?.heapBytes ?? 0) + ARRAYS * 16);
    });
  }

  it("show nothing where there is no device", () => {
    assert.isUndefined(readGauges(join(folder, "none")));
  });
});
