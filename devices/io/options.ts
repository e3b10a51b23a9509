// SPDX-License-Identifier: Apache-2.0
/** What the ECMA-419 classes here share in reading their options, with Moddable's errors. */

type Options = Readonly<Record<string, unknown>>;

/** @throws TypeError when there is no options object. */
export function optionsOf(value: unknown): Options {
  if (typeof value !== "object" || value === null) throw new TypeError("options required");
  return value as Options;
}

/** The open mode of a storage: true for "r", false for "r+" and for none. */
export function readOnlyOf(options: Options): boolean {
  if (!("mode" in options)) return false;
  const mode = `${options.mode as string}`;
  if (mode !== "r" && mode !== "r+") throw new Error(`no mode "${mode}": there are "r" and "r+"`);
  return mode === "r";
}

/** The path as text. @throws Error when it is absent; TypeError for a Symbol. */
export function pathOf(options: Options): string {
  if (!("path" in options)) throw new Error("path required");
  return `${options.path as string}`;
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

/** The bytes of an ArrayBuffer, DataView or one-byte typed array: a view, not a copy. @throws TypeError otherwise. */
export function bytesOf(value: unknown): Uint8Array {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (value instanceof DataView || value instanceof Uint8Array || value instanceof Int8Array) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  if (value instanceof Uint8ClampedArray) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  throw new TypeError(`expected an ArrayBuffer, Uint8Array, Int8Array or DataView, got ${typeof value}`);
}
