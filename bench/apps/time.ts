// SPDX-License-Identifier: Apache-2.0
/** Runs on the board: times an operation. Each result is a line on the console as soon as it is there (bench/lines.ts). */
import { heapUsed, ticks } from "../../devices/io/ticks.js";

/** How often each operation is timed. */
export interface Repeats {
  readonly native: number;
  readonly noble: number;
}

/** Bytes that are not all alike. */
export function pattern(length: number, start: number): Uint8Array {
  return new Uint8Array(length).map((_, i) => (start + 31 * i) & 0xff);
}

/** @param of - a back-end, or what else is measured. */
export function time(of: string, name: string, repeats: number, operation: () => void): void {
  const samples: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const start = ticks();
    operation();
    samples.push(ticks() - start);
  }
  trace(`bench ${of} ${name} ${samples.join(" ")}\n`);
}

/**
 * Bytes of the heap that are in use after collections, which it waits for: the least of some, as one for want of slots
 * leaves chunks as they are.
 */
export function liveHeap(): number {
  let least = Number.POSITIVE_INFINITY;
  for (let collections = 0; collections < 8; ) {
    const before = heapUsed();
    new Uint8Array(1024);
    const after = heapUsed();
    if (after >= before) continue;
    collections++;
    least = Math.min(least, after);
  }
  return least;
}

/** A back-end that computes something else is not worth timing. */
export function requireSame(a: Uint8Array, b: Uint8Array): void {
  if (a.length !== b.length || a.some((byte, i) => byte !== b[i])) throw new Error("native and noble differ");
}
