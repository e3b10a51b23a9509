// SPDX-License-Identifier: Apache-2.0
/// <reference path="../../sdk/contracts/ecma419/globals.d.ts" />
/**
 * The module `console` in the shape of Moddable's class: a terminal on the board's console. Output goes where `trace`
 * goes. The modelled boards have no console input, so `receive()` never has a character and no command line runs.
 */
class Console {
  /** The next character code, or undefined when there is none: always, here. */
  receive(): number | undefined {
    return undefined;
  }

  write(...items: unknown[]): void {
    for (const item of items) trace(`${item as string}`);
  }

  line(...items: unknown[]): void {
    this.write(...items, "\r\n");
  }

  resume(): void {}

  suspend(): void {}

  prompt(): void {}
}
Object.freeze(Console.prototype);

export default Object.freeze(Console);
