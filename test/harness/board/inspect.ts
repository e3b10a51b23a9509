// SPDX-License-Identifier: Apache-2.0
/** A value as text for a message, cut short: two levels deep, 32 members. */

const MEMBERS = 32;
const TEXT = 500;

function inspectList(values: Iterable<unknown>, levels: number): string {
  const shown: string[] = [];
  for (const value of values) {
    if (shown.length === MEMBERS) {
      shown.push("...");
      break;
    }
    shown.push(inspect(value, levels - 1));
  }
  return shown.length > 0 ? `[ ${shown.join(", ")} ]` : "[]";
}

function inspectObject(value: object, levels: number): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (levels === 0) return Array.isArray(value) ? "[...]" : "{...}";
  if (Array.isArray(value)) return inspectList(value, levels);
  const kind = value.constructor?.name ?? "";
  if (ArrayBuffer.isView(value) && "length" in value) return `${kind}${inspectList(value as Uint8Array, levels)}`;
  if (value instanceof Map || value instanceof Set) return `${kind}${inspectList(value, levels)}`;
  const members = Object.entries(value)
    .slice(0, MEMBERS)
    .map(([key, member]) => `${key}: ${inspect(member, levels - 1)}`);
  return `${kind === "Object" ? "" : `${kind} `}{ ${members.join(", ")} }`;
}

export function inspect(value: unknown, levels = 2): string {
  if (typeof value === "string") return `'${value.length > TEXT ? `${value.slice(0, TEXT)}...` : value}'`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `[Function ${value.name}]`;
  return typeof value === "object" && value !== null ? inspectObject(value, levels) : String(value);
}
