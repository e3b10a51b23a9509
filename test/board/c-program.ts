// SPDX-License-Identifier: Apache-2.0
/** Builds the C tests of the flash model once, under the sanitizers, and runs one of them. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const STRICT = ["-std=gnu11", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-O1", "-g"];
const SANITIZERS = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

let built: string | undefined;

function build(): string {
  if (built !== undefined) return built;
  const folder = mkdtempSync(join(tmpdir(), "thimble-c-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, "flash-test");
  const sources = ["test/c/flash-test.c", "devices/silicon/flash.c"].map((path) => join(ROOT, path));
  execFileSync(process.env.CC ?? "cc", [...STRICT, ...SANITIZERS, ...sources, "-o", program], { stdio: "pipe" });
  built = program;
  return program;
}

/** @throws Error with what the compiler or the test wrote. */
export function runCTest(name: string): string {
  return execFileSync(build(), [name], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
