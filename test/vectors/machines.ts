// SPDX-License-Identifier: Apache-2.0
/** The machines that run vectors: Node with each back-end, and boards, whose app is sent one case after the other. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import { runBoard } from "../../host-sim/board/run.js";
import { enginePath, packageRoot } from "../../host-sim/engine/paths.js";
import { Channel } from "../../host-sim/testing/channel.js";
import type { Crypto } from "../../sdk/contracts/crypto.js";
import { createNobleCrypto } from "../../sdk/crypto/noble.js";
import { buildBoardProgram } from "../harness/app.js";
import type { BoardMachine, Machine } from "../harness/machines.js";
import type { Outcome } from "./outcome.js";
import { runCase } from "./run-case.js";
import type { Runner } from "./suite.js";

/** A case that takes longer has hung. */
const CASE_LIMIT_MS = 60_000;
/** Messages are whole on the board's heap, in more than one form. */
const HEAP_BYTES = 1 << 20;

export interface VectorMachine {
  run(runner: Runner, data: unknown): Promise<Outcome>;
  close(): Promise<void>;
}

function nodeMachine(crypto: Crypto): VectorMachine {
  return {
    run: async (runner, data) => runCase(crypto, runner, data),
    close: async () => undefined,
  };
}

function boardMachine({ board, variant }: BoardMachine): VectorMachine {
  const channel = new Channel();
  const stop = new AbortController();
  const ended = runBoard({
    board,
    program: enginePath(board, variant),
    app: buildBoardProgram(join(packageRoot, "test", "vectors", "board", "main.ts")),
    clock: "virtual",
    network: channel,
    heapBytes: HEAP_BYTES,
    busyLimitMs: CASE_LIMIT_MS,
    signal: stop.signal,
  }).then(
    ({ reason, text }) => channel.end(new Error(`the board ended: ${reason}: ${text}`)),
    (error: Error) => channel.end(error),
  );
  return {
    run: async (runner, data) => (await channel.call("run", { runner, data })) as Outcome,
    close: async () => {
      stop.abort();
      await ended;
    },
  };
}

export function openMachine(machine: Machine): VectorMachine {
  if (machine.kind === "board") return boardMachine(machine);
  if (machine.name === "node") return nodeMachine(createNodeCrypto());
  return nodeMachine(createNobleCrypto({ random: (length) => randomBytes(length) }));
}
