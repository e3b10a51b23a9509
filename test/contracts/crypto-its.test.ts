// SPDX-License-Identifier: Apache-2.0
/** devices/psa/its-log.c on the flash model, power cut at every flash operation; the program is crypto-its-test.c. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert } from "chai";
import { after, describe, it } from "mocha";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const SOURCES = [
  "test/contracts/crypto-its-test.c",
  "devices/psa/its-log.c",
  "devices/silicon/flash.c",
  "devices/silicon/operation.c",
];
const INCLUDES = ["devices/silicon", "devices/runtime"].map((path) => `-I${join(ROOT, path)}`);
const STRICT = ["-std=gnu11", "-Wall", "-Wextra", "-Wconversion", "-Werror"];
const SANITIZED = ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

describe("devices/psa/its-log.c", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "thimble-its-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Builds and runs one test of the program; what it prints, or an Error with what it printed. */
  function run(name: string, flags: readonly string[]): string {
    const program = join(folder, name);
    const sources = SOURCES.map((path) => join(ROOT, path));
    execFileSync(process.env.CC ?? "cc", [...STRICT, ...flags, ...INCLUDES, ...sources, "-o", program], {
      stdio: "pipe",
    });
    return execFileSync(program, [name], { encoding: "utf8", stdio: "pipe" });
  }

  it("keeps old or new through a cut at each operation of small steps, after each of 12 lengths", () => {
    assert.match(run("power-cuts", SANITIZED), /^ok power-cuts 960 cuts$/m);
  });

  it("keeps old or new through a second cut, while the first is cleared up", () => {
    assert.match(run("double-cuts", SANITIZED), /^ok double-cuts 1971 cuts$/m);
  });

  it("keeps old or new through a cut at each operation while a bank fills and is copied", () => {
    assert.match(run("filling-cuts", ["-O2"]), /^ok filling-cuts 2900 cuts$/m);
  });

  it("says that it is full, loses nothing then, and has room again after a removal", () => {
    assert.match(run("full", SANITIZED), /^ok full$/m);
  });

  it("tells damage from a power cut, and writes nothing over it", () => {
    assert.match(run("damage", SANITIZED), /^ok damage 672 flips$/m);
  });
});
