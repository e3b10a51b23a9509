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
  if (mode !== "r" && mode !== "r+") throw new Error("invalid mode");
  return mode === "r";
}

/** The path as text. @throws Error when it is absent; TypeError for a Symbol. */
export function pathOf(options: Options): string {
  if (!("path" in options)) throw new Error("no path");
  return `${options.path as string}`;
}

/** @throws RangeError unless options.format is absent, falsy or `only`. */
export function requireFormat(options: Options, only: string): void {
  if (options.format && `${options.format as string}` !== only) throw new RangeError("invalid format");
}

/** A callback, or undefined. @throws Error when it is neither absent nor a function. */
export function callbackOf<F extends (...args: never[]) => void>(options: Options, name: string): F | undefined {
  const value = options[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "function") throw new Error(`${name} is not a function`);
  return value as F;
}

/** A whole number. @throws TypeError for a Symbol or a BigInt. */
export function integerOf(value: unknown): number {
  return (value as number) | 0;
}

/** The bytes of an ArrayBuffer, DataView or one-byte typed array: a view, not a copy. @throws TypeError otherwise. */
export function bytesOf(value: unknown): Uint8Array {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (value instanceof DataView || value instanceof Uint8Array || value instanceof Int8Array) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  if (value instanceof Uint8ClampedArray) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  throw new TypeError("byte buffer required");
}
