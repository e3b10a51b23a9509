// SPDX-License-Identifier: Apache-2.0
/** Where in an operation the power is cut. */
import type { Layout } from "./layouts.js";
import type { Operation } from "./power.js";
import { Random, seedOf } from "./random.js";

/**
 * few: of a write its ends, a border of units with the bytes around it, two other places. usual: every byte of writes up to
 * 64, of longer ones their ends, eight borders, eight others. more: every byte of each.
 */
export type Extent = "few" | "usual" | "more";

const EVERY_BYTE_UP_TO = 64;
const PLACES = Object.freeze({ few: { borders: 1, others: 2 }, usual: { borders: 8, others: 8 } });
/** One scenario in so many has the usual cuts on a layout, and each has them on one layout in so many; the others have few. */
const USUAL_EVERY = 8;

/** How a scenario is cut on a layout where not all is asked for; both by their places in their lists. */
export function extentOf(layout: number, scenario: number): Extent {
  return (Math.floor(layout / 10) + scenario) % USUAL_EVERY === 0 ? "usual" : "few"; // ten layouts of a size
}

/**
 * Partial lengths, rising, none twice: of a write its bytes, of an erase none, some and all, of the counter each half.
 * @param seed - decides where there is a choice.
 */
export function partialLengths(
  { kind, length }: Operation,
  { writeAlign }: Layout,
  extent: Extent,
  seed: number,
): number[] {
  const random = new Random(seed);
  if (kind === "erase") return inOrder([0, 1 + random.below(writeAlign), random.below(length), length - 1, length]);
  const isShort = extent === "usual" && length <= EVERY_BYTE_UP_TO;
  if (kind === "counter" || extent === "more" || isShort)
    return Array.from({ length: length + 1 }, (_, bytes) => bytes);
  const { borders, others } = PLACES[extent];
  const chosen = [0, length];
  if (extent === "usual") chosen.push(1, length - 1);
  for (let i = 0; i < borders; i++) {
    const border = writeAlign * random.below(length / writeAlign + 1);
    for (const bytes of [border - 1, border, border + 1]) if (bytes >= 0 && bytes <= length) chosen.push(bytes);
  }
  for (let i = 0; i < others; i++) chosen.push(random.below(length));
  return inOrder(chosen);
}

function inOrder(lengths: readonly number[]): number[] {
  return [...new Set(lengths)].sort((a, b) => a - b);
}

/** The same number for the same place, in each run. */
export function cutSeed(layout: Layout, scenario: string, operation: number, bytes: number): number {
  return seedOf(layout.blockLength, layout.blocks, layout.writeAlign, layout.eraseValue, scenario, operation, bytes);
}
