// SPDX-License-Identifier: Apache-2.0
/**
 * How a debugger comes to be there: xsbug listens, and a machine connects to it; other tools want to connect to the
 * machine. Both before the board starts, so that breakpoints are there before the app's first line.
 */
import { connect, createServer, type Server, type Socket } from "node:net";
import { BoardError } from "./error.js";

const LOCAL = "127.0.0.1";
const CONNECT_LIMIT_MS = 2000;

export interface DebuggerAddress {
  readonly host: string;
  readonly port: number;
}

/** @returns a connection to a debugger that listens; undefined when there is none. */
export function connectToDebugger({ host, port }: DebuggerAddress, signal?: AbortSignal): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const give = (result: Socket | undefined): void => {
      clearTimeout(late);
      signal?.removeEventListener("abort", giveUp);
      socket.removeAllListeners();
      if (result === undefined) socket.on("error", () => undefined).destroy();
      resolve(result);
    };
    const giveUp = (): void => give(undefined);
    const late = setTimeout(giveUp, CONNECT_LIMIT_MS);
    socket.once("connect", () => give(socket.setNoDelay(true)));
    socket.once("error", giveUp);
    signal?.addEventListener("abort", giveUp);
    if (signal?.aborted) giveUp();
  });
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const why = cause.code === "EADDRINUSE" ? "another program has it" : cause.message;
      reject(new BoardError("DEBUG_PORT", `port ${port} of ${LOCAL} for a debugger: ${why}`, { cause }));
    });
    server.listen(port, LOCAL, () => resolve((server.address() as { port: number }).port));
  });
}

/**
 * Waits for one debugger to connect.
 * @param port - of 127.0.0.1; 0: one that is free.
 * @param onListening - told the port.
 * @returns its connection; undefined when `signal` came first.
 * @throws BoardError DEBUG_PORT - the port cannot be had.
 */
export async function acceptDebugger(
  port: number,
  onListening: (address: DebuggerAddress) => void,
  signal?: AbortSignal,
): Promise<Socket | undefined> {
  const server = createServer();
  server.maxConnections = 1;
  const connection = new Promise<Socket | undefined>((resolve) => {
    server.once("connection", (socket) => resolve(socket.setNoDelay(true)));
    signal?.addEventListener("abort", () => resolve(undefined), { once: true });
    if (signal?.aborted) resolve(undefined);
  });
  try {
    onListening({ host: LOCAL, port: await listen(server, port) });
    return await connection;
  } finally {
    server.close();
  }
}
