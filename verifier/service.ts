// SPDX-License-Identifier: Apache-2.0
/** The verifier over HTTP: node:http with a bound on everything that a stranger can make long, many or slow. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { VerifierId } from "../sdk/attestation/result.js";
import { type Answer, problemAnswer } from "./answer.js";
import { clientOf } from "./client.js";
import { type Clock, SYSTEM_CLOCK } from "./clock.js";
import { VerifierError } from "./error.js";
import { DEFAULT_LIMITS, type Limits } from "./limits.js";
import { EVIDENCE_TYPES } from "./media-types.js";
import { Problem, type ProblemCode } from "./problem.js";
import { readBody } from "./read-body.js";
import type { ResultKey } from "./result-key.js";
import { type OnRound, Routes } from "./routes.js";
import { Sessions } from "./sessions.js";
import { SessionState } from "./state.js";
import { type Appraise, Rounds } from "./verify-round.js";

export interface ServiceOptions {
  /** Folder of its state; made when it is not there. */
  readonly state: string;
  readonly address: string;
  /** 0: one that is free. */
  readonly port: number;
  readonly appraise: Appraise;
  readonly key: ResultKey;
  readonly verifier: VerifierId;
  readonly limits?: Partial<Limits>;
  readonly clock?: Clock;
  readonly onRound?: OnRound;
  /** A fault of ours or of the disk, which a client was not told of. */
  readonly onFault?: (error: unknown) => void;
}

/** Of the parser, before there is a request. */
const PARSER: Readonly<Record<string, ProblemCode>> = Object.freeze({
  HPE_HEADER_OVERFLOW: "HEAD_TOO_LARGE",
  ERR_HTTP_REQUEST_TIMEOUT: "REQUEST_TIMEOUT",
});
const SECURITY_HEADERS = Object.freeze({
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
});

export class VerifierService {
  readonly #server: Server;
  readonly #state: SessionState;
  readonly #sessions: Sessions;
  readonly #routes: Routes;
  readonly #limits: Limits;
  readonly #rate: RateLimiterMemory;
  readonly #onFault: (error: unknown) => void;
  readonly #connections = new Map<string, number>();
  #isStopping = false;

  private constructor(options: ServiceOptions, state: SessionState) {
    const { appraise, key, verifier, clock = SYSTEM_CLOCK } = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#onFault = options.onFault ?? (() => undefined);
    this.#rate = new RateLimiterMemory({ points: this.#limits.rate, duration: 1 });
    this.#state = state;
    this.#sessions = new Sessions(state, this.#limits, clock);
    const limits = this.#limits;
    this.#routes = new Routes({
      sessions: this.#sessions,
      rounds: new Rounds(this.#sessions, { appraise, key, verifier, clock, limits }),
      limits,
      about: {
        "ear-verification-key": key.jwk,
        "media-types": EVIDENCE_TYPES,
        version: verifier.build,
        "service-state": "READY",
        "api-endpoints": { newChallengeResponseSession: "/challenge-response/v1/newSession" },
      },
      onRound: options.onRound ?? (() => undefined),
    });
    this.#server = createServer(
      {
        maxHeaderSize: limits.headBytes,
        headersTimeout: limits.headMs,
        requestTimeout: limits.requestMs,
        keepAliveTimeout: limits.idleMs,
        connectionsCheckingInterval: Math.max(100, Math.min(1000, limits.headMs / 5)),
        requireHostHeader: true,
        insecureHTTPParser: false,
      },
      (request, response) => void this.#handle(request, response),
    );
    this.#server.maxConnections = limits.connections;
    this.#server.on("connection", (socket) => this.#count(socket));
    this.#server.on("clientError", (error, socket) => this.#refuseUnparsed(error, socket as Socket));
  }

  /** @throws VerifierError VERIFIER_STATE, VERIFIER_BUSY, VERIFIER_ADDRESS */
  static async start(options: ServiceOptions): Promise<VerifierService> {
    const state = new SessionState(options.state);
    const service = new VerifierService(options, state);
    const { address, port } = options;
    try {
      await new Promise<void>((resolve, reject) => {
        service.#server.once("error", reject).listen({ host: address, port }, () => resolve());
      });
    } catch (cause) {
      state.close();
      const advice = "--port 0 takes one that is free; --address names an address of this machine.";
      throw new VerifierError("VERIFIER_ADDRESS", `cannot listen: ${(cause as Error).message}`, advice, { cause });
    }
    service.#server.on("error", service.#onFault);
    return service;
  }

  get address(): AddressInfo {
    return this.#server.address() as AddressInfo;
  }

  get openSessions(): number {
    return this.#sessions.size;
  }

  /** Requests under way are answered, if that does not take long; what is open stays on disk. */
  async stop(): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const impatience = setTimeout(() => this.#server.closeAllConnections(), this.#limits.stopMs);
    await closed;
    clearTimeout(impatience);
    this.#state.close();
  }

  /** Whoever opens many connections shuts out himself, not others. */
  #count(socket: Socket): void {
    const client = clientOf(socket.remoteAddress);
    const count = (this.#connections.get(client) ?? 0) + 1;
    this.#connections.set(client, count);
    socket.once("close", () => {
      const left = (this.#connections.get(client) ?? 1) - 1;
      if (left > 0) this.#connections.set(client, left);
      else this.#connections.delete(client);
    });
    if (count > this.#limits.clientConnections) socket.destroy();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let answer: Answer;
    try {
      answer = await this.#answer(request);
    } catch (error) {
      if (error instanceof Problem && error.cause === undefined) answer = problemAnswer(error);
      else {
        this.#onFault(error);
        answer = problemAnswer(error instanceof Problem ? error : new Problem("INTERNAL"));
      }
    }
    send(request, response, answer, this.#isStopping);
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const client = clientOf(request.socket.remoteAddress);
    if (this.#isStopping) throw new Problem("STOPPING");
    await this.#spend(client);
    const { method = "", url = "", headers } = request;
    return await this.#routes.answer({
      method,
      target: url,
      client,
      accept: headers.accept,
      contentType: headers["content-type"],
      body: (limit) => readBody(request, limit),
    });
  }

  async #spend(client: string): Promise<void> {
    try {
      await this.#rate.consume(client);
    } catch (error) {
      if (error instanceof RateLimiterRes) throw new Problem("RATE_LIMIT", { "retry-after": "1" });
      throw error;
    }
  }

  #refuseUnparsed(error: Error, socket: Socket): void {
    const code = PARSER[(error as NodeJS.ErrnoException).code ?? ""] ?? "REQUEST_INVALID";
    if (!socket.writable || socket.bytesWritten > 0) return void socket.destroy();
    const { status, headers, body } = problemAnswer({ code, headers: {} });
    const all = { ...headers, ...SECURITY_HEADERS, "content-length": String(body.length), connection: "close" };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    // After a time-out node:http looks at the connection no more: whoever does not close it would keep it for ever.
    socket.end(`HTTP/1.1 ${status} Refused\r\n${lines.join("")}\r\n${body}`, () => socket.destroy());
  }
}

/** A body that was not read to its end is not waited for: the connection ends with the answer. */
function send(request: IncomingMessage, response: ServerResponse, answer: Answer, isLast: boolean): void {
  const { status, headers, body } = answer;
  const isCut = !request.complete;
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    ...headers,
    ...(status === 204 ? {} : { "content-length": String(Buffer.byteLength(body)) }),
    ...(isCut || isLast ? { connection: "close" } : {}),
  });
  response.end(request.method === "HEAD" ? undefined : body);
  if (isCut) response.once("finish", () => request.socket.destroySoon());
}
