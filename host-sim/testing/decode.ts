// SPDX-License-Identifier: Apache-2.0
/** Values of a spec, as a tester encoded them (sdk/testing/values.ts), back as values of this process: mocha shows them. */
import type { Encoded } from "../../sdk/testing/values.js";

/** What only a stack can be made from: `app:OFFSET` and the like become places in a file. */
export type StackReader = (stack: string) => string;

const TYPED_ARRAYS = Object.freeze({
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

/** A function with that name, to be shown as one. */
function functionNamed(name: string): () => void {
  return Object.defineProperty(() => undefined, "name", { value: name });
}

function toNumber(text: string): number {
  return text === "-0" ? -0 : Number(text);
}

/** With the name as an inherited property: an error's own ones are what was put there. */
function errorOf(name: string, message: string, stack: string): Error {
  const error = new Error(message);
  Object.setPrototypeOf(error, Object.create(Error.prototype, { name: { value: name, configurable: true } }));
  error.stack = stack;
  return error;
}

class Decoder {
  readonly #readStack: StackReader;
  /** What the present value is in, outermost first: a circle leads back there. */
  readonly #above: object[] = [];
  /** Whether the tester left something out. */
  isCut = false;

  constructor(readStack: StackReader) {
    this.#readStack = readStack;
  }

  decode(encoded: Encoded): unknown {
    if (!Array.isArray(encoded)) return encoded;
    const [kind, ...parts] = encoded as readonly [string, ...unknown[]];
    const text = `${parts[0] ?? ""}`;
    switch (kind) {
      case "undefined":
        return undefined;
      case "number":
        return toNumber(text);
      case "bigint":
        return BigInt(text);
      case "symbol":
        return Symbol(text);
      case "function":
        return functionNamed(text);
      case "seen":
        return this.#above[Number(text)];
      case "opaque":
        return `[unreadable: ${text}]`;
      case "more":
        this.isCut = true;
        return undefined;
      default:
        return this.#object(kind, parts as Encoded[]);
    }
  }

  #object(kind: string, parts: readonly Encoded[]): unknown {
    const [first = null, second = null, third = null, ...rest] = parts;
    switch (kind) {
      case "array":
        return this.#fill([] as unknown[], (array) => void array.push(...this.#all(parts)));
      case "set":
        return this.#fill(new Set(), (set) => void this.#all(parts).map((value) => set.add(value)));
      case "map":
        return this.#fill(new Map(), (map) => void this.#pairs(parts).map(([key, value]) => map.set(key, value)));
      case "object":
        return this.#define({}, parts);
      case "error":
        return this.#define(errorOf(`${first}`, `${second}`, this.#readStack(`${third}`)), rest);
      case "date":
        return new Date(first === null ? Number.NaN : Number(first));
      case "regexp":
        return new RegExp(`${first}`, `${second}`);
      case "promise":
        return Promise.resolve();
      case "buffer":
        return Uint8Array.from(parts as number[]).buffer;
      case "view":
        return new DataView(Uint8Array.from(parts as number[]).buffer);
      case "boxed":
        return Object(this.decode(first));
      case "typed": {
        const type = TYPED_ARRAYS[first as keyof typeof TYPED_ARRAYS] as Uint8ArrayConstructor;
        return type.from(this.#all(parts.slice(1)) as number[]);
      }
      default:
        throw new RangeError(`no kind of value: ${kind}`);
    }
  }

  #all(parts: readonly Encoded[]): unknown[] {
    return parts.map((part) => this.decode(part));
  }

  #pairs(parts: readonly Encoded[]): [unknown, unknown][] {
    const flat = this.#all(parts);
    return flat.flatMap((key, i): [unknown, unknown][] => (i % 2 === 0 ? [[key, flat[i + 1]]] : []));
  }

  #fill<Container extends object>(container: Container, fill: (container: Container) => void): Container {
    this.#above.push(container);
    fill(container);
    this.#above.pop();
    return container;
  }

  /** A property of the name `__proto__` is one like any other. */
  #define(target: object, entries: readonly Encoded[]): object {
    return this.#fill(target, () => {
      for (const [key, value] of entries as unknown as (readonly [string, Encoded])[]) {
        const property = { value: this.decode(value), enumerable: true, configurable: true, writable: true };
        Object.defineProperty(target, key, property);
      }
    });
  }
}

/**
 * @param readStack - for the stacks of errors.
 * @returns `isCut`: the tester reached a bound, and what is missing is undefined here.
 */
export function decodeValue(encoded: Encoded, readStack: StackReader): { value: unknown; isCut: boolean } {
  const decoder = new Decoder(readStack);
  const value = decoder.decode(encoded);
  return { value, isCut: decoder.isCut };
}
