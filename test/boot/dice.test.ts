// SPDX-License-Identifier: Apache-2.0
/** The CDIs of devices/boot/dice.c: open-dice's known values, a second computation by Node, and what changes them. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert } from "chai";
import { mbedtlsFolder } from "../../host-sim/engine/paths.js";
import { type Cdis, type Layer, nextCdis } from "../dice/open-dice.js";
import { describeVectors } from "../harness/vectors.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const STRICT = ["-std=gnu11", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-O1", "-g"];
const SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
const MBEDTLS = ["hkdf", "md", "sha256", "sha512", "platform_util", "constant_time"];

let program: string;

function build(): void {
  const folder = mkdtempSync(join(tmpdir(), "thimble-c-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  program = join(folder, "dice-test");
  const include = ["include", "library"].map((name) => `-isystem${join(mbedtlsFolder(), name)}`);
  const config = [`-isystem${join(ROOT, "devices/psa")}`, '-DMBEDTLS_CONFIG_FILE="thimble_mbedtls.h"'];
  const flags = [...SANITIZERS, ...include, ...config, `-isystem${join(ROOT, "devices/psa/include")}`];
  const cc = (...rest: readonly string[]): void => {
    execFileSync(process.env.CC ?? "cc", [...flags, ...rest], { stdio: "pipe", cwd: folder });
  };
  const ours = ["test/c/dice-test.c", "devices/boot/dice.c"].map((path) => join(ROOT, path));
  const theirs = MBEDTLS.map((name) => join(mbedtlsFolder(), "library", `${name}.c`));
  cc(...STRICT, "-c", ...ours);
  cc("-O1", "-w", "-ffunction-sections", "-Wl,--gc-sections", ...theirs, "dice-test.o", "dice.o", "-o", program);
}

function byC(layer: Layer): Cdis {
  const { cdi_attest, cdi_seal, code_hash, config_value, authority_hash, mode, hidden } = layer;
  const modeByte = mode.toString(16).padStart(2, "0");
  const fields = [cdi_attest, cdi_seal, code_hash, config_value, authority_hash, modeByte, hidden];
  const [attest = "", seal = ""] = execFileSync(program, fields, { encoding: "utf8" }).split("\n");
  return { attest, seal };
}

function randomLayer(): Layer {
  const hex = (bytes: number): string => randomBytes(bytes).toString("hex");
  return {
    cdi_attest: hex(32),
    cdi_seal: hex(32),
    code_hash: hex(64),
    config_value: hex(64),
    authority_hash: hex(64),
    mode: 1,
    hidden: hex(64),
  };
}

describe("DICE in boot", function () {
  this.timeout(60_000);
  before(build);

  describeVectors("open-dice", "dice-open-dice", (vectors) => {
    for (const file of vectors.list(".", ".json")) {
      const { inputs, expected } = vectors.json(file) as { inputs: Layer; expected: Record<string, string> };
      // The Android profile's values are certificates only.
      if (expected.CdiAttest === undefined) continue;
      const known: Cdis = { attest: expected.CdiAttest, seal: expected.CdiSeal ?? "" };
      it(`${file}: in C`, () => assert.deepEqual(byC(inputs), known));
      it(`${file}: by Node`, () => assert.deepEqual(nextCdis(inputs), known));
    }
  });

  it("is what Node computes, for 20 random layers and each mode", () => {
    for (let i = 0; i < 20; i++) {
      const layer = { ...randomLayer(), mode: i % 4 };
      assert.deepEqual(byC(layer), nextCdis(layer));
    }
  });

  it("code and configuration change CDI_attest alone; authority, mode and hidden input change both", () => {
    const layer = randomLayer();
    const before = byC(layer);
    for (const [field, changesSeal] of [
      ["code_hash", false],
      ["config_value", false],
      ["authority_hash", true],
      ["hidden", true],
    ] as const) {
      const after = byC({ ...layer, [field]: randomBytes(64).toString("hex") });
      assert.notStrictEqual(after.attest, before.attest, field);
      assert.strictEqual(after.seal !== before.seal, changesSeal, field);
    }
    const inDebug = byC({ ...layer, mode: 2 });
    assert.notStrictEqual(inDebug.attest, before.attest);
    assert.notStrictEqual(inDebug.seal, before.seal);
  });
});
