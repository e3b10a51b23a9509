// SPDX-License-Identifier: Apache-2.0
/** An error in what the user wrote: one message, with file and line where there is one. */

export interface SourcePlace {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based; 0 when only the line is known. */
  readonly column: number;
}

export class CompileError extends Error {
  override readonly name = "CompileError";
  readonly place: SourcePlace | undefined;
  /** Further errors of the same build, already formatted, one a line. */
  readonly others: readonly string[];
  /** What to do about it; "" where the message says it all. */
  readonly advice: string;

  constructor(message: string, place?: SourcePlace, others: readonly string[] = [], advice = "") {
    super(message);
    this.place = place;
    this.others = others;
    this.advice = advice;
  }

  /** `file:line:column: message`, as editors understand it. */
  describe(): string {
    const { place } = this;
    const first = place
      ? `${place.file}:${place.line}${place.column > 0 ? `:${place.column}` : ""}: ${this.message}`
      : this.message;
    return [first, ...this.others].join("\n");
  }
}
