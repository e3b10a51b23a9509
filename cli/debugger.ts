// SPDX-License-Identifier: Apache-2.0
/**
 * `thimble sim --debug`: connects to xsbug where it listens, as Moddable's own tools do (XSBUG_HOST, XSBUG_PORT), or
 * with `--debug-port` waits for a tool that connects to us.
 */
import type { Socket } from "node:net";
import { Debugger } from "../host-sim/board/debugger.js";
import { acceptDebugger, connectToDebugger, type DebuggerAddress } from "../host-sim/board/debugger-connect.js";
import { DebugPaths } from "../host-sim/board/debugger-paths.js";
import { CommandError } from "./errors.js";
import { parsePort } from "./options.js";

const XSBUG_HOST = "localhost";
const XSBUG_PORT = 5002;
/** xsbug answers a login at once. What listens there and does not is something else. */
const SILENCE_LIMIT_MS = 5000;

export interface DebuggedApp {
  readonly name: string;
  readonly folder: string;
  readonly image: Uint8Array;
}

interface Found {
  readonly peer: Socket;
  readonly peerName: string;
}

type Notice = (text: string) => void;

function xsbugAddress(): DebuggerAddress {
  const host = process.env.XSBUG_HOST || XSBUG_HOST;
  const text = process.env.XSBUG_PORT || String(XSBUG_PORT);
  try {
    return { host, port: parsePort(text) };
  } catch (cause) {
    const message = `XSBUG_PORT is "${text}"`;
    throw new CommandError(message, "It is to be the port that xsbug listens on: 1 to 65535.", { cause });
  }
}

async function connectToXsbug(notice: Notice, signal: AbortSignal | undefined): Promise<Found | undefined> {
  const address = xsbugAddress();
  const peerName = `the debugger at ${address.host}:${address.port}`;
  const peer = await connectToDebugger(address, signal);
  if (peer !== undefined) {
    notice(`connected to ${peerName}`);
    return { peer, peerName };
  }
  const isAskedFor = Boolean(process.env.XSBUG_HOST || process.env.XSBUG_PORT);
  if (isAskedFor) notice(`${peerName} does not answer: running without one`);
  return undefined;
}

async function waitForDebugger(port: number, notice: Notice, signal: AbortSignal | undefined): Promise<Found> {
  const onListening = (address: DebuggerAddress): void =>
    notice(`waiting for a debugger on ${address.host}:${address.port}`);
  const peer = await acceptDebugger(port, onListening, signal);
  if (peer === undefined) throw new CommandError("interrupted before a debugger came", "The app has not run.");
  notice("a debugger is attached");
  return { peer, peerName: "the debugger" };
}

/**
 * The debugger of one run, before the board starts.
 * @param port - to wait on; undefined: xsbug is looked for.
 * @param notice - told who is there, or is waited for, or has gone.
 * @returns undefined when there is none to be had.
 * @throws BoardError DEBUG_PORT; CommandError when `signal` comes first, or XSBUG_PORT is no port.
 */
export async function openDebugger(
  app: DebuggedApp,
  port: number | undefined,
  notice: Notice,
  signal: AbortSignal | undefined,
): Promise<Debugger | undefined> {
  const found = port === undefined ? await connectToXsbug(notice, signal) : await waitForDebugger(port, notice, signal);
  if (found === undefined) return undefined;
  return new Debugger({
    ...found,
    appName: app.name,
    paths: new DebugPaths(app.folder, app.image),
    onNotice: notice,
    ...(signal === undefined ? {} : { signal }),
    ...(port === undefined ? { silenceLimitMs: SILENCE_LIMIT_MS } : {}),
  });
}
