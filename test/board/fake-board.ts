// SPDX-License-Identifier: Apache-2.0
/** A scripted board at the other end of a link, for tests of the simulator. */
import { Duplex } from "node:stream";
import { FrameType } from "../../devices/io/frames.js";
import { encodeFrame, type Frame, FrameDecoder } from "../../host-sim/board/link.js";

/** Two streams, each giving what is written to the other. */
function streamPair(): [Duplex, Duplex] {
  const make = (other: () => Duplex): Duplex =>
    new Duplex({
      read: () => undefined,
      write: (chunk, _encoding, done) => {
        setImmediate(() => other().push(chunk));
        done();
      },
      final: (done) => {
        setImmediate(() => other().push(null));
        done();
      },
    });
  const near: Duplex = make(() => far);
  const far: Duplex = make(() => near);
  return [near, far];
}

export function u64(value: bigint | number): Uint8Array {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, BigInt(value), true);
  return out;
}

export const NO_DEADLINE = 0xffff_ffff_ffff_ffffn;

/** What the simulator gave an idle board before RUN or STOP. */
export interface Turn {
  readonly timeUs: number;
  readonly events: readonly Frame[];
  readonly isStop: boolean;
}

export class FakeBoard {
  /** The simulator's end. */
  readonly link: Duplex;
  readonly #stream: Duplex;
  readonly #frames: Frame[] = [];
  #wake: () => void = () => undefined;

  constructor() {
    [this.link, this.#stream] = streamPair();
    const decoder = new FrameDecoder();
    this.#stream.on("data", (chunk: Buffer) => {
      this.#frames.push(...decoder.push(chunk));
      this.#wake();
    });
  }

  send(type: number, payload?: Uint8Array): void {
    this.#stream.write(encodeFrame(type, payload));
  }

  sendBytes(...bytes: number[]): void {
    this.#stream.write(Uint8Array.from(bytes));
  }

  async #next(): Promise<Frame> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) return frame;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Becomes idle until `deadline` and returns when the simulator lets the board go on, or stops it. */
  async idle(deadline: bigint | number): Promise<Turn> {
    this.send(FrameType.idle, u64(deadline));
    const time = await this.#next();
    if (time.type !== FrameType.time) throw new Error(`frame ${time.type} before TIME`);
    const timeUs = Number(new DataView(time.payload.buffer, time.payload.byteOffset).getBigUint64(0, true));
    const events: Frame[] = [];
    for (;;) {
      const frame = await this.#next();
      if (frame.type === FrameType.run) return { timeUs, events, isStop: false };
      if (frame.type === FrameType.stop) return { timeUs, events, isStop: true };
      events.push(frame);
    }
  }

  halt(reason: number, text = ""): void {
    this.send(FrameType.halt, Uint8Array.of(reason, ...Buffer.from(text)));
  }

  end(): void {
    this.#stream.end();
  }
}
