// SPDX-License-Identifier: Apache-2.0
/** Builds the C tests of the silicon model once, under the sanitizers, and runs one of them. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const STRICT = ["-std=gnu11", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-O1", "-g"];
const SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
/** What a board has but for its natives and its stop, in whose place a test puts its own. */
const MODEL = ["flash", "otp", "counter", "operation", "watchdog", "reset"].map((name) => `devices/silicon/${name}.c`);

/** What a test is of, beside the model. */
const TESTED = Object.freeze({
  "flash-test": [],
  "silicon-test": [],
  "forget-test": ["devices/secure/forget.c", "devices/psa/its-log.c"],
} as const satisfies Readonly<Record<string, readonly string[]>>);

export type CTests = keyof typeof TESTED;

const INCLUDES = `-I${join(ROOT, "devices", "silicon")}`;

const built = new Map<CTests, string>();

function build(tests: CTests): string {
  const known = built.get(tests);
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(tmpdir(), "thimble-c-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, tests);
  const sources = [`test/c/${tests}.c`, ...MODEL, ...TESTED[tests]].map((path) => join(ROOT, path));
  execFileSync(process.env.CC ?? "cc", [...STRICT, ...SANITIZERS, INCLUDES, ...sources, "-o", program], {
    stdio: "pipe",
  });
  built.set(tests, program);
  return program;
}

/** @throws Error with what the compiler or the test wrote. */
export function runCTest(tests: CTests, name: string): string {
  return execFileSync(build(tests), [name], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
