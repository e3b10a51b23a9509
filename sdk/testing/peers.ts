// SPDX-License-Identifier: Apache-2.0
/** Those whom a spec plays on the device's network. */
import { encodeHex } from "../bytes/hex.js";
import { requireDatagram } from "./arguments.js";
import type { LabMethods } from "./lab.js";

/**
 * @param answer - sends to the socket that the datagram came from; at once or later, as often as it likes.
 * @returns a promise, perhaps: the step that brought the datagram waits for it.
 */
export type PeerHandler = (data: Uint8Array, answer: (data: Uint8Array) => void) => unknown;

interface Incoming {
  readonly address: string;
  readonly port: number;
  readonly appPort: number;
  readonly data: Uint8Array;
}

export class Peers {
  readonly #handlers = new Map<string, PeerHandler>();
  readonly #answers: Array<LabMethods["device.deliver"]> = [];
  #handling: Promise<{ thrown: unknown } | undefined>[] = [];

  get count(): number {
    return this.#handlers.size;
  }

  set(address: string, port: number, handler: PeerHandler): void {
    this.#handlers.set(`${address} ${port}`, handler);
  }

  take({ address, port, appPort, data }: Incoming): void {
    const handler = this.#handlers.get(`${address} ${port}`);
    const send = (answer: Uint8Array): void => {
      requireDatagram("a peer's answer", answer);
      this.#answers.push({ address, port, appPort, data: encodeHex(answer) });
    };
    // What it throws at once waits, too: the rest of what the device did is to be taken first.
    const handling = new Promise((resolve) => resolve(handler?.(data, send))).then(
      () => undefined,
      (thrown: unknown) => ({ thrown }),
    );
    this.#handling.push(handling);
  }

  /** Waits for handlers that return promises, and throws what one of them threw. */
  async settle(): Promise<void> {
    const handling = this.#handling;
    this.#handling = [];
    for (const failed of await Promise.all(handling)) if (failed !== undefined) throw failed.thrown;
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
