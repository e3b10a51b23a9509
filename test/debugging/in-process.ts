// SPDX-License-Identifier: Apache-2.0
/** A board of this process with a debugger attached, both in the hands of a test. */
import { Debugger } from "../../host-sim/board/debugger.js";
import { acceptDebugger } from "../../host-sim/board/debugger-connect.js";
import { DebugPaths } from "../../host-sim/board/debugger-paths.js";
import { type RunOptions, type RunResult, runBoard } from "../../host-sim/board/run.js";
import { type Board, enginePath, type Variant } from "../../host-sim/engine/paths.js";
import type { Built } from "../compiler/support.js";
import { DebugClient } from "./client.js";

const clients = new Set<DebugClient>();

/** For afterEach: a board that a failed test has left at a breakpoint goes on. */
export function endDebugRuns(): void {
  for (const client of clients) client.hangUp();
  clients.clear();
}

export interface DebuggedRun {
  readonly client: DebugClient;
  readonly result: Promise<RunResult>;
  /** What a user is told. */
  readonly notices: readonly string[];
}

export interface DebuggedRunOptions extends Partial<RunOptions> {
  readonly variant?: Variant;
  readonly silenceLimitMs?: number;
  /** Before the board starts. */
  readonly early?: (client: DebugClient) => Promise<void> | void;
}

/** Starts the app with a debugger that has said nothing so far. */
export async function debugRun(board: Board, built: Built, options: DebuggedRunOptions = {}): Promise<DebuggedRun> {
  const { variant = "debug", silenceLimitMs, early, ...rest } = options;
  const notices: string[] = [];
  let connecting: Promise<DebugClient> | undefined;
  const peer = await acceptDebugger(0, ({ port }) => {
    connecting = DebugClient.connect(port);
  });
  const client = await connecting;
  if (peer === undefined || client === undefined) throw new Error("no connection");
  clients.add(client);
  const attached = new Debugger({
    peer,
    peerName: "the debugger",
    appName: built.name,
    paths: new DebugPaths(built.folder, built.bytes),
    onNotice: (text) => notices.push(text),
    ...(silenceLimitMs === undefined ? {} : { silenceLimitMs }),
    ...(rest.signal === undefined ? {} : { signal: rest.signal }),
  });
  await early?.(client);
  const program = enginePath(board, variant);
  const result = runBoard({
    board,
    program,
    app: built.bytes,
    clock: "virtual",
    ...rest,
    openDebugger: async () => attached,
  });
  // A test may wait for something else first.
  result.catch(() => undefined);
  return { client, result, notices };
}
