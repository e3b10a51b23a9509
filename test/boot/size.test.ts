// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { packageRoot } from "../../host-sim/engine/paths.js";

const BOOT = join(packageRoot, "devices", "boot");
/** What can be read in one sitting, and is never changed on a device. */
const MOST_LINES = 1200;

describe("devices/boot", () => {
  it(`has at most ${MOST_LINES} lines of code: neither blank nor comment`, () => {
    const lines = readdirSync(BOOT)
      .filter((name) => /\.[ch]$/.test(name))
      .flatMap((name) =>
        readFileSync(join(BOOT, name), "utf8")
          .replace(/\/\*[\s\S]*?\*\//g, "")
          .split("\n"),
      )
      .filter((line) => line.trim() !== "");
    assert.isAbove(lines.length, 1000);
    assert.isAtMost(lines.length, MOST_LINES);
  });
});
