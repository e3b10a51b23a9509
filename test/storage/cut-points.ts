// SPDX-License-Identifier: Apache-2.0
/** Where in an operation the power is cut. */
import type { Layout } from "./layouts.js";
import type { Operation } from "./power.js";
import { Random, seedOf } from "./random.js";

/** usual: every byte of writes up to 64, of longer ones a part; more: every byte of each. */
export type Extent = "usual" | "more";

const EVERY_BYTE_UP_TO = 64;
/** Of a longer write: so many borders of units, with the bytes before and after, and so many other places. */
const BORDERS = 8;
const SAMPLES = 8;

/**
 * Partial lengths, rising, none twice: of a write its bytes, of an erase none, some and all, of the counter each half.
 * @param seed - decides which of a longer write are taken.
 */
export function partialLengths(
  { kind, length }: Operation,
  { writeAlign }: Layout,
  extent: Extent,
  seed: number,
): number[] {
  const random = new Random(seed);
  if (kind === "erase")
    return [0, 1 + random.below(writeAlign), 1 + random.below(length - 1), length - 1, length]
      .sort(rising)
      .filter(first);
  if (kind === "counter" || extent === "more" || length <= EVERY_BYTE_UP_TO) {
    return Array.from({ length: length + 1 }, (_, bytes) => bytes);
  }
  const chosen = new Set([0, 1, length - 1, length]);
  for (let i = 0; i < BORDERS; i++) {
    const border = writeAlign * random.below(length / writeAlign + 1);
    for (const bytes of [border - 1, border, border + 1]) if (bytes >= 0 && bytes <= length) chosen.add(bytes);
  }
  for (let i = 0; i < SAMPLES; i++) chosen.add(random.below(length));
  return [...chosen].sort(rising);
}

function rising(a: number, b: number): number {
  return a - b;
}

/** Of what is sorted. */
function first(value: number, index: number, values: readonly number[]): boolean {
  return value !== values[index - 1];
}

/** The same number for the same place, in each run. */
export function cutSeed(layout: Layout, scenario: string, operation: number, bytes: number): number {
  return seedOf(layout.blockLength, layout.blocks, layout.writeAlign, layout.eraseValue, scenario, operation, bytes);
}
