// SPDX-License-Identifier: Apache-2.0
/**
 * How long `thimble sim` takes to the first line of an unchanged app (host board, release engine), against `node -e 0`:
 * both are started in turn, and the medians compared. As a program: `node dist/bench/cli-start.js`.
 */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "./lines.js";
import { runNode } from "./processes.js";

const THIMBLE = fileURLToPath(new URL("../cli/thimble.js", import.meta.url));
const MANIFEST = { include: "$(MODDABLE)/examples/manifest_base.json", modules: { "*": "./main" } };
const RUNS = 20;

export interface CliStart {
  readonly runs: number;
  /** Median, milliseconds from start to end of `node -e 0`. */
  readonly nodeMs: number;
  /** Median, milliseconds from start to the first byte on stdout. */
  readonly simMs: number;
  readonly ratio: number;
}

export async function measureCliStart(runs = RUNS): Promise<CliStart> {
  const folder = mkdtempSync(join(tmpdir(), "thimble-start-"));
  try {
    writeFileSync(join(folder, "manifest.json"), JSON.stringify(MANIFEST));
    writeFileSync(join(folder, "main.ts"), 'trace("first line\\n");\n');
    const sim = [THIMBLE, "sim", folder, "--board", "host"];
    await runNode(sim); // builds the app, and the engine if it must
    const nodeMs: number[] = [];
    const simMs: number[] = [];
    for (let i = 0; i < runs; i++) {
      nodeMs.push((await runNode(["-e", "0"])).ms);
      simMs.push((await runNode(sim)).firstMs);
    }
    const medians = { nodeMs: median(nodeMs), simMs: median(simMs) };
    return { runs, ...medians, ratio: medians.simMs / medians.nodeMs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function describeCliStart({ runs, nodeMs, simMs, ratio }: CliStart): string {
  return `thimble sim, unchanged app, to its first line: ${simMs.toFixed(0)} ms; node -e 0: ${nodeMs.toFixed(0)} ms; ratio ${ratio.toFixed(2)} (medians of ${runs})`;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  console.log(describeCliStart(await measureCliStart()));
}
