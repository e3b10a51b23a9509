// SPDX-License-Identifier: Apache-2.0
/** The network of a device on the table: what it sends is handed over, what it gets is somebody's to say. */
import type { Datagram } from "../../devices/io/frames.js";
import type { Network, NetworkHandlers } from "./network.js";

/** Outlives the sessions of its device: each start of it attaches anew. */
export class TableNetwork implements Network {
  readonly #onDatagram: (datagram: Datagram, fromPort: number) => void;
  /** Port by socket: the app's, or one that it was given. */
  readonly #ports = new Map<number, number>();
  #handlers: NetworkHandlers | undefined;

  /** @param onDatagram - told of each datagram that the app sends; its data is a copy. */
  constructor(onDatagram: (datagram: Datagram, fromPort: number) => void) {
    this.#onDatagram = onDatagram;
  }

  attach(handlers: NetworkHandlers): void {
    this.#handlers = handlers;
  }

  get openCount(): number {
    return this.#ports.size;
  }

  open(socket: number, port: number): void {
    this.#ports.set(socket, port === 0 ? FIRST_FREE_PORT + socket : port);
  }

  send(datagram: Datagram): void {
    const copy = { ...datagram, data: Uint8Array.from(datagram.data) };
    this.#onDatagram(copy, this.#ports.get(datagram.socket) ?? 0);
  }

  /** @returns false when no socket has the port. */
  deliver(toPort: number, from: { address: string; port: number }, data: Uint8Array): boolean {
    for (const [socket, port] of this.#ports) {
      if (port !== toPort) continue;
      this.#handlers?.onDatagram({ socket, ...from, data });
      return true;
    }
    return false;
  }

  close(socket: number): void {
    this.#ports.delete(socket);
  }

  async finish(): Promise<void> {
    this.#ports.clear();
    this.#handlers = undefined;
  }
}

/** Sockets without a port of their own get one from here, as a system gives it. */
const FIRST_FREE_PORT = 49_152;
