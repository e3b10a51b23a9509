// SPDX-License-Identifier: Apache-2.0
/**
 * The tester's end of its connection with the simulator: JSON-RPC 2.0 over one UDP socket. What is called there is
 * outside the tester's time: its clock stands still until the answer has come.
 */
import UDP from "embedded:io/socket/udp";
import { Assembler, Fragmenter } from "./fragments.js";
import { type Handler, JsonRpc } from "./json-rpc.js";
import { CHANNEL_ADDRESS, CHANNEL_PORT } from "./places.js";

/** XS's own conversions: Moddable has them too. */
const toText = (String as unknown as { fromArrayBuffer(buffer: ArrayBufferLike): string }).fromArrayBuffer;
const toBuffer = (ArrayBuffer as unknown as { fromString(text: string): ArrayBuffer }).fromString;

class Channel {
  readonly #fragmenter = new Fragmenter();
  readonly #assembler = new Assembler();
  readonly #rpc = new JsonRpc((text) => this.#send(text));
  readonly #socket = new UDP({ port: CHANNEL_PORT, onReadable: () => this.#receive() });

  /** @throws RpcError - as a rejection: what the simulator's side threw. */
  call(method: string, params?: unknown): Promise<unknown> {
    return this.#rpc.call(method, params);
  }

  /** The function that the simulator's side calls by this name. */
  handle(method: string, handler: Handler): void {
    this.#rpc.handle(method, handler);
  }

  #send(text: string): void {
    for (const datagram of this.#fragmenter.cut(new Uint8Array(toBuffer(text)))) {
      this.#socket.write(datagram, CHANNEL_ADDRESS, CHANNEL_PORT);
    }
  }

  #receive(): void {
    for (let packet = this.#socket.read(); packet !== undefined; packet = this.#socket.read()) {
      const message = this.#assembler.push(new Uint8Array(packet));
      if (message !== undefined) this.#rpc.receive(toText(message.buffer));
    }
  }
}

/** A tester has one. */
export const channel = new Channel();
