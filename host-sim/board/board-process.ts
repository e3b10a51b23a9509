// SPDX-License-Identifier: Apache-2.0
/** A started board: a child process with a link and a console. host-process.ts and qemu-process.ts make them. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import type { Duplex, Readable } from "node:stream";
import { EngineText } from "./engine-text.js";

/** Characters of a console that are kept. */
export const CONSOLE_MAX = 256 * 1024;
const KILL_AFTER_MS = 2_000;

/** Keeps the last CONSOLE_MAX characters of a console and hands on each chunk. */
export class ConsoleLog {
  #text = "";
  readonly #onText: ((text: string) => void) | undefined;

  constructor(onText?: (text: string) => void) {
    this.#onText = onText;
  }

  follow(stream: Readable | null): void {
    const engineText = new EngineText();
    stream?.on("data", (bytes: Buffer) => this.#push(engineText.push(bytes)));
    stream?.on("end", () => this.#push(engineText.end()));
    stream?.on("error", () => undefined);
  }

  #push(text: string): void {
    if (text === "") return;
    this.#text = (this.#text + text).slice(-CONSOLE_MAX);
    this.#onText?.(text);
  }

  get text(): string {
    return this.#text;
  }
}

export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export class BoardProcess {
  readonly link: Duplex;
  /** Where the board was started with one: a stream of its own, for a debugger. */
  readonly debugChannel: Duplex | undefined;
  readonly console: ConsoleLog;
  /** What the emulator has to say for itself; empty on host. */
  readonly emulator: ConsoleLog;
  /** Settles when the process has ended and its console is read to the end. */
  readonly ended: Promise<ExitStatus>;
  readonly #child: ChildProcess;
  readonly #ask: () => void;

  constructor(
    child: ChildProcess,
    link: Duplex,
    console: ConsoleLog,
    ended: Promise<ExitStatus>,
    emulator = new ConsoleLog(),
    debugChannel?: Duplex,
    ask: () => void = () => undefined,
  ) {
    this.#child = child;
    this.link = link;
    this.console = console;
    this.emulator = emulator;
    this.debugChannel = debugChannel;
    this.ended = ended;
    this.#ask = ask;
  }

  /** Asks a board that runs where its app is: it answers with HALT, if it can. docs/simulator.md#board-link. */
  askWhere(): void {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#ask();
  }

  /** Ends the process now, wherever it is. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Ends the process if it has not ended by itself within graceMs: first politely, then for good. */
  async stop(graceMs = 0): Promise<ExitStatus> {
    const kill = (signal: NodeJS.Signals) => {
      if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill(signal);
    };
    const timers = [
      setTimeout(() => kill("SIGTERM"), graceMs),
      setTimeout(() => kill("SIGKILL"), graceMs + KILL_AFTER_MS),
    ];
    try {
      return await this.ended;
    } finally {
      for (const timer of timers) clearTimeout(timer);
      this.link.destroy();
      this.debugChannel?.destroy();
    }
  }
}

/** Promise of the end of a child, made before anything else can end it. */
export function endOf(child: ChildProcess): Promise<ExitStatus> {
  return new Promise((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal }));
    child.on("error", () => {
      if (child.pid === undefined) resolve({ code: null, signal: null });
    });
  });
}

/** Settles when the child runs, rejects with the reason when it could not be started. */
export function startOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
}

/**
 * How a board is spawned: in a session of its own. Ctrl-C on a terminal then reaches the command alone, which ends the
 * run between two flash operations; the board would die in the middle of one.
 */
export const APART = Object.freeze({ detached: true } as const);

// Reads until this process is gone, then ends the board: $0 is the board's process id.
const WATCHER = 'cat >/dev/null; kill -KILL "$0" 2>/dev/null';

/**
 * Sees to it that the board does not outlive this process, however that ends: a small shell holds the other end of a
 * pipe. QEMU would go on without us, and so would a board that is busy. To be called at once after spawn().
 */
export function tieToThisProcess(child: ChildProcess): void {
  if (child.pid === undefined) return;
  const watcher = spawn("/bin/sh", ["-c", WATCHER, String(child.pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  watcher.on("error", () => undefined);
  watcher.unref();
  (watcher.stdin as unknown as Socket).unref();
  watcher.stdin.on("error", () => undefined);
  // Both of its processes go: the shell leads a group of its own.
  child.once("close", () => {
    if (watcher.pid !== undefined) killGroup(watcher.pid);
  });
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // It is gone already.
  }
}
