// SPDX-License-Identifier: Apache-2.0
/** One round: evidence for a session is appraised, and the result is signed (RFC 9334 §7). */
import type { Appraisal } from "../sdk/attestation/appraisal.js";
import { createResult, type VerifierId } from "../sdk/attestation/result.js";
import type { Clock } from "./clock.js";
import type { Limits } from "./limits.js";
import { Problem } from "./problem.js";
import type { ResultKey } from "./result-key.js";
import type { Sessions } from "./sessions.js";
import type { OpenSession } from "./state.js";

/** Looks at evidence: reference values, known devices and policy are in it. It refuses; it does not throw for what a stranger sent. */
export type Appraise = (evidence: Uint8Array, nonce: Uint8Array) => Appraisal;

/** What came of a session. */
export interface Outcome {
  readonly appraisal: Appraisal;
  /** The signed result. */
  readonly result: Uint8Array;
  readonly issuedAt: number;
  readonly expires: number;
}

export type SessionRecord =
  | { readonly state: "waiting" | "processing" | "failed"; readonly session: OpenSession }
  | { readonly state: "complete"; readonly session: OpenSession; readonly outcome: Outcome };

export interface RoundParts {
  readonly appraise: Appraise;
  readonly key: ResultKey;
  readonly verifier: VerifierId;
  readonly clock: Clock;
  readonly limits: Limits;
}

/** Sessions that were used, as long as there is room: what came of them can be asked for again. They are not on disk. */
export class Rounds {
  readonly #sessions: Sessions;
  readonly #parts: RoundParts;
  readonly #used = new Map<string, SessionRecord>();

  constructor(sessions: Sessions, parts: RoundParts) {
    this.#sessions = sessions;
    this.#parts = parts;
  }

  /** @throws Problem SESSION_UNKNOWN, SESSION_EXPIRED */
  find(name: string): SessionRecord {
    const used = this.#used.get(name);
    if (used !== undefined) return used;
    const session = this.#sessions.find(name);
    if (session === undefined) throw new Problem("SESSION_UNKNOWN");
    return { state: "waiting", session };
  }

  /** Throws a session away, used or not. @throws Problem SESSION_UNKNOWN, SESSION_EXPIRED, STATE_WRITE */
  async remove(name: string): Promise<void> {
    if (this.#used.delete(name)) return;
    if ((await this.#sessions.take(name)) === undefined) throw new Problem("SESSION_UNKNOWN");
  }

  /** @throws Problem SESSION_UNKNOWN, SESSION_USED, SESSION_EXPIRED, STATE_WRITE. Then nothing was appraised. */
  async verify(name: string, evidence: Uint8Array): Promise<SessionRecord & { readonly state: "complete" }> {
    if (this.#used.has(name)) throw new Problem("SESSION_USED");
    const found = this.#sessions.find(name);
    if (found === undefined) throw new Problem("SESSION_UNKNOWN");
    this.#keep(name, { state: "processing", session: found });
    try {
      const session = await this.#sessions.take(name);
      if (session === undefined) throw new Problem("SESSION_USED");
      const record = { state: "complete", session, outcome: this.#appraise(session, evidence) } as const;
      if (this.#used.has(name)) this.#keep(name, record);
      return record;
    } catch (error) {
      if (this.#used.has(name)) this.#keep(name, { state: "failed", session: found });
      throw error;
    }
  }

  #appraise({ nonce, resultNonce }: OpenSession, evidence: Uint8Array): Outcome {
    const { appraise, key, verifier, clock, limits } = this.#parts;
    const appraisal = appraise(evidence, nonce);
    const issuedAt = Math.floor(clock.now() / 1000);
    const expires = issuedAt + limits.resultSeconds;
    const asked = resultNonce === undefined ? {} : { nonce: resultNonce };
    const content = { appraisal, verifier, issuedAt, expires, kid: key.kid, ...asked };
    return { appraisal, issuedAt, expires, result: createResult(key.crypto, key.key, content) };
  }

  #keep(name: string, record: SessionRecord): void {
    this.#used.set(name, record);
    if (this.#used.size <= this.#parts.limits.results) return;
    const [oldest = name] = this.#used.keys();
    this.#used.delete(oldest);
  }
}
