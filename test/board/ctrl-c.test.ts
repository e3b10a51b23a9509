// SPDX-License-Identifier: Apache-2.0
/** Ctrl-C on a terminal goes to a whole process group: the command ends the run, and the board ends what it is doing. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { FLASH_SECTOR_SIZE, PARTITIONS } from "../../devices/io/partitions.js";
import { FLASH_OFFSET } from "../../host-sim/board/layout.js";
import { makeApp, RUN_LIMIT_MS, thimble, useEngines } from "../cli/support.js";

/** Fills the partition again and again, each time with the next byte: Ctrl-C comes in the middle. */
const FILLS = `import flash from "embedded:storage/flash";
import Timer from "timer";
const storage = flash.open({ path: "user" });
const { blocks, blockLength } = storage.status();
trace("filling\\n");
for (let pass = 1; pass <= PASSES; pass++) {
  const page = new Uint8Array(blockLength).fill(pass);
  for (let block = 0; block < blocks; block++) {
    storage.eraseBlock(block);
    storage.write(page, block * blockLength);
  }
}
trace("filled\\n");
Timer.repeat(() => {}, 1000);
`;
/** Longer than a signal takes, shorter than the command's patience with a busy board. */
const PASSES = Object.freeze({ host: 200, "mps2-an505": 6 });

function isRunningWith(word: string): boolean {
  const { stdout } = spawnSync("ps", ["-A", "-o", "args="], { encoding: "utf8" });
  return stdout.includes(word);
}

describe("Ctrl-C", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" }, { board: "mps2-an505", variant: "release" });
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "thimble-ctrl-c-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  for (const board of ["host", "mps2-an505"] as const) {
    it(`leaves no process and no half-written flash behind on ${board}`, async () => {
      const app = makeApp({ "main.ts": FILLS.replace("PASSES", String(PASSES[board])) });
      const signal = { name: "SIGINT", toGroup: true } as const;
      const { status, stdout, stderr } = await thimble(["sim", app, "--board", board, "--state", folder], { signal });
      assert.match(stderr, /interrupted \(device time/);
      assert.deepEqual([stdout, status], ["filling\nfilled\n", 130]);

      const { offset = 0, size = 0 } = PARTITIONS.find(({ name }) => name === "user") ?? {};
      const flash = readFileSync(join(folder, "window.bin")).subarray(
        FLASH_OFFSET + offset,
        FLASH_OFFSET + offset + size,
      );
      assert.isTrue(flash.equals(Buffer.alloc(size, PASSES[board])));
      assert.isAbove(size, 100 * FLASH_SECTOR_SIZE);
      assert.isFalse(isRunningWith(folder));
    });
  }
});
