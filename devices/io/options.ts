// SPDX-License-Identifier: Apache-2.0
/** What the ECMA-419 classes here share in reading their options, with Moddable's errors. */

/** By name those that are read here by name: an app may forbid that of others (`noPropertyAccessFromIndexSignature`). */
type Options = Readonly<Record<string, unknown> & { mode?: unknown; path?: unknown; format?: unknown }>;

/** @throws TypeError when there is no options object. */
export function optionsOf(value: unknown): Options {
  if (typeof value !== "object" || value === null) throw new TypeError("options required");
  return value as Options;
}

/** @throws RangeError unless options.format is absent, falsy or `only`. */
export function requireFormat(options: Options, only: string): void {
  if (options.format && `${options.format as string}` !== only) refuseFormat(options.format, only);
}

/** @throws RangeError always. */
export function refuseFormat(format: unknown, only: string): never {
  throw new RangeError(`no format "${format as string}": there is "${only}"`);
}

/** A callback, or undefined. @throws Error when it is neither absent nor a function. */
export function callbackOf<F extends (...args: never[]) => void>(options: Options, name: string): F | undefined {
  const value = options[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "function") throw new Error(`${name} is not a function`);
  return value as F;
}

/** @throws TypeError - `value` is no number. Moddable makes one of it: 0 of a text. */
export function numberOf(value: unknown, what: string): number {
  if (typeof value !== "number") throw new TypeError(`${what}: expected a number, got ${typeof value}`);
  return value;
}

/**
 * The number of a pin or a port. Moddable cuts off fractions.
 * @param has - What begins the range in the message.
 * @throws TypeError, RangeError - not one of `first` to `last`.
 */
export function oneOf(value: unknown, what: string, first: number, last: number, has = "this board has"): number {
  const number = numberOf(value, what);
  if (Number.isInteger(number) && number >= first && number <= last) return number;
  throw new RangeError(`${what} ${number} does not exist: ${has} ${first} to ${last}`);
}
