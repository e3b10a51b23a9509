// SPDX-License-Identifier: Apache-2.0
/** Whoever reads what `thimble` writes may go away, and a disk may be full. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { describe, it } from "mocha";
import { packageRoot } from "../../host-sim/engine/paths.js";

const THIMBLE = join(packageRoot, "dist/cli/thimble.js");
const LIMIT_MS = 60_000;

/** @param stdout - "gone": a pipe that nobody reads. */
async function help(stdout: number | "gone"): Promise<string> {
  const out = stdout === "gone" ? "pipe" : stdout;
  const child = spawn(process.execPath, [THIMBLE, "--help"], { stdio: ["ignore", out, "pipe"] });
  child.stdout?.destroy();
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [status] = (await once(child, "close")) as [number | null];
  return `${status} ${said}`;
}

describe("output that nobody takes", function () {
  this.timeout(LIMIT_MS);

  it("is no fault where its reader went away", async () => {
    assert.strictEqual(await help("gone"), "0 ");
  });

  it("is one where a disk is full, and says so", async () => {
    const full = openSync("/dev/full", "w");
    try {
      assert.match(await help(full), /^1 error the output cannot be written: .*ENOSPC[^\n]*\n$/);
    } finally {
      closeSync(full);
    }
  });
});
