// SPDX-License-Identifier: Apache-2.0
/** The middle of some readings: a single wild one does not move it. */
export function median(readings: readonly number[]): number {
  const sorted = [...readings].sort((a, b) => a - b);
  const middle = sorted[sorted.length >> 1];
  if (middle === undefined) throw new RangeError("no readings");
  return middle;
}
