// SPDX-License-Identifier: Apache-2.0
/** Moddable's module `console`: a terminal on the board's console. There is no global of that name. */
declare module "console" {
  class Console {
    /** The next character code, or undefined when there is none: always, on a simulated board. */
    receive(): number | undefined;
    /** Writes each item, as text; no line end is added. */
    write(...items: unknown[]): void;
    /** Writes each item, as text, and a line end. */
    line(...items: unknown[]): void;
    resume(): void;
    suspend(): void;
    prompt(): void;
  }
  export default Console;
}
