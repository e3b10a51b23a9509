// SPDX-License-Identifier: Apache-2.0
/** Runs the built `thimble` command as a child process on small apps in temporary folders. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type EngineTarget, ensureEngines } from "../../host-sim/engine/build.js";

const THIMBLE = fileURLToPath(new URL("../../cli/thimble.js", import.meta.url));
const ENGINE_LIMIT_MS = 900_000;

/** A run that takes longer is ended, and then its status is null. */
export const RUN_LIMIT_MS = 60_000;

export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Sent once, when the command has written something, or this on stderr: to it alone, or to its children, too. */
  readonly signal?: { readonly name: NodeJS.Signals; readonly toGroup?: boolean; readonly after?: string };
}

/** Runs `thimble ARGS` to its end. */
export function thimble(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...options.env };
    const child = spawn(process.execPath, [THIMBLE, ...args], {
      env,
      // A group of its own, so that a signal can reach the command and its children alike, as Ctrl-C does.
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    let stdout = "";
    let stderr = "";
    let { signal } = options;
    const interrupt = (): void => {
      if (signal && child.pid) process.kill(signal.toGroup ? -child.pid : child.pid, signal.name);
      signal = undefined;
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      if (signal?.after === undefined) interrupt();
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      if (signal?.after !== undefined && stderr.includes(signal.after)) interrupt();
    });
    const late = setTimeout(() => child.kill("SIGKILL"), RUN_LIMIT_MS);
    child.on("error", reject);
    child.on("close", (status) => {
      clearTimeout(late);
      resolve({ status, stdout, stderr });
    });
  });
}

const BASE = "$(MODDABLE)/examples/manifest_base.json";
const folders: string[] = [];

/** An app in a folder of its own. @param manifest - added to, or instead of, what every app has. */
export function makeApp(
  files: Readonly<Record<string, string>>,
  manifest: Readonly<Record<string, unknown>> = {},
): string {
  const folder = mkdtempSync(join(tmpdir(), "thimble-cli-test-"));
  folders.push(folder);
  const whole = { include: BASE, modules: { "*": "./main" }, ...manifest };
  for (const [name, text] of Object.entries({ "manifest.json": JSON.stringify(whole, null, 2), ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** For a suite: builds the engines that its runs need, before the clocks of its tests start. */
export function useEngines(...targets: readonly EngineTarget[]): void {
  before("engines", async function () {
    this.timeout(ENGINE_LIMIT_MS);
    await ensureEngines(targets, () => undefined);
  });
  after("temporary apps", () => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
}
