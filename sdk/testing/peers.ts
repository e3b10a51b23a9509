// SPDX-License-Identifier: Apache-2.0
/** Those whom a spec plays on the device's network. */
import { encodeHex } from "../bytes/hex.js";
import type { LabMethods } from "./lab.js";

/** @param answer - sends to the socket that the datagram came from; at once or later, as often as it likes. */
export type PeerHandler = (data: Uint8Array, answer: (data: Uint8Array) => void) => void;

interface Incoming {
  readonly address: string;
  readonly port: number;
  readonly appPort: number;
  readonly data: Uint8Array;
}

export class Peers {
  readonly #handlers = new Map<string, PeerHandler>();
  readonly #answers: Array<LabMethods["device.deliver"]> = [];

  get count(): number {
    return this.#handlers.size;
  }

  set(address: string, port: number, handler: PeerHandler): void {
    this.#handlers.set(`${address} ${port}`, handler);
  }

  take({ address, port, appPort, data }: Incoming): void {
    const handler = this.#handlers.get(`${address} ${port}`);
    handler?.(data, (answer) => {
      this.#answers.push({ address, port, appPort, data: encodeHex(answer) });
    });
  }

  /** The next answer that is on its way to the device. */
  next(): LabMethods["device.deliver"] | undefined {
    return this.#answers.shift();
  }

  clear(): void {
    this.#handlers.clear();
    this.#answers.length = 0;
  }
}
