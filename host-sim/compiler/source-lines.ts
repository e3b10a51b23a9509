// SPDX-License-Identifier: Apache-2.0
/**
 * One line of source for each line of what TypeScript emits. XS knows lines, no columns, and TypeScript puts what was
 * written on several lines (arguments, a chain of calls) on one. So where the source map says that the source goes on to
 * another line, a line is broken; every position is then exact.
 */

interface Segment {
  /** Column in the emitted line, from 0. */
  readonly column: number;
  /** Line of the source, from 0. */
  readonly line: number;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The numbers of one segment of a source map: base 64, five bits a digit, the sign in the lowest. */
function decodeNumbers(segment: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const character of segment) {
    const digit = DIGITS.indexOf(character);
    value |= (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}

/** Segments of each emitted line, in order. */
function decodeMappings(mappings: string): Segment[][] {
  let line = 0;
  return mappings.split(";").map((text) => {
    let column = 0;
    const segments: Segment[] = [];
    for (const segment of text === "" ? [] : text.split(",")) {
      const [columns = 0, , lines = 0] = decodeNumbers(segment);
      column += columns;
      line += lines;
      segments.push({ column, line });
    }
    return segments;
  });
}

/** After these words a line break means something, or might. */
const BEFORE = /(^|[^\w$.])(return|throw|yield|async|break|continue|get|set|static)\s*$/;
/** So it does before these. */
const BEHIND = /^\s*(=>|\+\+|--)/;
/** Longer than what they look at. */
const NEAR = 20;

function canBreak(text: string, start: number, at: number): boolean {
  if (text.slice(start, at).trim() === "") return false;
  return !BEFORE.test(text.slice(Math.max(start, at - NEAR), at)) && !BEHIND.test(text.slice(at, at + NEAR));
}

export interface SourceLines {
  readonly code: string;
  /** For each line of `code` the line of the source, from 1. */
  readonly lines: readonly number[];
}

/** @param map - source map of `code`, of one source. */
export function breakLines(code: string, map: string): SourceLines {
  const segments = decodeMappings((JSON.parse(map) as { mappings: string }).mappings);
  const out: string[] = [];
  const lines: number[] = [];
  let line = 0;
  code.split("\n").forEach((text, i) => {
    let start = 0;
    const [first, ...rest] = segments[i] ?? [];
    line = first?.line ?? line;
    for (const segment of rest) {
      if (segment.line === line || !canBreak(text, start, segment.column)) continue;
      out.push(text.slice(start, segment.column));
      lines.push(line + 1);
      start = segment.column;
      line = segment.line;
    }
    out.push(text.slice(start));
    lines.push(line + 1);
  });
  return { code: out.join("\n"), lines };
}

/** A source map as XS reads it: one segment a line. */
export function encodeLines(lines: readonly number[], source: string): string {
  let before = 1;
  const mappings = lines.map((line) => {
    const difference = line - before;
    before = line;
    return `AA${encodeNumber(difference)}A`;
  });
  return JSON.stringify({ version: 3, sources: [source], mappings: mappings.join(";") });
}

function encodeNumber(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = "";
  do {
    const more = rest >> 5 > 0 ? 32 : 0;
    text += DIGITS[(rest & 31) | more] ?? "";
    rest >>= 5;
  } while (rest > 0);
  return text;
}
