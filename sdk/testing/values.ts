// SPDX-License-Identifier: Apache-2.0
/**
 * Any value of a spec as JSON, for the simulator's side to show it as mocha would: what was compared, what was thrown. The
 * simulator makes a value of the same kind from it (host-sim/testing/decode.ts). Bounded in depth and size.
 */

/**
 * Strings, booleans, null and finite numbers are themselves; anything else is an array that begins with its kind.
 * Objects come as entries; "seen" is a circle, with the level that it leads back to; "more" stands where a bound was reached.
 */
export type Encoded = string | number | boolean | null | readonly [kind: string, ...parts: readonly unknown[]];

const DEPTH_MAX = 12;
const VALUES_MAX = 2000;
const TEXT_MAX = 0x2_0000;
/** Own properties of an error that are shown, though some are not enumerable. */
const ERROR_KEYS: readonly string[] = ["actual", "expected", "showDiff", "operator", "code", "cause"];
const MORE: Encoded = ["more"];

type TypedArray = Uint8Array;

/** Strict equality finds these by what they are, not by what they claim. */
const typedArrays = Object.freeze({
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
});

class Encoder {
  readonly #above: object[] = [];
  #left = VALUES_MAX;

  encode(value: unknown): Encoded {
    if (this.#left-- <= 0) return MORE;
    switch (typeof value) {
      case "string":
        return value.length <= TEXT_MAX ? value : `${value.slice(0, TEXT_MAX)}...`;
      case "boolean":
        return value;
      case "number":
        return Number.isFinite(value) && !Object.is(value, -0)
          ? value
          : ["number", Object.is(value, -0) ? "-0" : `${value}`];
      case "bigint":
        return ["bigint", `${value}`];
      case "undefined":
        return ["undefined"];
      case "symbol":
        return ["symbol", value.description ?? ""];
      case "function":
        return ["function", value.name];
      default:
        return value === null ? null : this.#encodeObject(value as object);
    }
  }

  #encodeObject(value: object): Encoded {
    const level = this.#above.indexOf(value);
    if (level >= 0) return ["seen", level];
    if (this.#above.length >= DEPTH_MAX) return MORE;
    this.#above.push(value);
    try {
      return this.#encodeKind(value);
    } catch (error) {
      // A getter or a proxy that throws.
      return ["opaque", error instanceof Error ? error.message : "?"];
    } finally {
      this.#above.pop();
    }
  }

  #encodeKind(value: object): Encoded {
    if (value instanceof Error) return this.#encodeError(value);
    if (Array.isArray(value)) return ["array", ...value.slice(0, VALUES_MAX).map((item) => this.encode(item))];
    if (value instanceof Date) return ["date", value.getTime()];
    if (value instanceof RegExp) return ["regexp", value.source, value.flags];
    if (value instanceof Map) return ["map", ...this.#all([...value].flat())];
    if (value instanceof Set) return ["set", ...this.#all([...value])];
    if (value instanceof Promise) return ["promise"];
    if (value instanceof ArrayBuffer) return ["buffer", ...new Uint8Array(value)];
    if (value instanceof DataView) {
      return ["view", ...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)];
    }
    for (const [name, type] of Object.entries(typedArrays)) {
      if (value instanceof type) return ["typed", name, ...this.#all([...(value as unknown as TypedArray)])];
    }
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return ["boxed", this.encode(value.valueOf())];
    }
    return this.#encodeProperties("object", value, Object.keys(value));
  }

  #all(values: readonly unknown[]): Encoded[] {
    return values.slice(0, VALUES_MAX).map((item) => this.encode(item));
  }

  #encodeProperties(kind: string, value: object, keys: readonly string[], ...before: readonly unknown[]): Encoded {
    const entries = keys.map((key) => [key, this.encode((value as Record<string, unknown>)[key])]);
    return [kind, ...before, ...entries];
  }

  #encodeError(error: Error): Encoded {
    const { name, message, stack = "" } = error;
    const known = ERROR_KEYS.filter((key) => Object.hasOwn(error, key));
    const others = Object.keys(error).filter(
      (key) => !ERROR_KEYS.includes(key) && !["message", "stack", "name"].includes(key),
    );
    const isPlain = (key: string): boolean => typeof (error as unknown as Record<string, unknown>)[key] !== "function";
    return this.#encodeProperties(
      "error",
      error,
      [...known, ...others.filter(isPlain)],
      `${name}`,
      `${message}`,
      `${stack}`,
    );
  }
}

export function encodeValue(value: unknown): Encoded {
  return new Encoder().encode(value);
}
