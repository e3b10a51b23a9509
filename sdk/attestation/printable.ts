// SPDX-License-Identifier: Apache-2.0
/** What a stranger wrote, as people may see it: on a terminal, in a log. */

const LENGTH_MAX = 64;
const ELLIPSIS = "...";

/** @returns At most 64 characters of printable ASCII: others stand as "?", what is longer ends in "...". */
export function printable(text: string): string {
  let shown = "";
  let count = 0;
  for (const character of text) {
    if (++count > LENGTH_MAX) return shown.slice(0, LENGTH_MAX - ELLIPSIS.length) + ELLIPSIS;
    shown += character >= " " && character <= "~" ? character : "?";
  }
  return shown;
}
