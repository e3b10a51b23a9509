// SPDX-License-Identifier: Apache-2.0
/** Structural equality of plain data. What it cannot compare makes it throw: nothing is equal by oversight. */

type Comparable = object & { readonly [key: PropertyKey]: unknown };

function areEqualLists(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!isDeepEqual(a[i], b[i])) return false;
  return true;
}

function areEqualMaps(a: ReadonlyMap<unknown, unknown>, b: ReadonlyMap<unknown, unknown>): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) if (!b.has(key) || !isDeepEqual(value, b.get(key))) return false;
  return true;
}

function areEqualSets(a: ReadonlySet<unknown>, b: ReadonlySet<unknown>): boolean {
  if (a.size !== b.size) return false;
  for (const value of a) if (!b.has(value)) return false;
  return true;
}

function areEqualRecords(a: Comparable, b: Comparable): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && isDeepEqual(a[key], b[key]));
}

/** Keys of Maps and members of Sets are compared as Map and Set do. @throws TypeError for other kinds of objects. */
export function isDeepEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const prototype = Object.getPrototypeOf(a);
  if (prototype !== Object.getPrototypeOf(b)) return false;
  if (Array.isArray(a) && Array.isArray(b)) return areEqualLists(a, b);
  if (ArrayBuffer.isView(a) && "length" in a) return areEqualLists(a as Uint8Array, b as Uint8Array);
  if (a instanceof Map && b instanceof Map) return areEqualMaps(a, b);
  if (a instanceof Set && b instanceof Set) return areEqualSets(a, b);
  if (prototype === Object.prototype || prototype === null) return areEqualRecords(a as Comparable, b as Comparable);
  throw new TypeError("deepEqual compares plain data only");
}
