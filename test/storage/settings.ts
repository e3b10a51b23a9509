// SPDX-License-Identifier: Apache-2.0
/** What the environment asks of the store's tests. docs/testing.md names them. */
import type { Extent } from "./cut-points.js";

function numberFrom(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${name} is a whole number`);
  return value;
}

/** THIMBLE_STORE_CUTS: one extent for all scenarios. Undefined: each has its own. */
export function extent(): Extent | undefined {
  const text = process.env.THIMBLE_STORE_CUTS;
  if (text === undefined || text === "few" || text === "usual" || text === "more") return text;
  throw new RangeError("THIMBLE_STORE_CUTS is few, usual or more");
}

/** THIMBLE_STORE_SEED: the one seed to try; otherwise so many from 1 on, THIMBLE_STORE_RUNS. */
export function seeds(otherwise: number): number[] {
  const seed = numberFrom("THIMBLE_STORE_SEED");
  const runs = numberFrom("THIMBLE_STORE_RUNS") ?? otherwise;
  return seed === undefined ? Array.from({ length: runs }, (_, i) => i + 1) : [seed];
}
