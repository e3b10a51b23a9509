// SPDX-License-Identifier: Apache-2.0
/**
 * How long it is from an edit to the first line of the new app under `thimble sim --watch` (host board, release engine),
 * and where the time goes. The whole is measured on the command, from the write of the file to the line on its stdout; the
 * steps in this process, on the parts that the command is made of. As a program: `node dist/bench/watch.js`.
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { WatchedDevice } from "../cli/watch-device.js";
import { enginePath } from "../host-sim/engine/paths.js";
import type { Attempt } from "../host-sim/watch/build-thread.js";
import { ContinuousBuild } from "../host-sim/watch/continuous-build.js";
import { median } from "./lines.js";
import { table } from "./table.js";

const THIMBLE = fileURLToPath(new URL("../cli/thimble.js", import.meta.url));
const MANIFEST = {
  include: [
    "$(MODDABLE)/examples/manifest_base.json",
    "$(THIMBLE)/manifests/cose.json",
    "$(THIMBLE)/manifests/crypto.json",
  ],
  modules: { "*": ["./main", "./sign"] },
};
const SIGN = `import { CoseAlgorithm } from "thimble/cose/algorithms";
import { createSign1 } from "thimble/cose/sign1";
import { crypto } from "thimble/device/crypto";

const alg = "DETERMINISTIC_ECDSA_SHA_256";
const key = crypto.generateKey({ type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage: ["signMessage"], alg });
export const sign = (payload: Uint8Array): Uint8Array =>
  createSign1(crypto, key, { algorithm: CoseAlgorithm.ES256, payload });
`;
const EDITS = 20;
/** Between two edits, as nobody saves in step with a clock. */
const PAUSE_MS = 200;
const LIMIT_MS = 60_000;

export interface WatchFigures {
  readonly edits: number;
  /** Milliseconds, medians; `firstLineMs` of the command. */
  readonly firstLineMs: number;
  readonly slowestMs: number;
  readonly steps: ReadonlyArray<{ readonly step: string; readonly ms: number }>;
}

/** An app that says which edit it is, in its first line. What was ever compiled is kept: each text is a new one. */
function mainOf(edit: number): string {
  return `// ${randomUUID()}
import Timer from "timer";
import { sign } from "sign";
trace("edit ${edit}\\n");
Timer.repeat(() => trace(sign(Uint8Array.of(${edit})).length, "\\n"), 1000);
`;
}

function makeApp(): string {
  const folder = mkdtempSync(join(tmpdir(), "thimble-watch-"));
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(MANIFEST));
  writeFileSync(join(folder, "sign.ts"), SIGN);
  writeFileSync(join(folder, "main.ts"), mainOf(0));
  return folder;
}

/** Lines of an app's console, one at a time. */
class Lines {
  #text = "";
  #found: (() => void) | undefined;
  #wanted = "";

  readonly add = (text: string): void => {
    this.#text += text;
    if (!this.#text.includes(this.#wanted)) return;
    this.#text = "";
    this.#found?.();
  };

  until(wanted: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`"${wanted.trim()}" did not come`)), LIMIT_MS);
      this.#wanted = wanted;
      this.#found = () => {
        clearTimeout(late);
        resolve();
      };
      this.add("");
    });
  }
}

/** @returns milliseconds from the write of each edit to its first line. */
async function edit(folder: string, lines: Lines, onWrite?: () => void): Promise<number[]> {
  const times: number[] = [];
  await lines.until("edit 0\n");
  // The first build goes on behind a device that runs what was built before.
  await pause(3000);
  for (let i = 1; i <= EDITS; i++) {
    await pause(PAUSE_MS + ((i * 37) % 100));
    onWrite?.();
    const startMs = performance.now();
    writeFileSync(join(folder, "main.ts"), mainOf(i));
    await lines.until(`edit ${i}\n`);
    times.push(performance.now() - startMs);
  }
  return times;
}

async function measureCommand(): Promise<number[]> {
  const folder = makeApp();
  const child = spawn(process.execPath, [THIMBLE, "sim", folder, "--watch"], { stdio: ["ignore", "pipe", "pipe"] });
  try {
    const lines = new Lines();
    child.stdout.setEncoding("utf8").on("data", lines.add);
    child.stderr.resume();
    return await edit(folder, lines);
  } finally {
    child.kill();
    await once(child, "close");
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Names of the steps, by what the build says when each begins. */
const STEPS: ReadonlyArray<readonly [string, string]> = [
  ["write", "notice the change, wait for the burst to end"],
  ["reading the manifest", "manifest"],
  ["checking types", "types"],
  ["compiling", "strip types, compile to byte code"],
  ["linking", "link, write the image"],
  ["built", "stop the old app, start the board, to its first line"],
];

async function measureSteps(): Promise<WatchFigures["steps"]> {
  const folder = makeApp();
  const lines = new Lines();
  const spent = new Map<string, number[]>(STEPS.map(([step]) => [step, []]));
  let step = "";
  let sinceMs = 0;
  const begin = (next: string): void => {
    const nowMs = performance.now();
    spent.get(step)?.push(nowMs - sinceMs);
    step = next;
    sinceMs = nowMs;
  };
  let app: Uint8Array = new Uint8Array();
  const program = enginePath("host", "release");
  const onConsole = (text: string): void => {
    if (text.includes("edit")) begin("");
    lines.add(text);
  };
  const fail = (error: unknown): void => {
    throw error;
  };
  const device = new WatchedDevice(join(folder, "state"), {
    options: () => ({ board: "host", program, app, clock: "real", onConsole }),
    onEnd: () => undefined,
    onForced: () => undefined,
    onError: fail,
  });
  const builds = new ContinuousBuild(
    { path: folder, board: "host", debug: false },
    {
      onProgress: begin,
      onAttempt: ({ built }: Attempt) => {
        if ("error" in built) fail(built.error);
        else if (Buffer.compare(built.image, app) !== 0) {
          begin("built");
          app = built.image;
          device.restart();
        }
      },
    },
  );
  try {
    builds.start();
    await edit(folder, lines, () => {
      for (const times of spent.values()) if (times.length > EDITS) times.length = 0;
      begin("write");
    });
  } finally {
    await Promise.all([builds.close(), device.close()]);
    rmSync(folder, { recursive: true, force: true });
  }
  return STEPS.map(([name, title]) => ({ step: title, ms: median((spent.get(name) ?? []).slice(-EDITS)) }));
}

export async function measureWatch(): Promise<WatchFigures> {
  const times = await measureCommand();
  const steps = await measureSteps();
  return { edits: EDITS, firstLineMs: median(times), slowestMs: Math.max(...times), steps };
}

export function describeWatch({ edits, firstLineMs, slowestMs, steps }: WatchFigures): string {
  const whole = `  thimble sim --watch, from the write of a file to the first line: ${firstLineMs.toFixed(0)} ms (median of ${edits}; slowest ${slowestMs.toFixed(0)} ms)`;
  return `${whole}\n${table(steps.map(({ step, ms }) => [step, `${ms.toFixed(1)} ms`]))}`;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  console.log(describeWatch(await measureWatch()));
}
