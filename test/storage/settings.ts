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

/** THIMBLE_STORE_CUTS: `usual`, or `more`. */
export function extent(): Extent {
  const text = process.env.THIMBLE_STORE_CUTS ?? "usual";
  if (text !== "usual" && text !== "more") throw new RangeError("THIMBLE_STORE_CUTS is usual or more");
  return text;
}

/** THIMBLE_STORE_SEED: the one seed to try; otherwise so many from 1 on, THIMBLE_STORE_RUNS. */
export function seeds(otherwise: number): number[] {
  const seed = numberFrom("THIMBLE_STORE_SEED");
  const runs = numberFrom("THIMBLE_STORE_RUNS") ?? otherwise;
  return seed === undefined ? Array.from({ length: runs }, (_, i) => i + 1) : [seed];
}
