// SPDX-License-Identifier: Apache-2.0
/** The conformance suite (test/specs/crypto) on noble: in a process of its own, reported here test by test. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert } from "chai";
import { describe, it } from "mocha";

interface Result {
  readonly fullTitle: string;
  readonly err: { readonly message?: string };
}

const here = dirname(fileURLToPath(import.meta.url));
const specs = join(here, "../specs/crypto");
const mocha = join(dirname(createRequire(import.meta.url).resolve("mocha/package.json")), "bin/mocha.js");
const files = readdirSync(specs).filter((name) => name.endsWith(".spec.js"));

const run = spawnSync(
  process.execPath,
  [mocha, "--no-config", "--timeout", "60000", "--reporter", "json", ...files.map((name) => join(specs, name))],
  { env: { ...process.env, THIMBLE_CRYPTO: "noble" }, encoding: "utf8", timeout: 120_000, maxBuffer: 1 << 26 },
);

function results(): readonly Result[] {
  try {
    return JSON.parse(run.stdout).tests;
  } catch {
    return [];
  }
}

describe("Crypto conformance on noble", () => {
  const tests = results();
  it("runs", () => {
    assert.isAbove(tests.length, 50, run.stderr || String(run.error ?? run.stdout));
  });
  for (const test of tests) {
    it(test.fullTitle, () => {
      assert.isUndefined(test.err.message);
    });
  }
});
