// SPDX-License-Identifier: Apache-2.0
/** Reads what an app of bench/apps writes on the console: `bench BACK-END OPERATION TICKS...`, one line an operation. */

type BackEnd = "native" | "noble";

export interface Timing {
  readonly backEnd: BackEnd;
  readonly operation: string;
  /** Ticks of each run, in order. */
  readonly samples: readonly number[];
}

const LINE = /^bench (native|noble) ([a-z0-9-]+)((?: \d+)+)$/;

/** @returns undefined for a line of another kind. @throws RangeError when a line of ours is damaged. */
export function parseTiming(line: string): Timing | undefined {
  if (!line.startsWith("bench ") || line === "bench start") return undefined;
  const match = LINE.exec(line);
  if (!match) throw new RangeError(`not a line of the bench: ${line}`);
  const samples = (match[3] ?? "").trim().split(" ").map(Number);
  return { backEnd: match[1] as BackEnd, operation: match[2] ?? "", samples };
}

/** Cuts a console that comes in pieces into lines. */
export class Lines {
  #rest = "";

  /** @returns the lines that `text` completes. */
  take(text: string): string[] {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    return lines;
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

export interface Comparison {
  readonly operation: string;
  /** Medians, in the unit that the factor makes of ticks. */
  readonly native: number;
  readonly noble: number;
  /** noble / native. */
  readonly ratio: number;
}

/**
 * Puts the two back-ends of each operation side by side, in order of first appearance. Timings of one operation from
 * several runs are taken together.
 * @throws RangeError when one back-end is missing.
 */
export function compare(timings: readonly Timing[], factor: number): Comparison[] {
  const names = [...new Set(timings.map(({ operation }) => operation))];
  const of = (backEnd: BackEnd, operation: string): number => {
    const samples = timings.filter((t) => t.backEnd === backEnd && t.operation === operation).flatMap((t) => t.samples);
    if (samples.length === 0) throw new RangeError(`${operation} was not measured on ${backEnd}`);
    return median(samples) * factor;
  };
  return names.map((operation) => {
    const native = of("native", operation);
    const noble = of("noble", operation);
    return { operation, native, noble, ratio: noble / native };
  });
}
