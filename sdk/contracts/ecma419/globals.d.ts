// SPDX-License-Identifier: Apache-2.0
/** Globals that Moddable gives to every app and that are not in ECMAScript. */

/** Writes each item, as text, to the board's console; no line end is added. */
declare function trace(...items: unknown[]): void;

interface ArrayBufferConstructor {
  /** The UTF-8 bytes of a text. XS has it, ECMAScript has not. */
  fromString(text: string): ArrayBuffer;
}

interface StringConstructor {
  /** The text of UTF-8 bytes. XS has it, ECMAScript has not. @throws TypeError - malformed UTF-8. */
  fromArrayBuffer(buffer: ArrayBufferLike): string;
}
