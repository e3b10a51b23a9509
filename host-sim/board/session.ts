// SPDX-License-Identifier: Apache-2.0
/**
 * Drives one run of a board over its link, from power-on to HALT. The board runs until it is idle; the simulator then
 * chooses what time it is, hands over what happened until then, and lets it run on. Nothing else is sent, so a run in
 * virtual time depends on the recording and the network alone. In virtual time it jumps to the next deadline or input;
 * in real time it waits for it. A run is either driven to its end (`run`) or in steps (`advance`). docs/simulator.md.
 */
import type { Duplex } from "node:stream";
import { FrameType } from "../../devices/io/frames.js";
import { Arrivals, encodeTime } from "./arrivals.js";
import { type BoardEvent, decodeEvent, type HaltName } from "./board-event.js";
import { BoardError } from "./error.js";
import type { Hand } from "./hand.js";
import { BoardLink, encodeFrame, type Frame } from "./link.js";
import type { Network } from "./network.js";
import { type IdleBoard, nextInRun, nextInStep, type StepEnd } from "./next-turn.js";
import { Patience } from "./patience.js";
import { type PinEvent, Pins } from "./pins.js";
import type { InputEvent } from "./recording.js";

const DEFAULT_BUSY_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 5_000;
/** Node's longest timer. */
const TIMER_MAX_MS = 0x7fff_ffff;

export interface SessionOptions {
  readonly link: Duplex;
  readonly clock: "virtual" | "real";
  /** Device time of this start; undefined: 0, it is no reset. */
  readonly startUs?: number;
  /** Microseconds since power-on at which the run ends; undefined: when nothing is left to do. */
  readonly untilUs?: number;
  /** In order of time; those at time 0 belong into the power-on block instead. */
  readonly inputs?: readonly InputEvent[];
  readonly network?: Network;
  /** Virtual time: how long in real milliseconds to wait for a datagram before a jump, while a socket is open. */
  readonly replyWaitMs?: number;
  /** Real milliseconds that the board may run without becoming idle. */
  readonly busyLimitMs?: number;
  /** Who may hold the board where it is, for as long as they like: a debugger. */
  readonly debugger?: { readonly holdsBoard: boolean };
  /** Holds buttons down, before a board starts and while it runs. */
  readonly hand?: Hand;
  /** Asks a busy board where its app is: it answers with HALT. */
  readonly askWhere?: () => void;
  /** Device time after which the board's watchdog bites; undefined: it is off. */
  readonly watchdogUs?: () => number | undefined;
  /** Told when the board has been busy for so many real milliseconds. */
  readonly onBusy?: (forMs: number) => void;
  /** Ends the run at the next idle moment. */
  readonly signal?: AbortSignal;
  readonly onPin?: (event: PinEvent) => void;
  /** Told the device's time whenever the board becomes idle, and when it goes on. */
  readonly onTurn?: (timeUs: number, isIdle: boolean) => void;
}

export interface SessionResult {
  readonly reason: HaltName;
  /** Why the simulator ended the run, when it did. */
  readonly stoppedBy: "until" | "idle" | "signal" | undefined;
  readonly text: string;
  readonly timeUs: number;
  /** How often the board became idle. */
  readonly turns: number;
  readonly pins: Pins;
  /** MARK frames: id and ticks. */
  readonly marks: ReadonlyArray<{ readonly id: number; readonly ticks: bigint }>;
}

interface Settle {
  resolve(result: SessionResult): void;
  reject(error: Error): void;
}

interface Step extends StepEnd {
  /** Asked whenever the board is idle: true ends the step. */
  readonly isMet: () => boolean;
  readonly done: () => void;
}

/** One run. Make it with the link of a board that starts, then await `run()`, or call `advance()` again and again. */
export class BoardSession {
  readonly #options: SessionOptions;
  readonly #arrivals: Arrivals;
  readonly #pins = new Pins();
  readonly #marks: Array<{ id: number; ticks: bigint }> = [];
  readonly #startMs = performance.now();
  #link: BoardLink | undefined;
  #nowUs: number;
  #turns = 0;
  #stoppedBy: SessionResult["stoppedBy"];
  readonly #patience: Patience;
  #idle: { deadlineUs: number; timer: NodeJS.Timeout | undefined; hasWaited: boolean } | undefined;
  #isStepped = false;
  #step: Step | undefined;
  readonly #halted: Promise<SessionResult>;
  #settle: Settle = { resolve: () => undefined, reject: () => undefined };

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#nowUs = options.startUs ?? 0;
    this.#arrivals = new Arrivals(options.inputs ?? []);
    this.#patience = new Patience(options);
    this.#halted = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // A board that is lost between two steps is told by the next one.
    this.#halted.catch(() => undefined);
  }

  /** Device time, microseconds since power-on: of the last wake-up or the end of the last step. */
  get nowUs(): number {
    return this.#nowUs;
  }

  get pins(): Pins {
    return this.#pins;
  }

  /**
   * Drives the board to its end, once.
   * @returns when the board sent HALT, whatever its reason.
   * @throws BoardError BOARD_LOST, BOARD_HANG, LINK_FRAME, UDP_BIND.
   */
  async run(): Promise<SessionResult> {
    this.#open();
    try {
      return await this.#halted;
    } finally {
      await this.close();
    }
  }

  /**
   * Virtual time only. Drives the board until `untilUs` (what is due then, or `slackUs` later, included), or until
   * `isMet`, which is asked whenever the board is idle; then the board stays idle until the next step. One step at a
   * time; `close` at the end.
   * @returns undefined, or how the board ended when it did.
   * @throws BoardError - as run().
   */
  async advance(untilUs: number, slackUs = 0, isMet: () => boolean = () => false): Promise<SessionResult | undefined> {
    this.#isStepped = true;
    this.#open();
    const paused = new Promise<undefined>((resolve) => {
      this.#step = { untilUs, slackUs, isMet, done: () => resolve(undefined) };
    });
    this.#wake();
    return await Promise.race([paused, this.#halted]);
  }

  /** Between two steps: an input changes now. */
  drive(kind: InputEvent["kind"], channel: number, value: number): void {
    this.#arrivals.pushInput({ atUs: this.#nowUs, kind, channel, value });
  }

  /** Between two steps: asks the board to stop, and waits for its HALT. */
  async stop(): Promise<SessionResult> {
    this.#stop("signal", this.#nowUs);
    return await this.#halted;
  }

  /** The board has lost its power, wherever it was: that is its end. Whoever calls this ends its process. */
  cutPower(): void {
    this.#stoppedBy = "signal";
    this.#resolve("powerCut", "power cut");
  }

  /** Ends the session, whatever the board does. What the app sent still leaves. */
  async close(): Promise<void> {
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    this.#options.hand?.attach(undefined);
    this.#patience.stop();
    clearTimeout(this.#idle?.timer);
    this.#link?.close();
    await this.#options.network?.finish();
  }

  readonly #onAbort = (): void => this.#wake();

  #open(): void {
    if (this.#link !== undefined) return;
    const { link, network, signal, hand } = this.#options;
    const { reject } = this.#settle;
    network?.attach({
      onDatagram: (datagram) => {
        this.#arrivals.pushDatagram(datagram);
        this.#wake();
      },
      onError: reject,
      onChange: () => this.#wake(),
    });
    this.#link = new BoardLink(link, {
      onFrame: (frame) => this.#receive(frame),
      onClose: (error) => this.#onClose(error),
    });
    signal?.addEventListener("abort", this.#onAbort);
    hand?.attach({
      pressedLevel: (pin) => this.#pins.pressedLevel(pin),
      drive: (pin, level) => {
        this.#arrivals.pushInput({ atUs: this.#nextMoment(), kind: "digital", channel: pin, value: level });
        this.#wake();
      },
    });
    this.#watch();
  }

  /** A program that is no board does not survive the question. */
  #onClose(error: BoardError): void {
    if (this.#patience.isOver) this.#hang();
    else this.#settle.reject(error);
  }

  #watch(): void {
    const { busyLimitMs = DEFAULT_BUSY_LIMIT_MS } = this.#options;
    this.#patience.start(busyLimitMs, () => this.#hang());
  }

  get #busyWords(): string {
    return `the app kept the processor busy for ${(this.#options.busyLimitMs ?? DEFAULT_BUSY_LIMIT_MS) / 1000} s: a loop that does not end?`;
  }

  /** A watchdog does not wait for an answer. */
  #hang(): void {
    if (this.#options.watchdogUs?.() !== undefined) this.#resolve("resetWatchdog", this.#busyWords);
    else this.#settle.reject(new BoardError("BOARD_HANG", this.#busyWords));
  }

  #receive(frame: Frame): void {
    try {
      if (this.#idle !== undefined && frame.type !== FrameType.halt) {
        throw new BoardError("LINK_FRAME", `frame ${frame.type} from a board that is idle`);
      }
      this.#handle(decodeEvent(frame));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#settle.reject(error instanceof BoardError ? error : new BoardError("LINK_FRAME", message));
    }
  }

  #handle(event: BoardEvent): void {
    const { network } = this.#options;
    switch (event.what) {
      case "idle":
        this.#becomeIdle(event.deadlineUs);
        break;
      case "halt":
        this.#resolve(event.reason, this.#patience.isOver ? this.#busyWords + event.text : event.text);
        break;
      case "udpOpen":
        network?.open(event.socket, event.port);
        break;
      case "udpSend":
        network?.send(event.datagram);
        break;
      case "udpClose":
        network?.close(event.socket);
        break;
      case "pin": {
        const change = this.#pins.take(event.frame, this.#nowUs);
        if (change !== undefined) this.#options.onPin?.(change);
        break;
      }
      case "analogOpen":
        break;
      case "mark":
        this.#marks.push({ id: event.id, ticks: event.ticks });
        break;
    }
  }

  #resolve(reason: HaltName, text: string): void {
    const watchdogUs = this.#options.watchdogUs?.() ?? 0;
    if (reason === "resetWatchdog") this.#nowUs = Math.max(this.#nowUs, watchdogUs + 1);
    this.#settle.resolve({
      reason,
      stoppedBy: this.#stoppedBy,
      text,
      timeUs: this.#nowUs,
      turns: this.#turns,
      pins: this.#pins,
      marks: this.#marks,
    });
  }

  #becomeIdle(deadlineUs: number): void {
    this.#patience.stop();
    this.#turns++;
    this.#idle = { deadlineUs, timer: undefined, hasWaited: false };
    this.#options.onTurn?.(this.#nowUs, true);
    this.#wake();
  }

  /** Lets an idle board go on, or stops it, if there is a reason to. Called whenever something may have changed. */
  #wake(): void {
    const idle = this.#idle;
    if (idle === undefined || this.#stoppedBy !== undefined) return;
    clearTimeout(idle.timer);
    const board = {
      nowUs: this.#nextMoment(),
      deadlineUs: idle.deadlineUs,
      nextInputUs: this.#arrivals.nextInputUs,
      hasDatagram: this.#arrivals.hasDatagram,
    };
    if (this.#options.signal?.aborted) this.#stop("signal", board.nowUs);
    else if (this.#isStepped) this.#wakeInStep(board);
    else this.#wakeInRun(board, idle.hasWaited);
  }

  #nextMoment(): number {
    return this.#options.clock === "virtual" ? this.#nowUs + 1 : Math.max(this.#nowUs, this.#realUs());
  }

  #wakeInStep(board: IdleBoard): void {
    const step = this.#step;
    if (step === undefined) return;
    const isMet = step.isMet();
    const nextUs = isMet ? undefined : nextInStep(board, step);
    if (nextUs !== undefined) {
      this.#go(nextUs);
      return;
    }
    if (!isMet) this.#nowUs = Math.max(this.#nowUs, step.untilUs);
    this.#step = undefined;
    step.done();
  }

  #wakeInRun(board: IdleBoard, hasWaited: boolean): void {
    const { clock, untilUs, network, replyWaitMs = 0 } = this.#options;
    const turn = nextInRun(board, {
      clock,
      isListening: (network?.openCount ?? 0) > 0,
      holdsTime: network?.holdsTime ?? false,
      replyWaitMs: hasWaited ? 0 : replyWaitMs,
      ...(untilUs === undefined ? {} : { untilUs }),
    });
    if (turn.next === "go") this.#go(turn.atUs);
    else if (turn.next === "stop") this.#stop(turn.why, turn.atUs);
    else if (turn.next === "wait") this.#wakeIn(turn.ms, turn.isForReply);
  }

  #wakeIn(ms: number, isForReply: boolean): void {
    if (this.#idle === undefined) return;
    this.#idle.timer = setTimeout(() => this.#wake(), Math.min(ms, TIMER_MAX_MS));
    this.#idle.hasWaited ||= isForReply;
  }

  #realUs(): number {
    return (this.#options.startUs ?? 0) + Math.floor((performance.now() - this.#startMs) * 1000);
  }

  #go(nowUs: number): void {
    this.#idle = undefined;
    this.#nowUs = nowUs;
    this.#options.onTurn?.(nowUs, false);
    this.#watch();
    this.#link?.send(...this.#arrivals.take(nowUs), encodeFrame(FrameType.run));
  }

  #stop(why: "until" | "idle" | "signal", atUs: number): void {
    this.#stoppedBy = why;
    this.#nowUs = Math.max(this.#nowUs, atUs);
    this.#patience.start(STOP_LIMIT_MS, () => {
      const words = `the board was asked to stop, and did not within ${STOP_LIMIT_MS / 1000} s`;
      this.#settle.reject(new BoardError("BOARD_HANG", words));
    });
    this.#link?.send(encodeTime(this.#nowUs), encodeFrame(FrameType.stop));
  }
}
