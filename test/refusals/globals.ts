// SPDX-License-Identifier: Apache-2.0
/** The names of the global object on a board: those of XS, as on Moddable's boards, without Compartment and SharedArrayBuffer, and no more. */
export const GLOBALS: readonly string[] = Object.freeze(
  `AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date Error
  EvalError FinalizationRegistry Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array JSON Map Math
  ModuleSource NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set String Symbol
  SyntaxError TypeError TypedArray URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet
  decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval global globalThis isFinite isNaN parseFloat parseInt
  trace undefined unescape`.split(/\s+/),
);
