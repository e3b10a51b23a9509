// SPDX-License-Identifier: Apache-2.0
/** CBOR values for properties: every type, with the edges of every length of head among them; and when two are the same. */
import fc from "fast-check";
import { encodeHex } from "../../sdk/bytes/hex.js";
import { encodeCbor } from "../../sdk/cbor/encode.js";
import { CborFloat, CborTag, type CborValue, markFloat } from "../../sdk/cbor/value.js";

const EDGES = [0, 23, 24, 255, 256, 65535, 65536, 4294967295, 4294967296, Number.MAX_SAFE_INTEGER];
const BIG_EDGES = [2n ** 53n, 2n ** 63n, 2n ** 64n - 1n, -(2n ** 53n), -(2n ** 64n)];
const FLOATS = [0.5, 0.1, 65504.5, 5e-324, 2 ** -24, 2 ** -25, 3.4028234663852886e38, 0, -0, 65504, 65536, 2 ** 40 + 1];
/** Those whose content is anyone's to check. */
const TAGS = [6, 23, 24, 55799, 2n ** 64n - 1n];

const integer = fc.oneof(
  fc.constantFrom(...EDGES),
  fc.constantFrom(...EDGES.slice(0, -1)).map((value) => -1 - value),
  fc.maxSafeInteger().map((value) => value + 0),
);
const bigInteger = fc.oneof(
  fc.constantFrom(...BIG_EDGES),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: -(2n ** 64n), max: -(2n ** 53n) }),
);
const float = fc.oneof(fc.constantFrom(...FLOATS), fc.double(), fc.float()).map(markFloat);
/** Any text, half surrogate pairs excepted. */
export const text = fc.oneof(fc.string({ unit: "binary", maxLength: 40 }), fc.constant("x".repeat(256)));
export const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.constantFrom(255, 256).map((length) => new Uint8Array(length)),
);
const scalar: fc.Arbitrary<CborValue> = fc.oneof(
  integer,
  bigInteger,
  float,
  text,
  bytes,
  fc.constantFrom(true, false, null, undefined),
  fc.date({ noInvalidDate: true }).map((date) => new CborTag(0, date.toISOString())),
  fc.uint8Array({ minLength: 9, maxLength: 20 }).map((content) => new CborTag(2, content.fill(1, 0, 1))),
);

function mapOf(entries: readonly (readonly [CborValue, CborValue])[]): CborValue {
  return new Map(entries);
}

/** Map keys are of any kind, each once. */
export const cborValue: fc.Arbitrary<CborValue> = fc.letrec<{ value: CborValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small", withCrossShrink: true },
    { weight: 6, arbitrary: scalar },
    { weight: 2, arbitrary: fc.array(tie("value"), { maxLength: 25 }) },
    {
      weight: 2,
      arbitrary: fc
        .uniqueArray(
          fc.tuple(fc.oneof({ weight: 5, arbitrary: scalar }, { weight: 1, arbitrary: tie("value") }), tie("value")),
          {
            maxLength: 8,
            selector: ([key]) => encodeHex(encodeCbor(key)),
          },
        )
        .map(mapOf),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom(...TAGS), tie("value")).map(([tag, value]) => new CborTag(tag, value)),
    },
  ),
})).value;

function sortedEntries(map: ReadonlyMap<CborValue, CborValue>): [string, CborValue, CborValue][] {
  const entries = [...map].map(([key, value]): [string, CborValue, CborValue] => [
    encodeHex(encodeCbor(key)),
    key,
    value,
  ]);
  return entries.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Whether two values are one: type, content, and in maps any order. */
export function isSame(a: CborValue, b: CborValue): boolean {
  if (a instanceof CborFloat) return b instanceof CborFloat && Object.is(a.value, b.value);
  if (a instanceof CborTag) return b instanceof CborTag && a.tag === b.tag && isSame(a.value, b.value);
  if (a instanceof Uint8Array) return b instanceof Uint8Array && encodeHex(a) === encodeHex(b);
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => isSame(item, b[i]));
  if (!(a instanceof Map)) return Object.is(a, b);
  if (!(b instanceof Map) || a.size !== b.size) return false;
  const others = sortedEntries(b);
  return sortedEntries(a).every(([, key, value], i) => {
    const [, otherKey, otherValue] = others[i] as [string, CborValue, CborValue];
    return isSame(key, otherKey) && isSame(value, otherValue);
  });
}
