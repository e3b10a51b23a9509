// SPDX-License-Identifier: Apache-2.0
/**
 * Stacks of XS as mocha prints those of Node: with places in sources, without what a spec is run and checked by, and with
 * a hint where XS's own words are few.
 */
import { resolve } from "node:path";
import { lineOf } from "../compiler/code-frame.js";
import { hintForThrown } from "../compiler/hints.js";
import { type Lines, symbolize } from "../compiler/lines.js";
import type { StackReader } from "./decode.js";

const FRAME = /^ at ?(.*)$/;
/** Frames of chai, of the tester's own modules, and of the firmware's timers. */
const NOT_OF_SPEC = /\((chai|sdk\/testing|devices\/io\/(loop|timer)\.ts)\b/;
/** Here a spec's function was called: what comes below is never the spec's. */
const BELOW_SPEC = /\(sdk\/testing\/(bdd|main|runnable)\.ts:/;
/** A function of the engine: it has no place. */
const NO_PLACE = /\(\)$/;

function isOfSpec(line: string): boolean {
  return !FRAME.test(line) || !(NOT_OF_SPEC.test(line) || NO_PLACE.test(line));
}

/** Where mocha's reporters begin a message. */
const INDENT = "     ";
/** Where a frame is, as it is shown. */
const SHOWN_PLACE = /^ {4}at (?:.*\()?(.+?):(\d+)\)?$/;

/** The line of source that the innermost frame names. */
function sourceLine(frames: readonly string[], folder: string): string {
  const [, file = "", line = ""] = SHOWN_PLACE.exec(frames[0] ?? "") ?? [];
  return file === "" ? "" : lineOf(resolve(folder, file), Number(line));
}

/** The hint comes below the message. An assertion's message is the spec's own. */
function withHint(shown: readonly string[], folder: string): readonly string[] {
  const first = shown.findIndex((line) => line.startsWith("    at "));
  const end = first < 0 ? shown.length : first;
  const [message, frames] = [shown.slice(0, end), shown.slice(end)];
  const text = message.join("\n");
  const hint = text.startsWith("AssertionError") ? undefined : hintForThrown(text, sourceLine(frames, folder));
  return hint === undefined ? shown : [...message, INDENT + hint, ...frames];
}

/**
 * @param lines - of the image that the stacks come from.
 * @param folder - that its names of files begin from.
 */
export function readStackWith(lines: Lines, folder: string): StackReader {
  return (stack) => {
    const all = symbolize(stack, lines).split("\n");
    const below = all.findIndex((line) => BELOW_SPEC.test(line));
    const ours = (below < 0 ? all : all.slice(0, below)).filter(isOfSpec);
    // As Node writes them: a function without a name has no brackets.
    const shown = ours.map((line) => line.replace(FRAME, "    at $1").replace(/^ {4}at \((.*)\)$/, "    at $1"));
    const once = shown.filter((line, i) => line !== shown[i - 1] || !line.startsWith("    at "));
    return withHint(once, folder).join("\n");
  };
}
