// SPDX-License-Identifier: Apache-2.0
/** Stacks of XS as mocha prints those of Node: with places in sources, and without what a spec is run and checked by. */
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

/** @param lines - of the image that the stacks come from. */
export function readStackWith(lines: Lines): StackReader {
  return (stack) => {
    const all = symbolize(stack, lines).split("\n");
    const below = all.findIndex((line) => BELOW_SPEC.test(line));
    const ours = (below < 0 ? all : all.slice(0, below)).filter(isOfSpec);
    // As Node writes them: a function without a name has no brackets.
    const shown = ours.map((line) => line.replace(FRAME, "    at $1").replace(/^ {4}at \((.*)\)$/, "    at $1"));
    return shown.filter((line, i) => line !== shown[i - 1] || !line.startsWith("    at ")).join("\n");
  };
}
