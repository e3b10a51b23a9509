// SPDX-License-Identifier: Apache-2.0
/**
 * Recordings of inputs. CSV with the header `time,channel,value` (or `pin`; or `volts` for analog), or JSON lines with
 * those names. Time is milliseconds since power-on, or ISO 8601, then since the first line. A channel is `analog:0`
 * or `digital:2`; a bare number is analog under `channel`, digital under `pin`. Nothing is guessed: a line that does
 * not parse, an unknown field or a time that goes back is an error with its line number.
 */
import { ANALOG_CHANNELS, ANALOG_RESOLUTION, DIGITAL_PINS } from "../../devices/io/frames.js";
import { BoardError } from "./error.js";

export interface InputEvent {
  readonly atUs: number;
  readonly kind: "analog" | "digital";
  readonly channel: number;
  /** Analog: the raw reading. Digital: 0 or 1. */
  readonly value: number;
}

export interface Recording {
  /** In order of time. */
  readonly events: readonly InputEvent[];
  /** Unix time of the first line in milliseconds, when times are ISO 8601. */
  readonly startMs: number | undefined;
}

const ANALOG_MAX = 2 ** ANALOG_RESOLUTION - 1;
const REFERENCE_VOLTS = 3.3;
const EVENTS_MAX = 2_000_000;
const LINE_MAX = 1000;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)$/;
const DECIMAL = /^-?\d+(?:\.\d+)?$/;

interface Fields {
  readonly time: string | number;
  readonly place: string | number;
  readonly placeName: "channel" | "pin";
  readonly value: string | number;
  readonly valueName: "value" | "volts";
}

function numberOf(text: string | number, what: string): number {
  if (typeof text === "number") return text;
  if (!DECIMAL.test(text)) throw new RangeError(`${what} "${text}" is not a decimal number`);
  return Number(text);
}

function placeOf(fields: Fields): { kind: "analog" | "digital"; channel: number } {
  const text = String(fields.place);
  const match = /^(?:(analog|digital):)?(\d{1,3})$/.exec(text);
  if (match === null) throw new RangeError(`${fields.placeName} "${text}" is not a number, analog:N or digital:N`);
  const kind = (match[1] ?? (fields.placeName === "pin" ? "digital" : "analog")) as "analog" | "digital";
  const channel = Number(match[2]);
  const count = kind === "analog" ? ANALOG_CHANNELS : DIGITAL_PINS;
  if (channel >= count) throw new RangeError(`${kind}:${channel} does not exist; the last is ${count - 1}`);
  return { kind, channel };
}

function readValue(fields: Fields, kind: "analog" | "digital"): number {
  const value = numberOf(fields.value, fields.valueName);
  if (kind === "digital") {
    if (fields.valueName === "volts") throw new RangeError("a digital pin has no volts");
    if (value !== 0 && value !== 1) throw new RangeError(`a digital value is 0 or 1, not ${value}`);
    return value;
  }
  if (fields.valueName === "volts") {
    if (!(value >= 0 && value <= REFERENCE_VOLTS))
      throw new RangeError(`volts ${value} outside 0 to ${REFERENCE_VOLTS}`);
    return Math.round((value / REFERENCE_VOLTS) * ANALOG_MAX);
  }
  if (!Number.isInteger(value) || value < 0 || value > ANALOG_MAX) {
    throw new RangeError(`analog value ${value} is not a whole number from 0 to ${ANALOG_MAX}`);
  }
  return value;
}

/** Turns the times of a recording, line by line, into microseconds since power-on. */
class Timeline {
  startMs: number | undefined;
  #kind: "ms" | "ISO 8601" | undefined;
  #last = 0;

  at(time: string | number): number {
    const isIso = typeof time === "string" && ISO.test(time);
    const ms = isIso ? Date.parse(time) : numberOf(time, "time");
    if (!Number.isFinite(ms)) throw new RangeError(`time "${time}" is not a time`);
    const kind = isIso ? "ISO 8601" : "ms";
    this.#kind ??= kind;
    if (kind !== this.#kind) throw new RangeError(`times are ${this.#kind} so far, "${time}" is not`);
    if (isIso) this.startMs ??= ms;
    const us = Math.round((ms - (this.startMs ?? 0)) * 1000);
    if (us < this.#last) throw new RangeError(`time "${time}" is before the line above`);
    if (us > Number.MAX_SAFE_INTEGER) throw new RangeError(`time "${time}" is too far`);
    this.#last = us;
    return us;
  }
}

function readHeader(line: string): (cells: readonly string[]) => Fields {
  const [time, placeName, valueName, ...rest] = line.split(",").map((cell) => cell.trim());
  const isPlace = placeName === "channel" || placeName === "pin";
  const isValue = valueName === "value" || valueName === "volts";
  if (time !== "time" || !isPlace || !isValue || rest.length > 0) {
    throw new RangeError(`the header must be time,channel,value (or pin, or volts), not "${line}"`);
  }
  return (cells) => {
    if (cells.length !== 3) throw new RangeError(`${cells.length} columns where 3 are expected`);
    return { time: cells[0] ?? "", place: cells[1] ?? "", placeName, value: cells[2] ?? "", valueName };
  };
}

function readJson(line: string): Fields {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    throw new RangeError("not JSON");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw new RangeError("not a JSON object");
  const entries = new Map<string, unknown>(Object.entries(parsed));
  const take = (name: string): string | number | undefined => {
    const value = entries.get(name);
    entries.delete(name);
    if (value !== undefined && typeof value !== "string" && typeof value !== "number") {
      throw new RangeError(`${name} must be a number or a string`);
    }
    return value;
  };
  const time = take("time");
  const placeName = entries.has("pin") ? "pin" : "channel";
  const place = take(placeName);
  const valueName = entries.has("volts") ? "volts" : "value";
  const value = take(valueName);
  if (time === undefined || place === undefined || value === undefined) {
    throw new RangeError("time, channel (or pin) and value (or volts) are required");
  }
  const unknown = [...entries.keys()][0];
  if (unknown !== undefined) throw new RangeError(`unknown field "${unknown}"`);
  return { time, place, placeName, value, valueName };
}

/**
 * @param name - of the file, for error messages.
 * @throws BoardError RECORDING - with `name:line: cause`.
 */
export function parseRecording(text: string, name: string): Recording {
  const timeline = new Timeline();
  const events: InputEvent[] = [];
  const isJson = text.trimStart().startsWith("{");
  let fieldsOf: ((cells: readonly string[]) => Fields) | undefined;
  let lineNumber = 0;
  for (const raw of text.replace(/^\uFEFF/, "").split("\n")) {
    lineNumber++;
    const line = raw.trim();
    if (line === "") continue;
    try {
      if (line.length > LINE_MAX) throw new RangeError(`line longer than ${LINE_MAX} characters`);
      if (!isJson && fieldsOf === undefined) {
        fieldsOf = readHeader(line);
        continue;
      }
      const fields = fieldsOf === undefined ? readJson(line) : fieldsOf(line.split(",").map((cell) => cell.trim()));
      const { kind, channel } = placeOf(fields);
      events.push({ atUs: timeline.at(fields.time), kind, channel, value: readValue(fields, kind) });
      if (events.length > EVENTS_MAX) throw new RangeError(`more than ${EVENTS_MAX} lines`);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new BoardError("RECORDING", `${name}:${lineNumber}: ${error.message}`);
    }
  }
  if (events.length === 0) throw new BoardError("RECORDING", `${name}:${lineNumber}: no lines with values`);
  return { events, startMs: timeline.startMs };
}
