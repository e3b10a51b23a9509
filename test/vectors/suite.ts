// SPDX-License-Identifier: Apache-2.0
/** A suite of public test vectors: one file of them, whose cases one runner runs. */

/** What `runCase` finds a case's runner by. */
export type Runner = "attestation" | "cbor" | "corim" | "cose" | "wycheproof";

export interface Case {
  /** As the file names it. */
  readonly id: string;
  /** Plain JSON: it may travel to a board. */
  readonly data?: unknown;
  /** Why it is not carried out; undefined: it is. */
  readonly unsupported?: string;
}

export interface Suite {
  /** Folder and file. */
  readonly name: string;
  readonly runner: Runner;
  /** All that the file has. */
  readonly cases: readonly Case[];
  /** Public-key work, of which an emulated board does a sample by default. */
  readonly isSlow: boolean;
  /** Why none of it is carried out; undefined: it is. */
  readonly unsupported?: string;
}

/** Enough to see that a file works; the command's `--all` runs the rest. */
const SAMPLE = 100;

/** What a machine runs of a suite unless told to run all: every n-th case, the first and the last among them. */
export function casesFor(machine: string, { cases, isSlow }: Suite): readonly Case[] {
  if (machine !== "mps2-an505" || !isSlow || cases.length <= SAMPLE) return cases;
  return Array.from({ length: SAMPLE }, (_, i) => cases[Math.round((i * (cases.length - 1)) / (SAMPLE - 1))] as Case);
}
