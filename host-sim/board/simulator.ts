// SPDX-License-Identifier: Apache-2.0
/**
 * Drives one run of a board over its link, from power-on to HALT. The board runs until it is idle; the simulator then
 * chooses what time it is, hands over what happened until then, and lets it run on. Nothing else is sent, so a run in
 * virtual time depends on the recording and the network alone. In virtual time it jumps to the next deadline or input;
 * in real time it waits for it. docs/simulator.md.
 */
import type { Duplex } from "node:stream";
import * as frames from "../../devices/io/frames.js";
import { BoardError } from "./error.js";
import { BoardLink, encodeFrame, type Frame } from "./link.js";
import type { Network } from "./network.js";
import { type PinEvent, Pins } from "./pins.js";
import type { InputEvent } from "./recording.js";

const { FrameType, HaltReason } = frames;
const NO_DEADLINE = 0xffff_ffff_ffff_ffffn;
const DEFAULT_BUSY_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 5_000;

type HaltName = keyof typeof HaltReason;

export interface SessionOptions {
  readonly link: Duplex;
  readonly clock: "virtual" | "real";
  /** Microseconds since power-on at which the run ends; undefined: when nothing is left to do. */
  readonly untilUs?: number;
  /** In order of time; those at time 0 belong into the power-on block instead. */
  readonly inputs?: readonly InputEvent[];
  readonly network?: Network;
  /** Virtual time: how long in real milliseconds to wait for a datagram before a jump, while a socket is open. */
  readonly replyWaitMs?: number;
  /** Real milliseconds that the board may run without becoming idle. */
  readonly busyLimitMs?: number;
  /** Ends the run at the next idle moment. */
  readonly signal?: AbortSignal;
  readonly onPin?: (event: PinEvent) => void;
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

function encodeTime(us: number): Uint8Array {
  const payload = new Uint8Array(8);
  new DataView(payload.buffer).setBigUint64(0, BigInt(us), true);
  return encodeFrame(FrameType.time, payload);
}

function encodeInput(event: InputEvent): Uint8Array {
  return event.kind === "analog"
    ? encodeFrame(FrameType.analogValue, frames.encodeAnalogValue(event.channel, event.value))
    : encodeFrame(FrameType.digitalValue, frames.encodePin(event.channel, event.value));
}

function haltName(reason: number): HaltName {
  for (const [name, value] of Object.entries(HaltReason)) if (value === reason) return name as HaltName;
  throw new BoardError("LINK_FRAME", `HALT with unknown reason ${reason}`);
}

/** One run. Make it with the link of a board that starts, then await `run()`. */
export class BoardSession {
  readonly #options: SessionOptions;
  readonly #inputs: readonly InputEvent[];
  #nextInput = 0;
  readonly #datagrams: frames.Datagram[] = [];
  readonly #pins = new Pins();
  readonly #marks: Array<{ id: number; ticks: bigint }> = [];
  readonly #startMs = performance.now();
  #link: BoardLink | undefined;
  #nowUs = 0;
  #turns = 0;
  #stoppedBy: SessionResult["stoppedBy"];
  #busy: NodeJS.Timeout | undefined;
  #idle: { deadlineUs: number; timer: NodeJS.Timeout | undefined; hasWaited: boolean } | undefined;
  #settle: { resolve(result: SessionResult): void; reject(error: Error): void } | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#inputs = options.inputs ?? [];
  }

  /**
   * @returns when the board sent HALT, whatever its reason.
   * @throws BoardError BOARD_LOST, BOARD_HANG, LINK_FRAME, UDP_BIND.
   */
  async run(): Promise<SessionResult> {
    const { link, network, signal } = this.#options;
    const onAbort = () => this.#wake();
    try {
      return await new Promise<SessionResult>((resolve, reject) => {
        this.#settle = { resolve, reject };
        network?.attach({
          onDatagram: (datagram) => {
            this.#datagrams.push(datagram);
            this.#wake();
          },
          onError: reject,
        });
        this.#link = new BoardLink(link, { onFrame: (frame) => this.#receive(frame), onClose: reject });
        signal?.addEventListener("abort", onAbort);
        this.#watch(this.#options.busyLimitMs ?? DEFAULT_BUSY_LIMIT_MS);
      });
    } finally {
      signal?.removeEventListener("abort", onAbort);
      clearTimeout(this.#busy);
      clearTimeout(this.#idle?.timer);
      this.#link?.close();
      await network?.finish();
    }
  }

  #watch(limitMs: number): void {
    clearTimeout(this.#busy);
    this.#busy = setTimeout(() => {
      this.#settle?.reject(new BoardError("BOARD_HANG", `the board did not become idle within ${limitMs} ms`));
    }, limitMs);
  }

  #receive(frame: Frame): void {
    try {
      if (this.#idle !== undefined && frame.type !== FrameType.halt) {
        throw new BoardError("LINK_FRAME", `frame ${frame.type} from a board that is idle`);
      }
      this.#handle(frame);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#settle?.reject(error instanceof BoardError ? error : new BoardError("LINK_FRAME", message));
    }
  }

  #handle({ type, payload }: Frame): void {
    const { network, onPin } = this.#options;
    switch (type) {
      case FrameType.idle:
        this.#becomeIdle(payload);
        break;
      case FrameType.halt:
        this.#halt(payload);
        break;
      case FrameType.udpOpen: {
        const { socket, port } = frames.decodeUdpOpen(payload);
        network?.open(socket, port);
        break;
      }
      case FrameType.udpSend:
        network?.send(frames.decodeDatagram(payload));
        break;
      case FrameType.udpClose:
        network?.close(frames.decodeUdpClose(payload));
        break;
      case FrameType.digitalWrite:
      case FrameType.digitalMode: {
        const event = this.#pins.take({ type, payload }, this.#nowUs);
        if (event !== undefined) onPin?.(event);
        break;
      }
      case FrameType.analogOpen:
        frames.decodePin(payload);
        break;
      case FrameType.mark: {
        if (payload.length !== 9) throw new BoardError("LINK_FRAME", "MARK length");
        const view = new DataView(payload.buffer, payload.byteOffset);
        this.#marks.push({ id: view.getUint8(0), ticks: view.getBigUint64(1, true) });
        break;
      }
      default:
        throw new BoardError("LINK_FRAME", `unknown frame type ${type}`);
    }
  }

  #halt(payload: Uint8Array): void {
    const reason = haltName(payload[0] ?? 255);
    this.#settle?.resolve({
      reason,
      stoppedBy: this.#stoppedBy,
      text: new TextDecoder().decode(payload.subarray(1)),
      timeUs: this.#nowUs,
      turns: this.#turns,
      pins: this.#pins,
      marks: this.#marks,
    });
  }

  #becomeIdle(payload: Uint8Array): void {
    if (payload.length !== 8) throw new BoardError("LINK_FRAME", "IDLE length");
    const deadline = new DataView(payload.buffer, payload.byteOffset).getBigUint64(0, true);
    const isNone = deadline === NO_DEADLINE;
    if (!isNone && deadline > BigInt(Number.MAX_SAFE_INTEGER)) throw new BoardError("LINK_FRAME", "IDLE deadline");
    clearTimeout(this.#busy);
    this.#turns++;
    this.#idle = {
      deadlineUs: isNone ? Number.POSITIVE_INFINITY : Number(deadline),
      timer: undefined,
      hasWaited: false,
    };
    this.#wake();
  }

  /** Decides what an idle board does next: nothing yet, go on, or stop. Called whenever something may have changed. */
  #wake(): void {
    const idle = this.#idle;
    if (idle === undefined || this.#stoppedBy !== undefined) return;
    clearTimeout(idle.timer);
    const { clock, signal, untilUs = Number.POSITIVE_INFINITY, network, replyWaitMs = 0 } = this.#options;
    const isVirtual = clock === "virtual";
    const nowUs = isVirtual ? this.#nowUs + 1 : Math.max(this.#nowUs, this.#realUs());
    const nextUs = Math.min(idle.deadlineUs, this.#inputs[this.#nextInput]?.atUs ?? Number.POSITIVE_INFINITY, untilUs);
    const isListening = (network?.openCount ?? 0) > 0;
    if (signal?.aborted) this.#stop("signal", nowUs);
    else if (nowUs >= untilUs) this.#stop("until", untilUs);
    else if (this.#datagrams.length > 0) this.#go(nowUs);
    else if (nextUs === Number.POSITIVE_INFINITY) {
      // Only a datagram can wake this board: wait for one, however long, if it could come.
      if (!isListening) this.#stop("idle", nowUs);
    } else if (!isVirtual) {
      if (nextUs <= nowUs) this.#go(nowUs);
      else this.#wakeIn(Math.ceil((nextUs - nowUs) / 1000));
    } else if (isListening && replyWaitMs > 0 && nextUs > nowUs && !idle.hasWaited) {
      idle.hasWaited = true;
      this.#wakeIn(replyWaitMs);
    } else if (nextUs >= untilUs) this.#stop("until", untilUs);
    else this.#go(Math.max(nowUs, nextUs));
  }

  #wakeIn(ms: number): void {
    if (this.#idle !== undefined) this.#idle.timer = setTimeout(() => this.#wake(), Math.min(ms, 0x7fff_ffff));
  }

  #realUs(): number {
    return Math.floor((performance.now() - this.#startMs) * 1000);
  }

  #go(nowUs: number): void {
    this.#idle = undefined;
    this.#nowUs = nowUs;
    const out = [encodeTime(nowUs)];
    for (let next = this.#inputs[this.#nextInput]; next !== undefined && next.atUs <= nowUs; ) {
      out.push(encodeInput(next));
      next = this.#inputs[++this.#nextInput];
    }
    for (const datagram of this.#datagrams.splice(0)) {
      if (datagram.data.length > frames.UDP_DATA_MAX) continue; // lost: larger than the modelled network carries
      out.push(encodeFrame(FrameType.udpReceived, frames.encodeDatagram(datagram)));
    }
    out.push(encodeFrame(FrameType.run));
    this.#watch(this.#options.busyLimitMs ?? DEFAULT_BUSY_LIMIT_MS);
    this.#link?.send(...out);
  }

  #stop(why: "until" | "idle" | "signal", atUs: number): void {
    this.#stoppedBy = why;
    this.#nowUs = Math.max(this.#nowUs, atUs);
    this.#watch(STOP_LIMIT_MS);
    this.#link?.send(encodeTime(this.#nowUs), encodeFrame(FrameType.stop));
  }
}
