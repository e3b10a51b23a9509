// SPDX-License-Identifier: Apache-2.0
/** What goes to people: colours on a terminal only, numbers and times as people read them. */
import { fstatSync } from "node:fs";
import picocolors from "picocolors";

/** Colours for a stream; none where it is no terminal, or NO_COLOR is set. */
export function colorsFor(stream: NodeJS.WriteStream): ReturnType<typeof picocolors.createColors> {
  const isPlain = !stream.isTTY || Boolean(process.env.NO_COLOR) || process.env.TERM === "dumb";
  return picocolors.createColors(!isPlain);
}

/** Whether stdout and stderr go to one place: a terminal, a file, a pipe. */
export function isOnePlace(): boolean {
  const [out, err] = [fstatSync(1), fstatSync(2)];
  return out.dev === err.dev && out.ino === err.ino;
}

/** One line, or several, on stderr. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** 1234567 -> "1,234,567". */
export function groupDigits(value: number | bigint): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A device's time, in microseconds, as text: "0.250 s", "3 min 20.000 s", "2 h 05 min 00 s". */
export function describeTime(us: number): string {
  const seconds = us / 1e6;
  if (seconds < 60) return `${seconds.toFixed(3)} s`;
  const whole = Math.floor(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${(seconds - minutes * 60).toFixed(3)} s`;
  const pad = (value: number): string => String(value).padStart(2, "0");
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min ${pad(whole % 60)} s`;
}
