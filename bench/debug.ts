// SPDX-License-Identifier: Apache-2.0
/**
 * What debugging costs: the same loop in the release engine, in the debug engine, and there with a debugger attached.
 * `node dist/bench/debug.js [BOARD...]`; real time, so only the ratios say something.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Debugger } from "../host-sim/board/debugger.js";
import { acceptDebugger } from "../host-sim/board/debugger-connect.js";
import { DebugPaths } from "../host-sim/board/debugger-paths.js";
import { runBoard } from "../host-sim/board/run.js";
import { buildApp } from "../host-sim/compiler/app.js";
import { ensureEngines } from "../host-sim/engine/build.js";
import { type Board, enginePath, type Variant } from "../host-sim/engine/paths.js";
import { duration, table } from "./table.js";

const BOARDS: readonly Board[] = ["host", "mps2-an505"];
const ROUNDS = 300_000;
const SOURCE = `function mix(value: number, round: number): number {
  const next = (value * 31 + round) | 0;
  if (next % 7 === 0) return next + 1;
  return next;
}
let value = 1;
trace("begin\\n");
for (let round = 0; round < ${ROUNDS}; round++) {
  value = mix(value, round);
}
trace("end ", value, "\\n");
`;
const MANIFEST = { include: "$(MODDABLE)/examples/manifest_base.json", modules: { "*": "./main" } };

interface Case {
  readonly what: string;
  readonly variant: Variant;
  /** Breakpoints of a debugger that is attached; undefined: none is. */
  readonly breakpoints?: readonly number[];
}

const CASES: readonly Case[] = [
  { what: "release engine", variant: "release" },
  { what: "debug engine", variant: "debug" },
  { what: "with a debugger", variant: "debug", breakpoints: [] },
  {
    what: "and 20 breakpoints elsewhere",
    variant: "debug",
    breakpoints: Array.from({ length: 20 }, (_, i) => 100 + i),
  },
];

/** A debugger that sets these breakpoints and lets the app run. */
async function attach(paths: DebugPaths, lines: readonly number[]): Promise<Debugger> {
  const list = lines.map((line) => `<breakpoint path="main.ts" line="${line}"/>`).join("");
  const peer = await acceptDebugger(0, ({ port }) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(`<set-all-breakpoints>${list}</set-all-breakpoints>\r\n`);
    });
    socket.on("error", () => undefined).resume();
  });
  if (peer === undefined) throw new Error("no connection");
  return new Debugger({ peer, peerName: "the bench", appName: "bench", paths, onNotice: () => undefined });
}

/** Microseconds of this machine between the app's two lines. */
async function measure(board: Board, { variant, breakpoints }: Case, folder: string): Promise<number> {
  const { image } = await buildApp(folder, { board, debug: variant === "debug" });
  const app = readFileSync(image);
  const marks: number[] = [];
  const paths = new DebugPaths(folder, app);
  const result = await runBoard({
    board,
    program: enginePath(board, variant),
    app,
    clock: "virtual",
    ...(breakpoints === undefined ? {} : { openDebugger: () => attach(paths, breakpoints) }),
    onConsole: () => marks.push(performance.now()),
  });
  const [begin, end = begin] = [marks[0] ?? 0, marks.at(-1)];
  if (!result.console.includes("end ")) throw new Error(`${result.reason}: ${result.text}`);
  return ((end ?? 0) - begin) * 1000;
}

async function main(boards: readonly Board[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "thimble-bench-debug-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(MANIFEST));
  writeFileSync(join(folder, "main.ts"), SOURCE);
  await ensureEngines(
    boards.flatMap((board) => (["release", "debug"] as const).map((variant) => ({ board, variant }))),
    () => undefined,
  );
  for (const board of boards) {
    const rows: string[][] = [[board, "time", "x release"]];
    let release = 0;
    for (const each of CASES) {
      const us = await measure(board, each, folder);
      release ||= us;
      rows.push([each.what, duration(us), (us / release).toFixed(1)]);
    }
    process.stdout.write(`${table(rows)}\n\n`);
  }
}

await main(BOARDS.filter((board) => process.argv.length < 3 || process.argv.includes(board)));
