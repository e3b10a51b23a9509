// SPDX-License-Identifier: Apache-2.0
/** The two ways in which the CBOR vectors write a value: JSON, and diagnostic notation (RFC 8949 §8). Portable. */
import { encodeHex } from "../../../sdk/bytes/hex.js";
import { CborFloat, CborTag, type CborValue } from "../../../sdk/cbor/value.js";

const NEGATIVE_BIGNUM = 3;

/** The number that an item stands for: bignums (tags 2 and 3) too, which JSON has no other way to write. */
function numberOf(value: CborValue): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof CborFloat) return value.value;
  if (!(value instanceof CborTag) || !(value.value instanceof Uint8Array)) return undefined;
  const magnitude = BigInt(`0x${encodeHex(value.value)}`);
  return Number(value.tag === NEGATIVE_BIGNUM ? -1n - magnitude : magnitude);
}

/** Whether a value is the one that JSON says. */
export function isJson(value: CborValue, json: unknown): boolean {
  if (typeof json === "number") return Object.is(numberOf(value), json);
  if (Array.isArray(json)) {
    return Array.isArray(value) && value.length === json.length && value.every((item, i) => isJson(item, json[i]));
  }
  if (typeof json !== "object" || json === null) return value === json;
  const members = Object.entries(json);
  if (!(value instanceof Map) || value.size !== members.length) return false;
  return members.every(([key, member]) => isJson(value.get(key), member));
}

function floatNotation(value: number): string {
  const text = Object.is(value, -0) ? "-0" : `${value}`;
  return Number.isInteger(value) && !text.includes("e") ? `${text}.0` : text;
}

export function diagnosticOf(value: CborValue): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof Uint8Array) return `h'${encodeHex(value)}'`;
  if (value instanceof CborFloat) return floatNotation(value.value);
  if (typeof value === "number") return Number.isSafeInteger(value) ? `${value}` : floatNotation(value);
  if (value instanceof CborTag) return `${value.tag}(${diagnosticOf(value.value)})`;
  if (value instanceof Map) {
    return `{${[...value].map(([key, item]) => `${diagnosticOf(key)}: ${diagnosticOf(item)}`).join(", ")}}`;
  }
  return Array.isArray(value) ? `[${value.map(diagnosticOf).join(", ")}]` : `${value}`;
}
