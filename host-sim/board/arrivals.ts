// SPDX-License-Identifier: Apache-2.0
/** What is on its way to a board: inputs, each at its time, and datagrams that have come. */
import * as frames from "../../devices/io/frames.js";
import { encodeFrame } from "./link.js";
import type { InputEvent } from "./recording.js";

const { FrameType } = frames;

/** TIME: microseconds since power-on. */
export function encodeTime(us: number): Uint8Array {
  const payload = new Uint8Array(8);
  new DataView(payload.buffer).setBigUint64(0, BigInt(us), true);
  return encodeFrame(FrameType.time, payload);
}

function encodeInput(event: InputEvent): Uint8Array {
  return event.kind === "analog"
    ? encodeFrame(FrameType.analogValue, frames.encodeAnalogValue(event.channel, event.value))
    : encodeFrame(FrameType.digitalValue, frames.encodePin(event.channel, event.value));
}

export class Arrivals {
  readonly #inputs: InputEvent[];
  #nextInput = 0;
  readonly #datagrams: frames.Datagram[] = [];

  /** @param inputs - in order of time; copied. */
  constructor(inputs: readonly InputEvent[]) {
    this.#inputs = [...inputs];
  }

  /** Microseconds since power-on; infinite: no input changes any more. */
  get nextInputUs(): number {
    return this.#inputs[this.#nextInput]?.atUs ?? Number.POSITIVE_INFINITY;
  }

  get hasDatagram(): boolean {
    return this.#datagrams.length > 0;
  }

  /** An input beside those that are known: it comes after those of its time. */
  pushInput(event: InputEvent): void {
    let at = this.#nextInput;
    for (let next = this.#inputs[at]; next !== undefined && next.atUs <= event.atUs; next = this.#inputs[at]) at++;
    this.#inputs.splice(at, 0, event);
  }

  pushDatagram(datagram: frames.Datagram): void {
    this.#datagrams.push(datagram);
  }

  /** Takes what has arrived by now. @returns frames: TIME, inputs, datagrams; a datagram that is too long is lost. */
  take(nowUs: number): Uint8Array[] {
    const out = [encodeTime(nowUs)];
    for (let next = this.#inputs[this.#nextInput]; next !== undefined && next.atUs <= nowUs; ) {
      out.push(encodeInput(next));
      next = this.#inputs[++this.#nextInput];
    }
    for (const datagram of this.#datagrams.splice(0)) {
      if (datagram.data.length > frames.UDP_DATA_MAX) continue;
      out.push(encodeFrame(FrameType.udpReceived, frames.encodeDatagram(datagram)));
    }
    return out;
  }
}
