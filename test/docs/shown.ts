// SPDX-License-Identifier: Apache-2.0
/**
 * What an example shows against what came. `…` stands for anything in a line; alone on a line, for any lines. Empty lines at
 * the beginning and the end, and spaces at the end of a line, need not be shown.
 */
import { AssertionError } from "chai";

function toPattern(line: string): RegExp {
  const parts = line.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}

/** Lines of `shown`, each as it came where it fits the line in its place: then a diff shows the others only. */
function filledIn(shown: readonly string[], came: readonly string[]): string {
  return shown.map((line, at) => (toPattern(line).test(came[at] ?? "") ? (came[at] ?? "") : line)).join("\n");
}

function fits(shown: readonly string[], came: readonly string[]): boolean {
  const [first, ...rest] = shown;
  if (first === undefined) return came.length === 0;
  if (first === "…") return came.some((_, skipped) => fits(rest, came.slice(skipped))) || fits(rest, []);
  return came.length > 0 && toPattern(first).test(came[0] ?? "") && fits(rest, came.slice(1));
}

function fail(what: string, wanted: readonly string[], actual: readonly string[]): never {
  const came = actual.join("\n");
  throw new AssertionError(`${what} wrote something else`, {
    expected: filledIn(wanted, actual),
    actual: came,
    showDiff: true,
  });
}

/** The lines of a text that count. */
function withoutEmptyEnds(text: string): string {
  return text.replace(/ +$/gm, "").replace(/^\n+/, "").replace(/\n+$/, "\n");
}

/** @throws AssertionError - `what` and a diff. */
export function expectShown(what: string, shown: string, came: string): void {
  const [wanted, actual] = [withoutEmptyEnds(shown).split("\n"), withoutEmptyEnds(came).split("\n")];
  if (!fits(wanted, actual)) fail(what, wanted, actual);
}

/**
 * Of a command that goes on writing.
 * @returns how much of what came is shown; undefined when it does not begin so, or not yet.
 */
export function shownOf(shown: string, came: string): number | undefined {
  const [wanted, actual] = [shown.split("\n").slice(0, -1), came.split("\n").slice(0, -1)];
  for (let count = 0; count <= actual.length; count++) {
    const lines = actual.slice(0, count);
    if (fits(wanted, lines)) return lines.join("\n").length + (count > 0 ? 1 : 0);
  }
  return undefined;
}
