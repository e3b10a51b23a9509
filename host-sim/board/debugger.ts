// SPDX-License-Identifier: Apache-2.0
/**
 * Between a board's debug channel and a debugger (xsbug, or a tool that speaks its protocol). The board is told only
 * what its XS 13.3 can take in the state that it is in, one command a line: nothing that a peer sends can break it or
 * hold it for ever. When the peer goes, the app goes on. docs/debugging.md.
 */
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import {
  type DebugCommand,
  DebugCommandReader,
  encodeCommand,
  type LineCommand,
  type PlainCommand,
  STOP_AT_EXCEPTIONS,
  STOP_AT_START,
} from "./debugger-commands.js";
import type { DebugPaths } from "./debugger-paths.js";
import { type DebugEvent, DebugReportTranslator } from "./debugger-reports.js";

/** Each takes memory of the board, and time at every line. */
const BREAKPOINTS_MAX = 256;
const LINE_MAX = 0x7fff;
/** Some debuggers say "go" before they name their breakpoints: the app starts when they have said nothing for so long. */
const SETTLE_MS = 100;
const CLOSE_LIMIT_MS = 1000;

export interface DebuggerOptions {
  /** Connected. */
  readonly peer: Socket;
  /** How the peer is called in notices. */
  readonly peerName: string;
  /** The app's name, which a debugger shows. */
  readonly appName: string;
  readonly paths: DebugPaths;
  /** Told when the debugger has gone, and why. */
  readonly onNotice: (text: string) => void;
  /** Real milliseconds within which the peer has to say something; undefined: it has time. */
  readonly silenceLimitMs?: number;
  /** Ends debugging: the app goes on, to its next idle moment. */
  readonly signal?: AbortSignal;
}

/**
 * `starting`: the board has not come so far. `login`: it waits for the first breakpoints. `ended`: the board has, and its
 * last words are on the way. `gone`: nobody debugs.
 */
type Phase = "starting" | "login" | "running" | "stopped" | "ended" | "gone";

export class Debugger {
  readonly #options: DebuggerOptions;
  readonly #commands = new DebugCommandReader();
  readonly #reports: DebugReportTranslator;
  /** As sent to the board, or to be sent at login: `name:line`, with the command that sets it. */
  readonly #breakpoints = new Map<string, LineCommand>();
  #channel: Duplex | undefined;
  /** Said before there was a channel. */
  #unsent = "";
  #phase: Phase = "starting";
  /** The peer has said all that it wants before the app starts, but for what follows at once. */
  #isReady = false;
  #settle: NodeJS.Timeout | undefined;
  #silence: NodeJS.Timeout | undefined;

  constructor(options: DebuggerOptions) {
    this.#options = options;
    this.#reports = new DebugReportTranslator(options.appName, options.paths, (event) => this.#hear(event));
    const { peer, signal } = options;
    peer.on("data", (chunk: Buffer) => this.#read(chunk));
    peer.on("error", () => undefined);
    peer.on("close", () => this.#leave("hung up"));
    peer.on("drain", this.#onDrain);
    signal?.addEventListener("abort", this.#onAbort);
    if (signal?.aborted) this.#onAbort();
  }

  /** Whether the board may be where it is for as long as the debugger likes: at a breakpoint, for one. */
  get holdsBoard(): boolean {
    return this.#phase === "login" || this.#phase === "running" || this.#phase === "stopped";
  }

  /** Takes the debug channel of a board that starts. */
  attach(channel: Duplex): void {
    this.#channel = channel;
    const { peer } = this.#options;
    channel.on("data", (chunk: Buffer) => {
      if (this.#phase === "gone") return;
      const isTaken = peer.write(this.#reports.push(chunk));
      if (!isTaken && this.#phase !== "ended") channel.pause();
    });
    channel.on("error", () => undefined);
    channel.on("drain", () => peer.resume());
    if (this.#unsent !== "") channel.write(this.#unsent);
  }

  /** The board has ended: its channel is read to the end, whether the peer follows or not. */
  drain(): void {
    this.#options.peer.off("drain", this.#onDrain);
    if (this.#phase !== "gone") this.#phase = "ended";
    this.#channel?.resume();
  }

  /** Ends the connection, when what was sent has left or after a moment. */
  async close(): Promise<void> {
    const { peer, signal } = this.#options;
    signal?.removeEventListener("abort", this.#onAbort);
    this.#end();
    if (peer.destroyed) return;
    await new Promise<void>((resolve) => {
      const late = setTimeout(() => peer.destroy(), CLOSE_LIMIT_MS);
      peer.once("close", () => {
        clearTimeout(late);
        resolve();
      });
    });
  }

  readonly #onAbort = (): void => this.#leave();
  readonly #onDrain = (): void => {
    this.#channel?.resume();
  };

  #send(...commands: readonly string[]): void {
    const line = `${commands.join("")}\r\n`;
    if (this.#channel === undefined) this.#unsent += line;
    else if (this.#channel.writable && !this.#channel.write(line)) this.#options.peer.pause();
  }

  /** Nobody debugs any more. @param why - told, when it was the peer that went. */
  #leave(why?: string): void {
    if (this.#phase === "gone" || this.#phase === "ended") return;
    this.#send("<logout/>");
    this.#end();
    if (why !== undefined) this.#options.onNotice(`${this.#options.peerName} ${why}: the app goes on without it`);
  }

  #end(): void {
    this.#phase = "gone";
    clearTimeout(this.#settle);
    clearTimeout(this.#silence);
    this.#channel?.resume();
    this.#options.peer.destroySoon();
  }

  #hear(event: DebugEvent): void {
    if (event === "break") {
      this.#phase = "stopped";
      return;
    }
    this.#phase = "login";
    const { silenceLimitMs } = this.#options;
    if (this.#isReady) this.#startSoon();
    else if (silenceLimitMs !== undefined) {
      this.#silence = setTimeout(() => this.#leave("says nothing"), silenceLimitMs);
    }
  }

  #read(chunk: Buffer): void {
    clearTimeout(this.#silence);
    try {
      for (const command of this.#commands.push(chunk)) if (this.#phase !== "gone") this.#take(command);
    } catch (error) {
      this.#leave(`said what is no command (${(error as Error).message})`);
    }
    if (this.#phase === "login" && this.#isReady) this.#startSoon();
  }

  #startSoon(): void {
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => {
      this.#phase = "running";
      const first = [...this.#breakpoints.values()].map(encodeCommand);
      this.#send("<set-all-breakpoints>", ...first, "</set-all-breakpoints>");
    }, SETTLE_MS);
  }

  #take(command: DebugCommand): void {
    switch (command.element) {
      case "breakpoint":
      case "set-breakpoint":
      case "clear-breakpoint":
        this.#takeBreakpoint(command.element !== "clear-breakpoint", command.path, command.line);
        break;
      case "clear-all-breakpoints":
        this.#clearAll();
        break;
      case "set-all-breakpoints":
        this.#isReady = true;
        break;
      case "select":
      case "toggle":
        // XS would wait for more from a debugger that says so while the app runs.
        if (this.#phase === "stopped") this.#send(encodeCommand(command));
        break;
      case "logout":
        this.#leave("logged out");
        break;
      case "abort":
        this.#send(encodeCommand(command));
        break;
      default:
        this.#takeStep(command);
    }
  }

  #takeStep(command: PlainCommand<"go" | "step" | "step-inside" | "step-outside">): void {
    const { element } = command;
    if (this.#phase === "stopped") {
      this.#phase = "running";
      this.#send(encodeCommand(command));
    } else if (this.#phase === "running") {
      // That is how xsbug says "break".
      if (element === "step") this.#send(encodeCommand(command));
    } else {
      this.#isReady = true;
      if (element !== "go") this.#takeBreakpoint(true, STOP_AT_START, 0);
    }
  }

  #takeBreakpoint(isSet: boolean, path: string, line: number): void {
    if (path === STOP_AT_START || path === STOP_AT_EXCEPTIONS) {
      this.#changeBreakpoint(isSet, path, 0);
      return;
    }
    const name = this.#options.paths.toName(path);
    if (name !== undefined && line >= 1 && line <= LINE_MAX) this.#changeBreakpoint(isSet, name, line);
  }

  #changeBreakpoint(isSet: boolean, name: string, line: number): void {
    const key = `${name}:${line}`;
    const isKnown = this.#breakpoints.has(key);
    if (isKnown === isSet || (isSet && this.#breakpoints.size >= BREAKPOINTS_MAX)) return;
    const place = { path: name, line };
    if (isSet) this.#breakpoints.set(key, { element: "breakpoint", ...place });
    else this.#breakpoints.delete(key);
    const isStarted = this.#phase === "running" || this.#phase === "stopped";
    if (!isStarted || name === STOP_AT_START) return;
    this.#send(encodeCommand({ element: isSet ? "set-breakpoint" : "clear-breakpoint", ...place }));
  }

  /** One by one: the board has a breakpoint of its own, and "clear-all-breakpoints" would clear that, too. */
  #clearAll(): void {
    for (const { path, line } of [...this.#breakpoints.values()]) {
      if (path !== STOP_AT_START && path !== STOP_AT_EXCEPTIONS) this.#changeBreakpoint(false, path, line);
    }
  }
}
