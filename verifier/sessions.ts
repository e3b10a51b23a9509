// SPDX-License-Identifier: Apache-2.0
/**
 * The sessions of a verifier: each has a nonce that is used once, whatever comes of it. New ones are refused where there are
 * too many: one that is open is never thrown out for another, or a flood would take an honest client's nonce away.
 */
import { randomBytes } from "node:crypto";
import type { Clock } from "./clock.js";
import type { Limits } from "./limits.js";
import { Problem } from "./problem.js";
import type { OpenSession, SessionState } from "./state.js";

const ID_BYTES = 16;

/** An open session, and when it ends by a clock that nobody sets. */
interface Entry {
  readonly session: OpenSession;
  readonly deadline: number;
}

export interface NewSession {
  readonly client: string;
  readonly nonceLength: number;
  readonly resultNonce: Uint8Array | undefined;
}

export class Sessions {
  readonly #state: SessionState;
  readonly #limits: Limits;
  readonly #clock: Clock;
  /** By id in base64url; in the order in which they were opened. */
  readonly #open = new Map<string, Entry>();
  readonly #ofClient = new Map<string, number>();

  /** Takes up what was open. A clock that was set back meanwhile prolongs nothing beyond a session's whole life. */
  constructor(state: SessionState, limits: Limits, clock: Clock) {
    this.#state = state;
    this.#limits = limits;
    this.#clock = clock;
    const life = 1000 * limits.sessionSeconds;
    for (const session of state.load()) {
      const left = Math.min(session.expiresAt - clock.now(), life);
      if (left > 0) this.#put(session, clock.monotonic() + left);
      else this.#forget(session);
    }
  }

  get size(): number {
    return this.#open.size;
  }

  static nameOf(id: Uint8Array): string {
    return Buffer.from(id).toString("base64url");
  }

  /** @throws Problem CLIENT_SESSIONS, SESSIONS_FULL, STATE_WRITE */
  async create({ client, nonceLength, resultNonce }: NewSession): Promise<OpenSession> {
    this.#sweep();
    const { sessions, clientSessions, sessionSeconds } = this.#limits;
    const wait = { "retry-after": String(sessionSeconds) };
    if ((this.#ofClient.get(client) ?? 0) >= clientSessions) throw new Problem("CLIENT_SESSIONS", wait);
    if (this.#open.size >= sessions) throw new Problem("SESSIONS_FULL", wait);
    const life = 1000 * sessionSeconds;
    const session: OpenSession = {
      id: randomBytes(ID_BYTES),
      nonce: randomBytes(nonceLength),
      resultNonce,
      client,
      expiresAt: this.#clock.now() + life,
    };
    this.#put(session, this.#clock.monotonic() + life);
    try {
      await this.#state.add(session);
    } catch (cause) {
      this.#drop(session);
      throw new Problem("STATE_WRITE", {}, { cause });
    }
    return session;
  }

  /** @returns undefined - there is none that is open. @throws Problem SESSION_EXPIRED */
  find(name: string): OpenSession | undefined {
    const entry = this.#open.get(name);
    if (entry === undefined) return undefined;
    if (this.#clock.monotonic() < entry.deadline) return entry.session;
    this.#drop(entry.session);
    this.#forget(entry.session);
    throw new Problem("SESSION_EXPIRED");
  }

  /**
   * Uses a session up. Of several callers at the same time one gets it, and not before the disk has lost it: what comes
   * after can be repeated with no other evidence, not even after a crash.
   * @throws Problem SESSION_EXPIRED, STATE_WRITE
   */
  async take(name: string): Promise<OpenSession | undefined> {
    const session = this.find(name);
    if (session === undefined) return undefined;
    this.#drop(session);
    try {
      await this.#state.remove(session.id);
    } catch (cause) {
      throw new Problem("STATE_WRITE", {}, { cause });
    }
    return session;
  }

  #put(session: OpenSession, deadline: number): void {
    this.#open.set(Sessions.nameOf(session.id), { session, deadline });
    this.#ofClient.set(session.client, (this.#ofClient.get(session.client) ?? 0) + 1);
  }

  #drop({ id, client }: OpenSession): void {
    if (!this.#open.delete(Sessions.nameOf(id))) return;
    const left = (this.#ofClient.get(client) ?? 1) - 1;
    if (left > 0) this.#ofClient.set(client, left);
    else this.#ofClient.delete(client);
  }

  /** Nobody waits for it: a session that has expired is refused whether the disk has it or not. */
  #forget({ id }: OpenSession): void {
    this.#state.remove(id).catch(() => undefined);
  }

  /** Those that end first are first, also those that were taken up: a look at them is enough. */
  #sweep(): void {
    const now = this.#clock.monotonic();
    for (const { session, deadline } of this.#open.values()) {
      if (now < deadline) break;
      this.#drop(session);
      this.#forget(session);
    }
  }
}
