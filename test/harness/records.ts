// SPDX-License-Identifier: Apache-2.0
/** Takes the records of board/spec.ts out of a board's console as it comes; the rest is the console's own text. */
import type { Report } from "./runner.js";

const RECORD = "\u001e";
const TEXT_MAX = 16_384;

export class RecordReader {
  readonly reports: Report[] = [];
  readonly #onReport: (report: Report) => void;
  #text = "";
  #record: string | undefined;

  constructor(onReport: (report: Report) => void) {
    this.#onReport = onReport;
  }

  /** What the console said besides, at its end TEXT_MAX characters. A record that was cut short is in it. */
  get text(): string {
    return this.#text + (this.#record === undefined ? "" : `${this.#record} (cut short)`);
  }

  push(chunk: string): void {
    let rest = chunk;
    while (rest !== "") {
      const end = rest.indexOf(this.#record === undefined ? RECORD : "\n");
      const part = end < 0 ? rest : rest.slice(0, end);
      if (this.#record === undefined) this.#keep(part);
      else this.#record += part;
      if (end < 0) return;
      rest = rest.slice(end + 1);
      if (this.#record === undefined) this.#record = "";
      else this.#close(this.#record);
    }
  }

  #keep(text: string): void {
    this.#text = (this.#text + text).slice(-TEXT_MAX);
  }

  #close(record: string): void {
    this.#record = undefined;
    let report: Report;
    try {
      report = JSON.parse(record) as Report;
    } catch {
      this.#keep(`${record}\n`);
      return;
    }
    this.reports.push(report);
    this.#onReport(report);
  }
}
