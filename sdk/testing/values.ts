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
const ERROR_KEYS: readonly string[] = ["showDiff", "operator", "code", "actual", "expected", "cause"];
const ERROR_WORDS: readonly string[] = ["name", "message", "stack"];
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
  #textLeft = TEXT_MAX;

  encode(value: unknown): Encoded {
    if (this.#left-- <= 0) return MORE;
    switch (typeof value) {
      case "string":
        return this.#encodeText(value);
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

  /** What is cut is beyond what mocha shows of a text. */
  #encodeText(value: string): string {
    const text = value.slice(0, Math.max(0, this.#textLeft));
    this.#textLeft -= text.length;
    return text;
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
    if (value instanceof ArrayBuffer) return ["buffer", ...new Uint8Array(value).subarray(0, VALUES_MAX)];
    if (value instanceof DataView) {
      return ["view", ...new Uint8Array(value.buffer, value.byteOffset, value.byteLength).subarray(0, VALUES_MAX)];
    }
    for (const [name, type] of Object.entries(typedArrays)) {
      if (value instanceof type) return ["typed", name, ...this.#all([...(value as unknown as TypedArray)])];
    }
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return ["boxed", this.encode(value.valueOf())];
    }
    const own = value as Record<string, unknown>;
    return ["object", ...Object.keys(value).map((key) => [this.#encodeText(key), this.encode(own[key])])];
  }

  #all(values: readonly unknown[]): Encoded[] {
    return values.slice(0, VALUES_MAX).map((item) => this.encode(item));
  }

  /** Each of its properties has bounds of its own: of two values that were compared, one may be large. */
  #encodeError(error: Error): Encoded {
    const own = error as unknown as Record<string, unknown>;
    const others = Object.keys(error).filter((key) => !ERROR_KEYS.includes(key) && !ERROR_WORDS.includes(key));
    const keys = [...ERROR_KEYS.filter((key) => Object.hasOwn(error, key)), ...others];
    const words = ERROR_WORDS.map((key) => this.#encodeText(`${own[key] ?? ""}`));
    const entries = keys.flatMap((key) => {
      this.#left = VALUES_MAX;
      this.#textLeft = TEXT_MAX;
      return typeof own[key] === "function" ? [] : [[key, this.encode(own[key])]];
    });
    return ["error", ...words, ...entries];
  }
}

export function encodeValue(value: unknown): Encoded {
  return new Encoder().encode(value);
}
