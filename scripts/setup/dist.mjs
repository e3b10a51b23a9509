// SPDX-License-Identifier: Apache-2.0
/** The TypeScript of this checkout, compiled into dist/. */
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { distDir, inRoot, root } from "./paths.mjs";
import { SetupError, say } from "./report.mjs";
import { runInFront } from "./run.mjs";
import { readStamp, sha256, writeStamp } from "./stamp.mjs";

const FOLDERS = ["sdk", "devices", "host-sim", "verifier", "cli", "test", "bench"];
const CONFIGURATION = ["tsconfig.json", "tsconfig.base.json", "package-lock.json"];

function filesUnder(folder, suffix) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(suffix))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

const sources = () => FOLDERS.flatMap((folder) => filesUnder(inRoot(folder), ".ts"));

/** Names, sizes and times of all that tsc reads of ours. */
function fingerprint() {
  const files = [...sources(), ...CONFIGURATION.map((name) => inRoot(name))].sort();
  return sha256(files.map((path) => `${path} ${statSync(path).size} ${statSync(path).mtimeMs}`).join("\n"));
}

/** Takes away what was compiled from a source that is gone: mocha would still run it. */
function prune() {
  const compiled = new Set(sources().map((path) => relative(root, path).replace(/\.ts$/, "")));
  for (const path of FOLDERS.flatMap((folder) => filesUnder(join(distDir, folder), ".js"))) {
    const stem = path.replace(/\.js$/, "");
    if (compiled.has(relative(distDir, stem))) continue;
    for (const suffix of [".js", ".js.map", ".d.ts"]) rmSync(stem + suffix, { force: true });
  }
}

/** Compiles when a source, its time or the configuration changed since the last whole compilation. */
export async function ensureDist() {
  const wanted = fingerprint();
  if (readStamp("dist") === wanted && existsSync(join(distDir, ".tsbuildinfo"))) return prune();
  say("TypeScript: compiling into dist/");
  const status = await runInFront(process.execPath, [
    inRoot("node_modules/typescript/bin/tsc"),
    "-p",
    inRoot("tsconfig.json"),
  ]);
  if (status !== 0) throw new SetupError("the TypeScript of this checkout does not compile", "tsc says why above.");
  prune();
  writeStamp("dist", wanted);
}
