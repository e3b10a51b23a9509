// SPDX-License-Identifier: Apache-2.0
/** What is fuzzed: something that reads bytes from outside, and what has to hold when it accepts them. */
import { compareBytes } from "../../../sdk/bytes/bytes.js";
import { encodeHex } from "../../../sdk/bytes/hex.js";
import { ProtocolError, SecurityError } from "../../../sdk/errors/security-error.js";
import { everyDamage, mutate } from "./mutate.js";
import { Random } from "./random.js";

export interface Decoder {
  readonly name: string;
  /** Inputs that are accepted, to be damaged. */
  readonly samples: readonly Uint8Array[];
  /** Whether accepting or refusing takes a public-key operation: then a board does fewer. */
  readonly isSlow?: boolean;
  /**
   * Reads.
   * @throws SecurityError - the input is refused. Finding - it is accepted, and should not be, or as something else.
   */
  check(bytes: Uint8Array): void;
}

/** Something is wrong with a decoder. */
export class Finding extends Error {
  override readonly name = "Finding";
}

export interface Tally {
  readonly executions: number;
  readonly accepted: number;
  /** The codes of refusals, sorted. */
  readonly codes: readonly string[];
}

/** Codes that no input should bring out. The last is what a board says when keys are left behind until there is no room. */
const IMPOSSIBLE: readonly string[] = [
  "PSA_ERROR_CORRUPTION_DETECTED",
  "PSA_ERROR_GENERIC_ERROR",
  "PSA_ERROR_INSUFFICIENT_MEMORY",
];

/** The code of a refusal. @throws Finding - it was none. */
function codeOf(error: unknown): string {
  if (error instanceof Finding) throw error;
  if (!(error instanceof SecurityError)) throw new Finding(`threw ${String(error)}`);
  if (IMPOSSIBLE.includes(error.code)) throw new Finding(`threw ${error.code}`);
  return error instanceof ProtocolError ? error.detail : error.code;
}

/** Gives each input to a decoder. @throws Finding - at the first input that brings one out; the input is in its message. */
function tally({ name, check }: Decoder, inputs: Iterable<Uint8Array>): Tally {
  const codes = new Set<string>();
  let executions = 0;
  let accepted = 0;
  for (const input of inputs) {
    const before = input.slice();
    executions++;
    try {
      try {
        check(input);
        accepted++;
      } catch (error) {
        codes.add(codeOf(error));
      }
      if (compareBytes(before, input) !== 0) throw new Finding("it changed its input");
    } catch (error) {
      throw new Finding(`${name}, input ${encodeHex(before)}: ${(error as Error).message}`);
    }
  }
  return { executions, accepted, codes: [...codes].sort() };
}

function* mutations({ samples }: Decoder, seed: number, runs: number): Generator<Uint8Array> {
  const random = new Random(seed);
  for (let run = 0; run < runs; run++) yield mutate(random, random.pick(samples));
}

function* allDamage({ samples }: Decoder, step: number): Generator<Uint8Array> {
  for (const sample of samples) yield* everyDamage(sample, step);
}

/** Damage at random. @throws Finding */
export function fuzzDecoder(decoder: Decoder, seed: number, runs: number): Tally {
  return tally(decoder, mutations(decoder, seed, runs));
}

/** Each form of damage at each place. @param step - at each step-th place. @throws Finding */
export function sweepDecoder(decoder: Decoder, step = 1): Tally {
  return tally(decoder, allDamage(decoder, step));
}
