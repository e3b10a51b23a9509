// SPDX-License-Identifier: Apache-2.0
/**
 * The simulator's end of a tester's connection (sdk/testing/channel.ts has the tester's), as the network that the tester
 * is plugged into. It is inside this process, so a run of a tester can be repeated.
 */
import type { Datagram } from "../../devices/io/frames.js";
import { Assembler, Fragmenter } from "../../sdk/testing/fragments.js";
import { type Handler, JsonRpc } from "../../sdk/testing/json-rpc.js";
import { CHANNEL_ADDRESS, CHANNEL_PORT } from "../../sdk/testing/places.js";
import { BoardError } from "../board/error.js";
import type { Network, NetworkHandlers } from "../board/network.js";

export class Channel implements Network {
  readonly #fragmenter = new Fragmenter();
  readonly #assembler = new Assembler();
  readonly #rpc = new JsonRpc((text) => this.#transmit(text));
  readonly #open = new Set<number>();
  /** Texts from before the tester opened its socket. */
  #waiting: string[] = [];
  #socket: number | undefined;
  #handlers: NetworkHandlers | undefined;
  #heardMs = 0;

  /** @throws RpcError - as a rejection: what the tester's side threw. Error - the tester has ended. */
  call(method: string, params?: unknown): Promise<unknown> {
    return this.#rpc.call(method, params);
  }

  /** The function that the tester calls by this name. */
  handle(method: string, handler: Handler): void {
    this.#rpc.handle(method, handler);
  }

  /** Ends all calls to the tester with an error, also those to come. */
  end(reason: Error): void {
    this.#rpc.close(reason);
  }

  /** A tester's time moves only while it was asked to do something and waits for no answer itself. */
  get holdsTime(): boolean {
    const { mine, theirs } = this.#rpc.outstanding;
    return mine === 0 || theirs > 0;
  }

  /** Real milliseconds since something was said, either way; 0 while the tester waits for an answer. */
  get quietMs(): number {
    return this.#rpc.outstanding.theirs > 0 ? 0 : performance.now() - this.#heardMs;
  }

  attach(handlers: NetworkHandlers): void {
    this.#handlers = handlers;
  }

  get openCount(): number {
    return this.#open.size;
  }

  open(socket: number, port: number): void {
    this.#open.add(socket);
    if (port !== CHANNEL_PORT) return;
    this.#socket = socket;
    for (const text of this.#waiting.splice(0)) this.#transmit(text);
  }

  /** A datagram to anyone else is lost: nobody else is there. */
  send({ socket, address, data }: Datagram): void {
    if (socket !== this.#socket || address !== CHANNEL_ADDRESS) return;
    this.#heardMs = performance.now();
    try {
      const message = this.#assembler.push(Uint8Array.from(data));
      if (message !== undefined) this.#rpc.receive(new TextDecoder().decode(message));
    } catch (cause) {
      const message = `the tester's messages: ${(cause as Error).message}`;
      this.#handlers?.onError(new BoardError("LINK_FRAME", message, { cause }));
    }
  }

  close(socket: number): void {
    this.#open.delete(socket);
    if (socket === this.#socket) this.#socket = undefined;
  }

  async finish(): Promise<void> {
    this.#open.clear();
    this.#socket = undefined;
  }

  #transmit(text: string): void {
    this.#heardMs = performance.now();
    const socket = this.#socket;
    if (socket === undefined) {
      this.#waiting.push(text);
      return;
    }
    for (const data of this.#fragmenter.cut(new TextEncoder().encode(text))) {
      this.#handlers?.onDatagram({ socket, address: CHANNEL_ADDRESS, port: CHANNEL_PORT, data });
    }
  }
}
