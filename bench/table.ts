// SPDX-License-Identifier: Apache-2.0
/** Text for people: aligned columns and numbers with a unit. */

/** @param rows - the first cell of a row is a label, the others are numbers. */
export function table(rows: ReadonlyArray<readonly string[]>): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  }
  const pad = (cell: string, i: number) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0));
  return rows.map((row) => `  ${row.map(pad).join("  ")}`.trimEnd()).join("\n");
}

/** Three digits that mean something. */
export function number(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toPrecision(3)} G`;
  if (value >= 1e6) return `${(value / 1e6).toPrecision(3)} M`;
  if (value >= 1000) return `${Math.round(value).toLocaleString("en-US")}`;
  return value.toPrecision(3);
}

/** A time, in the unit that suits it. */
export function duration(us: number): string {
  if (us >= 1e6) return `${(us / 1e6).toPrecision(3)} s`;
  return us >= 1000 ? `${(us / 1000).toPrecision(3)} ms` : `${us.toPrecision(3)} us`;
}

export function kilobytes(bytes: number, base: 1000 | 1024): string {
  return `${(bytes / base).toFixed(1)} ${base === 1000 ? "KB" : "KiB"}`;
}

/** Whether a figure is within what it should be. */
export function verdict(value: number, budget: number): string {
  return value <= budget ? "within" : "OVER";
}
