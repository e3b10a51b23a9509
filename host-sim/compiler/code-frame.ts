// SPDX-License-Identifier: Apache-2.0
/** The lines around a place in a source, with a mark under it, as a terminal shows an error. */
import { existsSync, readFileSync } from "node:fs";

/** @returns "" when there is no such file, or no such line. */
export function lineOf(path: string, line: number): string {
  return existsSync(path) ? (readFileSync(path, "utf8").split(/\r?\n/)[line - 1] ?? "") : "";
}

/** @param column - from 1; 0: no mark. @returns "" when there is no such file. */
export function codeFrame(path: string, line: number, column: number): string {
  if (!existsSync(path)) return "";
  const lines = readFileSync(path, "utf8").replace(/\n$/, "").split(/\r?\n/);
  const first = Math.max(1, line - 1);
  const width = String(line + 1).length;
  const shown: string[] = [];
  for (let n = first; n <= Math.min(lines.length, line + 1); n++) {
    shown.push(`${n === line ? ">" : " "} ${String(n).padStart(width)} | ${lines[n - 1] ?? ""}`.trimEnd());
    if (n === line && column > 0) shown.push(`  ${" ".repeat(width)} | ${" ".repeat(column - 1)}^`);
  }
  return shown.join("\n");
}
