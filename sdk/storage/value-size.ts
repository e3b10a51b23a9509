// SPDX-License-Identifier: Apache-2.0
/** What values take in a log: those that a record of their own holds, and those that lie in chunks. Bytes. */
import { NAME_MAX } from "./entries.js";
import { inlineMax, itemSize, LONG_LENGTH } from "./item.js";
import type { LogState } from "./state.js";

/** The name of a chunk is its number. */
const CHUNK_NAME = 4;

/** The largest value of a chunk. */
export function chunkLengthOf(contentMax: number): number {
  return contentMax - (itemSize(CHUNK_NAME, contentMax) - contentMax);
}

/** Whether a value lies in the record that names it. */
export function isInline({ geometry }: LogState, nameLength: number, valueLength: number): boolean {
  return valueLength <= inlineMax(nameLength, geometry.contentMax);
}

/** What the chunks of a value take. */
export function chunkCost(state: LogState, valueLength: number): number {
  const chunk = chunkLengthOf(state.geometry.contentMax);
  const whole = Math.floor(valueLength / chunk);
  const rest = valueLength - whole * chunk;
  return whole * state.cost(CHUNK_NAME, chunk) + (rest > 0 ? state.cost(CHUNK_NAME, rest) : 0);
}

/** What an entry takes with its value. */
export function entryCost(state: LogState, nameLength: number, valueLength: number): number {
  if (isInline(state, nameLength, valueLength)) return state.cost(nameLength, valueLength);
  return state.cost(nameLength, LONG_LENGTH) + chunkCost(state, valueLength);
}

/** The largest value: a quarter of the partition, or what an empty one takes. */
export function valueMaxOf(state: LogState): number {
  const { contentMax, capacity, valueMax } = state.geometry;
  const chunk = chunkLengthOf(contentMax);
  const chunks = Math.floor((capacity - state.cost(NAME_MAX, LONG_LENGTH)) / state.cost(CHUNK_NAME, chunk));
  return Math.min(valueMax, Math.max(0, chunks) * chunk);
}
