// SPDX-License-Identifier: Apache-2.0
/** Stacks of XS as mocha prints those of Node: indented, and without the frames of what a spec is run and checked by. */

/** Frames of chai and of the tester's own modules. */
const NOT_OF_SPEC = /\(?(node_modules\/chai|sdk\/testing)\//;
const FRAME = /^ at ?(.*)$/;

/** @param symbolize - turns code offsets into places in sources. */
export function readStackWith(symbolize: (text: string) => string): (stack: string) => string {
  return (stack) =>
    symbolize(stack)
      .split("\n")
      .filter((line) => !(FRAME.test(line) && NOT_OF_SPEC.test(line)))
      .map((line) => line.replace(FRAME, "    at $1"))
      .join("\n");
}
