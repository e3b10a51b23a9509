// SPDX-License-Identifier: Apache-2.0
/** One side of a JSON-RPC 2.0 connection on which both sides call. Whoever makes it carries the texts. */

export type Handler = (params: unknown) => unknown;

/** Codes of JSON-RPC 2.0 §5.1. */
const RpcCode = Object.freeze({ methodNotFound: -32601, serverError: -32000 } as const);

/** What the other side answered instead of a result. `data` is what its error had beside the message. */
export class RpcError extends Error {
  readonly code: number;
  readonly data: unknown;

  /** @param stack - of the call: the answer comes from nowhere. */
  constructor(code: number, message: string, data: unknown, stack: string) {
    super(message);
    this.code = code;
    this.data = data;
    Object.defineProperty(this, "stack", { value: stack, configurable: true, writable: true });
  }
}

interface ErrorObject {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

interface Message {
  readonly jsonrpc: "2.0";
  readonly id: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: ErrorObject;
}

interface Call {
  readonly origin: Error;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** Calls that were begun and not ended: `mine` wait for the other side's answer, `theirs` for ours. */
interface Outstanding {
  readonly mine: number;
  readonly theirs: number;
}

/** An error of a handler, for the other side: its own enumerable properties go along as `data`. */
function toErrorObject(thrown: unknown): ErrorObject {
  if (!(thrown instanceof Error)) return { code: RpcCode.serverError, message: String(thrown), data: {} };
  const { name, message } = thrown;
  return { code: RpcCode.serverError, message, data: { ...thrown, name } };
}

export class JsonRpc {
  readonly #send: (text: string) => void;
  readonly #handlers = new Map<string, Handler>();
  readonly #calls = new Map<number, Call>();
  #theirs = 0;
  #nextId = 1;
  #closed: Error | undefined;

  constructor(send: (text: string) => void) {
    this.#send = send;
  }

  get outstanding(): Outstanding {
    return { mine: this.#calls.size, theirs: this.#theirs };
  }

  /** The function for a method; its result, awaited, is the answer. One for each method. */
  handle(method: string, handler: Handler): void {
    if (this.#handlers.has(method)) throw new RangeError(`${method} is handled already`);
    this.#handlers.set(method, handler);
  }

  /**
   * @param params - anything that JSON can say.
   * @throws RpcError - the handler threw; `message` is its error's, with the caller's stack.
   * @throws Error - the connection was closed.
   */
  call(method: string, params?: unknown): Promise<unknown> {
    const origin = new Error(method);
    return new Promise((resolve, reject) => {
      if (this.#closed !== undefined) throw this.#closed;
      const id = this.#nextId++;
      this.#calls.set(id, { origin, resolve, reject });
      this.#transmit({ jsonrpc: "2.0", id, method, params });
    });
  }

  /** Ends all calls of this side with an error, also those to come. */
  close(reason: Error): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    this.#theirs = 0;
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of calls) call.reject(reason);
  }

  /** @throws SyntaxError - the text is no JSON: the connection is beyond repair. */
  receive(text: string): void {
    const message = JSON.parse(text) as Message;
    if (message.method !== undefined) this.#serve(message, message.method);
    else this.#settle(message);
  }

  #transmit(message: Message): void {
    this.#send(JSON.stringify(message));
  }

  #settle({ id, result, error }: Message): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#calls.delete(id);
    if (error === undefined) call.resolve(result);
    else call.reject(new RpcError(error.code, error.message, error.data, stackOf(call.origin, error.message)));
  }

  #serve({ id, params }: Message, method: string): void {
    const handler = this.#handlers.get(method);
    this.#theirs++;
    if (handler === undefined) {
      this.#answer(id, { error: { code: RpcCode.methodNotFound, message: `there is no method ${method}` } });
      return;
    }
    const run = async (): Promise<unknown> => await handler(params);
    run().then(
      (result = null) => this.#answer(id, { result }),
      (thrown: unknown) => this.#answer(id, { error: toErrorObject(thrown) }),
    );
  }

  #answer(id: number, answer: Pick<Message, "result" | "error">): void {
    if (this.#closed !== undefined) return;
    this.#theirs--;
    try {
      this.#transmit({ jsonrpc: "2.0", id, ...answer });
    } catch (thrown) {
      // A result that JSON cannot say, or that is too long.
      this.#transmit({ jsonrpc: "2.0", id, error: toErrorObject(thrown) });
    }
  }
}

/** The stack of a call, begun with the answer's words. */
function stackOf(origin: Error, message: string): string {
  const frames = (origin.stack ?? "").split("\n").filter((line) => /^\s*at /.test(line));
  return [`Error: ${message}`, ...frames].join("\n");
}
