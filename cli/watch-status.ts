// SPDX-License-Identifier: Apache-2.0
/** The status line of a watch: what the device is doing, in as many words as the terminal has room for. */
import { relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { CompileError } from "../host-sim/compiler/compile-error.js";
import { ManifestError } from "../host-sim/manifest/error.js";
import type { Gauges } from "../host-sim/watch/gauges.js";
import { groupDigits } from "./terminal.js";

/** Columns of a character: East Asian wide ones and emoji take two. Rather one too many than one too few. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const SEPARATOR = "  ";

export interface Status {
  /** What the device, or the build, is doing. */
  readonly doing: string;
  /** Device time in microseconds. */
  readonly timeUs: number | undefined;
  /** An error in the app as it is now on disk. */
  readonly trouble: string | undefined;
  readonly gauges: Gauges | undefined;
}

/** At most so many columns of a text, without what a terminal would obey. */
export function clip(text: string, columns: number): string {
  let shown = "";
  let width = 0;
  const plain = stripVTControlCharacters(text.slice(text.lastIndexOf("\r") + 1)).replace(/\p{Cc}/gu, " ");
  for (const character of plain) {
    width += WIDE.test(character) ? 2 : 1;
    if (width > columns) break;
    shown += character;
  }
  return shown;
}

/** An error of a build, in a few words. */
export function troubleOf(error: Error, folder: string): string {
  if (error instanceof CompileError && error.place) return `error in ${error.place.file}:${error.place.line}`;
  if (error instanceof ManifestError) return `error in ${relative(folder, error.file)}:${error.line ?? 1}`;
  return "error";
}

/** Coarser than a log's: a line that changes all the time cannot be read. */
function describeClock(us: number): string {
  const seconds = Math.floor(us / 1e6);
  if (seconds < 60) return `${(us / 1e6).toFixed(1)} s`;
  const pad = (value: number): string => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${pad(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

function kibibytes(bytes: number): string {
  return String(Math.ceil(bytes / 1024));
}

function describeHeap({ heapBytes, heapLimitBytes }: Gauges): string {
  return heapLimitBytes === 0 ? "" : `heap ${kibibytes(heapBytes)}/${kibibytes(heapLimitBytes)} KiB`;
}

function describeFlash({ appBytes, dataBytes }: Gauges): string {
  return `flash ${kibibytes(appBytes)} app + ${kibibytes(dataBytes)} data KiB`;
}

/** Parts by weight: the last ones go first where there is no room. */
export function describeStatus({ doing, timeUs, trouble, gauges }: Status, columns: number): string {
  const parts = [
    timeUs === undefined ? doing : `${doing} ${describeClock(timeUs)}`,
    trouble ?? "",
    gauges === undefined ? "" : describeHeap(gauges),
    gauges === undefined ? "" : describeFlash(gauges),
    "h: help",
    gauges === undefined
      ? ""
      : `${groupDigits(gauges.operations)} flash operation${gauges.operations === 1 ? "" : "s"}`,
  ].filter((part) => part !== "");
  let line = parts[0] ?? "";
  for (const part of parts.slice(1)) {
    if (line.length + SEPARATOR.length + part.length >= columns) continue;
    line += SEPARATOR + part;
  }
  return line;
}
