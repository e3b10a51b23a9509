// SPDX-License-Identifier: Apache-2.0
/**
 * The board's finest counter, for figures only (bench/): nanoseconds on host, ticks of 50 instructions on mps2-an505
 * under QEMU's `-icount shift=0`. Not a clock: it stands for no time, and virtual time does not move it. And its heap.
 */

/** As in ../native.d.ts; again here because an app's type check reads this file, and an app has no `native`. */
// biome-ignore lint/suspicious/noExplicitAny: what a C function returns has no type; each binding states it.
declare function native(name: string): { call(receiver: unknown, ...values: unknown[]): any };

/** @returns Ticks since power-on. */
export function ticks(): number {
  return native("xs_thimble_ticks").call(undefined);
}

/** @returns Bytes of the XS heap in use, slots and chunks, what is not collected yet among them. */
export function heapUsed(): number {
  return native("xs_thimble_heap_used").call(undefined);
}
