// SPDX-License-Identifier: Apache-2.0
/** The name that was probably meant, where one was misspelt. */

const EDITS_MAX = 3;
/** A name of fewer letters has one edit. */
const LETTERS_PER_EDIT = 4;
/** In a shorter name one edit is too much, a longer one is none that somebody typed. */
const LENGTHS = Object.freeze({ min: 3, max: 200 } as const);

/** Edits from one word to the other: a letter put in, taken out, replaced, or changed with its neighbour. */
function editsBetween(from: string, to: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const swapped = isSwap ? (before[j - 2] ?? 0) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[to.length] ?? 0;
}

/** @returns of these names the one that is closest to a misspelt one; undefined when none is close. */
export function nearestName(misspelt: string, names: Iterable<string>): string | undefined {
  if (misspelt.length < LENGTHS.min || misspelt.length > LENGTHS.max) return undefined;
  let edits = Math.min(EDITS_MAX, Math.max(1, Math.floor(misspelt.length / LETTERS_PER_EDIT))) + 1;
  let nearest: string | undefined;
  for (const name of names) {
    if (Math.abs(name.length - misspelt.length) >= edits) continue;
    const count = editsBetween(misspelt, name);
    if (count >= edits) continue;
    edits = count;
    nearest = name;
  }
  return nearest;
}
