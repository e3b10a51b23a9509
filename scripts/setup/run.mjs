// SPDX-License-Identifier: Apache-2.0
/** Starting other programs: quietly with signs of life, or with the terminal handed over. */
import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "./paths.mjs";
import { flash, SetupError, say } from "./report.mjs";

const HEARTBEAT_MS = 10_000;
const KEPT_BYTES = 16_384;

/** Path of a program on PATH, or undefined. */
export function findProgram(name) {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    if (folder === "") continue;
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      if (statSync(path).isFile()) return path;
    } catch {
      // not in this folder
    }
  }
  return undefined;
}

/** Output of a short program, trimmed; undefined when it fails or is not there. */
export function outputOf(program, args) {
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return status === 0 ? stdout.trim() : undefined;
}

/**
 * Runs a program and keeps its output back. Its last line shows on a terminal; elsewhere a line every ten seconds says that it is alive.
 * @throws SetupError with the end of the output when it cannot be started or its status is not 0.
 */
export function runQuietly(program, args, { cwd = root, env = process.env, title = program } = {}) {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    let kept = "";
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const keep = (chunk) => {
      kept = (kept + chunk).slice(-KEPT_BYTES);
      flash(
        `  ${kept
          .trimEnd()
          .split(/[\r\n]/)
          .at(-1)}`,
      );
    };
    child.stdout.setEncoding("utf8").on("data", keep);
    child.stderr.setEncoding("utf8").on("data", keep);
    const heartbeat = setInterval(() => {
      if (!process.stderr.isTTY) say(`  ${title}: working, ${Math.round((performance.now() - begun) / 1000)} s`);
    }, HEARTBEAT_MS);
    const end = (error) => {
      clearInterval(heartbeat);
      flash("");
      if (error === undefined) resolve();
      else reject(error);
    };
    child.on("error", (cause) => end(new SetupError(`${program} cannot be started: ${cause.message}`)));
    child.on("close", (status, signal) => {
      if (status === 0) end();
      else
        end(new SetupError(`${program} ${args.join(" ")} ended with ${signal ?? `status ${status}`}`, kept.trimEnd()));
    });
  });
}

/** Runs a program that has the terminal to itself. Returns its exit status (1 when a signal ended it). */
export function runInFront(program, args, { cwd = root, env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: "inherit" });
    child.on("error", (cause) => reject(new SetupError(`${program} cannot be started: ${cause.message}`)));
    child.on("close", (status) => resolve(status ?? 1));
  });
}
