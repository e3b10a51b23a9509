// SPDX-License-Identifier: Apache-2.0
/** A property by its name. fast-check finds a small counterexample and prints it with the seed and path that show it again. */
import fc from "fast-check";
import { it } from "mocha";

export interface Property {
  readonly name: string;
  readonly property: fc.IRawProperty<unknown>;
  /** Times less often than others, where one run takes long. */
  readonly cost?: number;
}

const RUNS = 300;
const TIME_LIMIT_MS = 120_000;

function numberFrom(name: string, otherwise: number): number {
  const text = process.env[name];
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${name} is a whole number`);
  return value;
}

/** The same seed each time, unless THIMBLE_PROPERTY_SEED has another; THIMBLE_PROPERTY_PATH goes to the counterexample at once. */
function parameters(cost: number): fc.Parameters<unknown> {
  const path = process.env.THIMBLE_PROPERTY_PATH;
  const runs = Math.ceil(numberFrom("THIMBLE_PROPERTY_RUNS", RUNS) / cost);
  return { seed: numberFrom("THIMBLE_PROPERTY_SEED", 1), numRuns: runs, ...(path === undefined ? {} : { path }) };
}

/** @throws Error with the counterexample, its seed and its path. */
export function holds({ property, cost = 1 }: Property): void {
  fc.assert(property as fc.IProperty<unknown>, parameters(cost));
}

/** One test for each. */
export function defineProperties(properties: readonly Property[]): void {
  for (const property of properties) {
    it(property.name, function () {
      this.timeout(TIME_LIMIT_MS);
      holds(property);
    });
  }
}
