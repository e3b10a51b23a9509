// SPDX-License-Identifier: Apache-2.0
/** A `diff` block of a file that the page or a command made: `-` goes, `+` comes, what has a space before it stays. */

/** A line without its mark; "" is a line that stays, and is empty. */
function linesOf(diff: readonly string[], marks: string): string {
  return diff
    .filter((line) => marks.includes(line[0] ?? " "))
    .map((line) => `${line.slice(1)}\n`)
    .join("");
}

function applyHunk(text: string, lines: readonly string[]): string {
  const stray = lines.find((line) => !/^([-+ ]|$)/.test(line));
  if (stray !== undefined) throw new Error(`a line of a diff begins with "-", "+" or a space: ${stray}`);
  const before = linesOf(lines, "- ");
  const parts = `\n${text}`.split(`\n${before}`);
  if (before === "" || parts.length !== 2) throw new Error(`the file has ${parts.length - 1} times:\n${before}`);
  return parts.join(`\n${linesOf(lines, "+ ")}`).slice(1);
}

/**
 * @param diff - one edit, or several with a line `@@` between them.
 * @returns the text with the edits made.
 * @throws Error - what is to be replaced does not stand there just once, or a line has no mark.
 */
export function applyEdit(text: string, diff: string): string {
  const hunks = diff.replace(/\n$/, "").split("\n@@\n");
  return hunks.reduce((edited, hunk) => applyHunk(edited, hunk.split("\n")), text);
}
