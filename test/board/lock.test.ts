// SPDX-License-Identifier: Apache-2.0
/** A lock has one owner, whoever finds it stale at the same moment. */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { takeLock } from "../../host-sim/lock.js";

const PROCESSES = 6;
const ROUNDS = 5;
/** Takes the lock at a moment that all know, and keeps it until all have tried. */
const TAKER = `
import { takeLock } from ${JSON.stringify(join(packageRoot, "dist/host-sim/lock.js"))};
const [path, atMs] = process.argv.slice(1);
while (Date.now() < Number(atMs));
console.log(takeLock(path) === undefined ? "taken" : "refused");
setTimeout(() => undefined, 500);
`;

describe("a lock between processes", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "thimble-lock-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function take(path: string, atMs: number): Promise<string> {
    const child = spawn(process.execPath, ["--input-type=module", "-e", TAKER, path, String(atMs)]);
    return new Promise((resolve) => {
      let said = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
      child.on("close", () => resolve(said.trim()));
    });
  }

  it("is taken by one of those who find it stale at once", async () => {
    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    for (let round = 0; round < ROUNDS; round++) {
      const path = join(folder, `lock-${round}`);
      writeFileSync(path, `${dead}\n`);
      const atMs = Date.now() + 1000;
      const said = await Promise.all(Array.from({ length: PROCESSES }, () => take(path, atMs)));
      const taken = said.filter((one) => one === "taken");
      assert.isAtMost(taken.length, 1, said.join());
      assert.strictEqual(said.filter((one) => one === "refused").length, PROCESSES - taken.length, said.join());
      assert.deepEqual(
        readdirSync(folder).filter((name) => name.startsWith(`lock-${round}.`)),
        [],
      );
    }
  });

  it("is left alone where it cannot be read", () => {
    const path = join(folder, "lock");
    mkdirSync(path);
    assert.throws(() => takeLock(path), /EISDIR/);
    assert.deepEqual(readdirSync(folder), ["lock"]);
  });
});
