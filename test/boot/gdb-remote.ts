// SPDX-License-Identifier: Apache-2.0
/** What a debugger asks of QEMU, in GDB's remote serial protocol: memory, breakpoints, steps. Addresses are of the emulated core. */
import { connect, type Socket } from "node:net";

function checksum(text: string): string {
  let sum = 0;
  for (const byte of Buffer.from(text, "latin1")) sum = (sum + byte) % 256;
  return sum.toString(16).padStart(2, "0");
}

const PACKET = /\$([^#]*)#[0-9a-f]{2}/;

export class GdbRemote {
  readonly #socket: Socket;
  #received = "";
  #answer: { resolve(text: string): void; reject(error: Error): void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => this.#take(text));
    const end = (): void => this.#answer?.reject(new Error("the emulator has ended"));
    socket.on("close", end);
    socket.on("error", end);
  }

  /** @param path - a Unix socket of QEMU's option -gdb. */
  static async connect(path: string): Promise<GdbRemote> {
    const socket = connect(path);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    return new GdbRemote(socket);
  }

  #take(text: string): void {
    this.#received += text;
    const packet = PACKET.exec(this.#received);
    if (packet === null) return;
    this.#received = this.#received.slice(packet.index + packet[0].length);
    this.#socket.write("+");
    const answer = this.#answer;
    this.#answer = undefined;
    answer?.resolve(packet[1] as string);
  }

  #ask(text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#answer = { resolve, reject };
      this.#socket.write(`$${text}#${checksum(text)}`, "latin1");
    });
  }

  async #expect(text: string): Promise<void> {
    const answer = await this.#ask(text);
    if (answer !== "OK") throw new Error(`the emulator answers ${text} with "${answer}"`);
  }

  setBreakpoint(address: number): Promise<void> {
    return this.#expect(`Z0,${address.toString(16)},2`);
  }

  removeBreakpoint(address: number): Promise<void> {
    return this.#expect(`z0,${address.toString(16)},2`);
  }

  /** Runs until a breakpoint. @throws Error when it ends otherwise. */
  async continue(): Promise<void> {
    const answer = await this.#ask("c");
    if (!answer.startsWith("T05") && !answer.startsWith("S05"))
      throw new Error(`the emulator stopped with "${answer}"`);
  }

  /** Executes one instruction; breakpoints at it do not matter. */
  async step(): Promise<void> {
    await this.#ask("s");
  }

  async write(address: number, bytes: Uint8Array): Promise<void> {
    await this.#expect(`M${address.toString(16)},${bytes.length.toString(16)}:${Buffer.from(bytes).toString("hex")}`);
  }

  async read(address: number, length: number): Promise<Uint8Array> {
    return Buffer.from(await this.#ask(`m${address.toString(16)},${length.toString(16)}`), "hex");
  }

  async programCounter(): Promise<number> {
    return Buffer.from(await this.#ask("g"), "hex").readUInt32LE(15 * 4);
  }

  close(): void {
    this.#socket.destroy();
  }
}
