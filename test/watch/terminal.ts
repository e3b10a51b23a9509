// SPDX-License-Identifier: Apache-2.0
/** A terminal, as far as a watch needs one: what is on it after all that was written. */

const ESCAPE = "\x1b";
const TOKEN = new RegExp(`${ESCAPE}\\[[0-9;?]*([A-Za-z])|[^${ESCAPE}]`, "gsu");

interface Row {
  readonly text: string[];
  /** It goes on the line before: that was too long for the terminal. */
  readonly isWrapped: boolean;
}

/** @returns the lines from the first one on: they never scroll away, and one that was wrapped is one. */
export function screenAfter(output: string, columns: number): string[] {
  const rows: Row[] = [{ text: [], isWrapped: false }];
  let at = 0;
  let column = 0;
  const down = (isWrapped: boolean): void => {
    at++;
    column = 0;
    rows[at] ??= { text: [], isWrapped };
  };
  for (const [text, command] of output.matchAll(TOKEN)) {
    if (text === "\n") down(false);
    else if (text === "\r") column = 0;
    else if (command === "A") at = Math.max(0, at - 1);
    else if (command === "J") {
      rows[at]?.text.splice(column);
      rows.splice(at + 1);
    } else if (command === undefined) {
      if (column >= columns) down(true);
      const row = rows[at]?.text ?? [];
      row[column++] = text;
    }
  }
  const lines: string[] = [];
  for (const { text, isWrapped } of rows) lines.push(`${isWrapped ? lines.pop() : ""}${text.join("")}`);
  return lines;
}
