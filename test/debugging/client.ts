// SPDX-License-Identifier: Apache-2.0
/** A small debugger, as xsbug is one: it reads what a machine says and says what it is told to. */
import { connect, createServer, type Server, type Socket } from "node:net";

const MESSAGE_MAX = 4 * 1024 * 1024;
const ANSWER_LIMIT_MS = 30_000;

interface Frame {
  readonly name: string;
  readonly id: string;
  readonly path: string | undefined;
  readonly line: number | undefined;
}

/** Where a machine has stopped, and what it shows of itself. */
export interface Stop {
  readonly message: string;
  readonly path: string | undefined;
  readonly line: number | undefined;
  readonly frames: readonly Frame[];
  /** By name: a value, or `@` and the address of an object. */
  readonly locals: ReadonlyMap<string, string>;
  readonly text: string;
}

function decode(text: string): string {
  const latin1 = text.replace(/&#(\d+);/g, (_, number: string) => String.fromCharCode(Number(number)));
  return Buffer.from(latin1, "latin1").toString("utf8");
}

function attributesOf(tag: string): Map<string, string> {
  return new Map([...tag.matchAll(/ ([\w-]+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, decode(value)]));
}

function lineOf(attributes: ReadonlyMap<string, string>): number | undefined {
  const line = attributes.get("line");
  return line === undefined ? undefined : Number(line);
}

function propertiesIn(text: string): Map<string, string> {
  const properties = new Map<string, string>();
  for (const [tag] of text.matchAll(/<property [^>]*>/g)) {
    const attributes = attributesOf(tag);
    properties.set(attributes.get("name") ?? "", attributes.get("value") ?? "");
  }
  return properties;
}

function toStop(text: string): Stop {
  const at = attributesOf(/<break[^>]*>/.exec(text)?.[0] ?? "");
  const [, message = ""] = /<break[^>]*># Break: ([\s\S]*?)!\n<\/break>/.exec(text) ?? [];
  const [local = ""] = /<local [\s\S]*<\/local>/.exec(text) ?? [];
  const frames = [...text.matchAll(/<frame [^>]*>/g)].map(([tag]) => {
    const attributes = attributesOf(tag);
    const [name = "", id = ""] = [attributes.get("name"), attributes.get("value")];
    return { name, id, path: attributes.get("path"), line: lineOf(attributes) };
  });
  return {
    message: decode(message),
    path: at.get("path"),
    line: lineOf(at),
    frames,
    locals: propertiesIn(local),
    text,
  };
}

export class DebugClient {
  readonly socket: Socket;
  /** What the machine logged, in one. */
  log = "";
  /** As it came. */
  received = "";
  readonly closed: Promise<void>;
  readonly #messages: string[] = [];
  #pending = "";
  #isClosed = false;
  #wake: () => void = () => undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => this.#read(text));
    socket.on("error", () => undefined);
    this.closed = new Promise((resolve) => {
      socket.on("close", () => {
        this.#isClosed = true;
        this.#wake();
        resolve();
      });
    });
  }

  static connect(port: number): Promise<DebugClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("error", reject);
      socket.once("connect", () => resolve(new DebugClient(socket)));
    });
  }

  #read(text: string): void {
    this.received += text;
    this.#pending += text;
    if (this.#pending.length > MESSAGE_MAX) throw new Error("a message without an end");
    for (;;) {
      const end = this.#pending.indexOf("</xsbug>\r\n");
      if (end < 0) break;
      const message = this.#pending.slice(0, end);
      this.#pending = this.#pending.slice(end + 10);
      for (const [, log = ""] of message.matchAll(/<log[^>]*>([\s\S]*?)<\/log>/g)) this.log += decode(log);
      this.#messages.push(message);
    }
    this.#wake();
  }

  /** Sends commands, each on a line of its own. */
  say(...commands: readonly string[]): void {
    this.socket.write(commands.map((command) => `\r\n${command}\r\n`).join(""));
  }

  /** The next message that fits, those before it are gone; rejects when the machine hangs up instead. */
  async #next(pattern: RegExp): Promise<string> {
    for (;;) {
      for (let message = this.#messages.shift(); message !== undefined; message = this.#messages.shift()) {
        if (pattern.test(message)) return message;
      }
      if (this.#isClosed) throw new Error(`the machine hung up instead of ${pattern}`);
      await new Promise<void>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`nothing like ${pattern}`)), ANSWER_LIMIT_MS);
        this.#wake = () => {
          clearTimeout(late);
          resolve();
        };
      });
    }
  }

  /** The name of the machine that logs in. */
  async login(): Promise<string> {
    return attributesOf(/<login [^>]*>/.exec(await this.#next(/<login /))?.[0] ?? "").get("name") ?? "";
  }

  async stop(): Promise<Stop> {
    return toStop(await this.#next(/<break[ >]/));
  }

  /** What follows a `select` or a `toggle`: the locals anew. */
  async view(): Promise<ReadonlyMap<string, string>> {
    return propertiesIn(/<local [\s\S]*<\/local>/.exec(await this.#next(/<xsbug><local /))?.[0] ?? "");
  }

  /** Says one command and waits for the stop that it leads to. */
  async stopAfter(...commands: readonly string[]): Promise<Stop> {
    this.say(...commands);
    return await this.stop();
  }

  /** As xsbug at login. */
  setAll(...breakpoints: readonly (readonly [path: string, line: number])[]): void {
    const list = breakpoints.map(([path, line]) => `<breakpoint path="${path}" line="${line}" id="@0"/>`);
    this.say(`<set-all-breakpoints>${list.join("")}</set-all-breakpoints>`);
  }

  hangUp(): void {
    this.socket.destroy();
  }
}

/** xsbug: listens, and machines connect. */
export class FakeXsbug {
  readonly port: number;
  readonly #server: Server;
  readonly #clients: DebugClient[] = [];
  #wake: () => void = () => undefined;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as { port: number }).port;
    server.on("connection", (socket) => {
      this.#clients.push(new DebugClient(socket));
      this.#wake();
    });
  }

  static async listen(): Promise<FakeXsbug> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new FakeXsbug(server);
  }

  async machine(): Promise<DebugClient> {
    for (;;) {
      const client = this.#clients.shift();
      if (client !== undefined) return client;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.#server.close();
  }
}
