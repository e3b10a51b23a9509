// SPDX-License-Identifier: Apache-2.0
/** Dates as options of `thimble attest`: a day, or a second of it, in UTC. */
import { InvalidArgumentError } from "commander";

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const SECOND = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const DAY_SECONDS = 86_400;

/** @returns The first second of a day. @throws InvalidArgumentError */
function parseDate(text: string): { readonly seconds: number; readonly isDay: boolean } {
  const isDay = DAY.test(text);
  const seconds = isDay || SECOND.test(text) ? Date.parse(text) / 1000 : Number.NaN;
  // 2026-02-30 is taken for March by some.
  const isReal =
    Number.isFinite(seconds) && new Date(1000 * seconds).toISOString().startsWith(text.slice(0, 19).replace("Z", ""));
  if (!isReal)
    throw new InvalidArgumentError("Expected a day, 2027-01-31, or a second, 2027-01-31T12:00:00Z; both in UTC.");
  return { seconds, isDay };
}

/** Seconds since 1970: of a day, its first. */
export function parseFrom(text: string): number {
  return parseDate(text).seconds;
}

/** Seconds since 1970: of a day, its last. */
export function parseUntil(text: string): number {
  const { seconds, isDay } = parseDate(text);
  return isDay ? seconds + DAY_SECONDS - 1 : seconds;
}

export function describeSecond(seconds: number): string {
  return new Date(1000 * seconds).toISOString().replace(".000Z", "Z");
}
