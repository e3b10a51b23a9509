// SPDX-License-Identifier: Apache-2.0
/** What strangers may use of a verifier. Whoever runs one can set the first five; docs/verifier-service.md lists them all. */

export interface Limits {
  /** Challenges that are open at the same time: in all, and of one client. */
  readonly sessions: number;
  readonly clientSessions: number;
  /** How long a challenge stays open, and a result holds. */
  readonly sessionSeconds: number;
  readonly resultSeconds: number;
  /** Requests a second of one client. */
  readonly rate: number;
  /** Bytes of evidence. What a token of this size says fits into a result. */
  readonly evidenceBytes: number;
  /** Bytes of a request before its body. */
  readonly headBytes: number;
  /** Connections in all, and of one client. */
  readonly connections: number;
  readonly clientConnections: number;
  /** Milliseconds that a client may take for the head of a request, and for all of it; and between two. */
  readonly headMs: number;
  readonly requestMs: number;
  readonly idleMs: number;
  /** Results that can be asked for again. */
  readonly results: number;
  /** Milliseconds that requests under way are given when the service stops. */
  readonly stopMs: number;
}

export const DEFAULT_LIMITS: Limits = Object.freeze({
  sessions: 10_000,
  clientSessions: 1000,
  sessionSeconds: 120,
  resultSeconds: 300,
  rate: 100,
  evidenceBytes: 6144,
  headBytes: 8192,
  connections: 512,
  clientConnections: 64,
  headMs: 5000,
  requestMs: 10_000,
  idleMs: 5000,
  results: 1000,
  stopMs: 2000,
});
