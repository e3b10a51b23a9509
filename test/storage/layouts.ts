// SPDX-License-Identifier: Apache-2.0
/** The flash layouts that the store is tried on, and how each declares freshness: 110 of them. */
import type { FlashShape } from "./flash-model.js";

export interface Layout extends FlashShape {
  /** As `Freshness.every`; 0: a board without a counter. */
  readonly every: number;
}

const ALIGNS = Object.freeze([1, 4, 8, 16, 32]);
const ERASE_VALUES = Object.freeze([0xff, 0x00] as const);
/** Block length and block counts. */
const SIZES: readonly (readonly [number, readonly number[]])[] = Object.freeze([
  [512, [16, 17, 24, 64]],
  [1024, [16, 17, 24]],
  [2048, [20]],
  [4096, [16, 17, 24]],
]);
/** In turn, so that each block length, alignment and erase value has all of them. */
const FRESHNESS = Object.freeze([1, 0, 4]);

export const LAYOUTS: readonly Layout[] = Object.freeze(
  SIZES.flatMap(([blockLength, counts]) =>
    counts.flatMap((blocks) =>
      ALIGNS.flatMap((writeAlign) =>
        ERASE_VALUES.map((eraseValue) => ({ blockLength, blocks, writeAlign, eraseValue })),
      ),
    ),
  ).map((shape, index) => ({ ...shape, every: FRESHNESS[index % FRESHNESS.length] as number })),
);

export function layoutName({ blockLength, blocks, writeAlign, eraseValue, every }: Layout): string {
  const freshness = every === 0 ? "no counter" : `counter every ${every}`;
  return `${blockLength}x${blocks} align ${writeAlign} erase ${eraseValue === 0 ? "00" : "ff"}, ${freshness}`;
}
