// SPDX-License-Identifier: Apache-2.0
/** The network that a board is plugged into: the machine's own UDP, or a peer inside this process (tests). */
import { createSocket, type Socket } from "node:dgram";
import type { Datagram } from "../../devices/io/frames.js";
import { BoardError } from "./error.js";

export interface NetworkHandlers {
  onDatagram(datagram: Datagram): void;
  /** The network cannot do what the app asked for; the run ends. */
  onError(error: BoardError): void;
  /** `holdsTime` may have changed. */
  onChange?(): void;
}

export interface Network {
  attach(handlers: NetworkHandlers): void;
  open(socket: number, port: number): void;
  send(datagram: Datagram): void;
  close(socket: number): void;
  /** Sockets that are open now. */
  readonly openCount: number;
  /** While true a peer is about to answer, and virtual time does not jump: only a datagram wakes the board. */
  readonly holdsTime?: boolean;
  /** Waits until everything sent has left, then closes all. */
  finish(): Promise<void>;
}

/** Where a datagram really goes: for a peer that cannot have the port that the app was built for. */
export type Route = (destination: { address: string; port: number }) => { address: string; port: number };

/**
 * Bridges to node:dgram. A socket that listens on a port is bound to `listenAddress`; one without binds where the system
 * likes. A send that fails is a lost datagram, as on any network.
 */
export class UdpNetwork implements Network {
  readonly #sockets = new Map<number, Socket>();
  /** Settles when a socket is about to be bound: before that, sending would bind it to any port. */
  readonly #ready = new WeakMap<Socket, Promise<void>>();
  readonly #sending = new Set<Promise<void>>();
  readonly #listenAddress: string;
  readonly #route: Route;
  #handlers: NetworkHandlers | undefined;
  /** Settles when all sockets that were closed so far are gone. */
  #closing: Promise<void> = Promise.resolve();

  constructor(listenAddress = "127.0.0.1", route: Route = (destination) => destination) {
    this.#listenAddress = listenAddress;
    this.#route = route;
  }

  attach(handlers: NetworkHandlers): void {
    this.#handlers = handlers;
  }

  get openCount(): number {
    return this.#sockets.size;
  }

  open(id: number, port: number): void {
    this.close(id);
    const socket = createSocket("udp4");
    this.#sockets.set(id, socket);
    this.#listen(socket, id, port);
    // A port that the app has just closed is free once that socket is gone.
    const ready = this.#closing.then(() => {
      if (this.#sockets.get(id) === socket) socket.bind(port === 0 ? {} : { port, address: this.#listenAddress });
    });
    this.#ready.set(socket, ready);
  }

  #listen(socket: Socket, id: number, port: number): void {
    socket.on("message", (message, from) => {
      const datagram = { socket: id, address: from.address, port: from.port, data: message };
      if (this.#sockets.get(id) === socket) this.#handlers?.onDatagram(datagram);
    });
    socket.on("error", (cause) => {
      const message = `UDP port ${port} of the app: ${cause.message}`;
      this.#handlers?.onError(new BoardError("UDP_BIND", message, { cause }));
    });
  }

  send(datagram: Datagram): void {
    const socket = this.#sockets.get(datagram.socket);
    if (socket === undefined) return;
    const { address, port } = this.#route(datagram);
    const sent = (this.#ready.get(socket) ?? Promise.resolve()).then(
      () => new Promise<void>((resolve) => socket.send(datagram.data, port, address, () => resolve())),
    );
    this.#sending.add(sent);
    void sent.then(() => this.#sending.delete(sent));
  }

  /** What was sent before still leaves. */
  close(id: number): void {
    const socket = this.#sockets.get(id);
    if (socket === undefined) return;
    this.#sockets.delete(id);
    const before = Promise.all([this.#closing, ...this.#sending]);
    this.#closing = before.then(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  }

  async finish(): Promise<void> {
    await Promise.all(this.#sending);
    await this.#closing;
    const closed = [...this.#sockets.values()].map(
      (socket) => new Promise<void>((resolve) => socket.close(() => resolve())),
    );
    this.#sockets.clear();
    await Promise.all(closed);
  }
}

/** A network with one peer, a function in this process: it gets each datagram and may answer at once. */
export class PeerNetwork implements Network {
  readonly sent: Datagram[] = [];
  readonly #peer: (datagram: Datagram, answer: (data: Uint8Array) => void) => void;
  readonly #open = new Set<number>();
  #handlers: NetworkHandlers | undefined;

  constructor(peer: (datagram: Datagram, answer: (data: Uint8Array) => void) => void = () => undefined) {
    this.#peer = peer;
  }

  attach(handlers: NetworkHandlers): void {
    this.#handlers = handlers;
  }

  get openCount(): number {
    return this.#open.size;
  }

  open(socket: number): void {
    this.#open.add(socket);
  }

  send(datagram: Datagram): void {
    const copy = { ...datagram, data: Uint8Array.from(datagram.data) };
    this.sent.push(copy);
    this.#peer(copy, (data) => {
      if (this.#open.has(copy.socket)) this.#handlers?.onDatagram({ ...copy, data });
    });
  }

  close(socket: number): void {
    this.#open.delete(socket);
  }

  async finish(): Promise<void> {
    this.#open.clear();
  }
}
