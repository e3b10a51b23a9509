// SPDX-License-Identifier: Apache-2.0
/** Globals that Moddable gives to every app and that are not in ECMAScript. */

/** Writes each item, as text, to the board's console; no line end is added. */
declare function trace(...items: unknown[]): void;
