// SPDX-License-Identifier: Apache-2.0
/** A day's temperatures as a small plot for the terminal. */
import plot from "simple-ascii-chart";
import type { Sample } from "./receiver.js";

const HOUR = 3600;
const WIDTH = 72;
const HEIGHT = 12;
const TICK_HOURS = 3;

/** Half-hour means: what fits a line of a terminal. */
function smooth(samples: readonly Sample[]): [number, number][] {
  const start = samples[0]?.time ?? 0;
  const bins = new Map<number, number[]>();
  for (const { time, celsius } of samples) {
    const bin = Math.floor((time - start) / (HOUR / 2)) / 2;
    bins.set(bin, [...(bins.get(bin) ?? []), celsius]);
  }
  return [...bins].map(([hour, values]) => [hour, values.reduce((sum, value) => sum + value, 0) / values.length]);
}

export function drawDay(samples: readonly Sample[]): string {
  return plot(smooth(samples), {
    width: WIDTH,
    height: HEIGHT,
    title: "Temperature as received and verified (°C over the hours of the day)",
    formatter: (value, { axis }) => {
      if (axis === "y") return Number(value).toFixed(1);
      return value % TICK_HOURS === 0 ? String(value) : "";
    },
  });
}
