// SPDX-License-Identifier: Apache-2.0
/** Arguments of a spec that the device would not take, or would take for something else: each error says what was expected. */

/** What fits into one frame of Ethernet, as on the boards: more is no datagram. */
const DATAGRAM_MAX = 1472;
const COUNT_MAX = 0x7fff_ffff;
/** Ten years. */
const MS_MAX = 10 * 366 * 86_400_000;
const OCTET = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 80));
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value) ? "an array" : "an object";
}

function fail(what: string, expected: string, value: unknown): never {
  const message = `${what}: expected ${expected}, got ${show(value)}`;
  throw typeof value === "number" ? new RangeError(message) : new TypeError(message);
}

export function requireWhole(what: string, value: unknown, min: number, max: number): void {
  if (!Number.isInteger(value) || (value as number) < min || (value as number) > max)
    fail(what, `a whole number from ${min} to ${max}`, value);
}

/** Milliseconds. */
export function requireMs(what: string, value: unknown): void {
  if (typeof value !== "number" || !(value >= 0 && value <= MS_MAX)) fail(what, `a number from 0 to ${MS_MAX}`, value);
}

export function requireCount(what: string, value: unknown, min: 0 | 1): void {
  requireWhole(what, value, min, COUNT_MAX);
}

export function requireFunction(what: string, value: unknown): void {
  if (typeof value !== "function") fail(what, "a function", value);
}

export function requireAddress(what: string, address: unknown, port: unknown): void {
  if (typeof address !== "string" || !IPV4.test(address)) fail(what, 'an IPv4 address, as "192.0.2.7"', address);
  requireWhole(`${what}, port`, port, 1, 65535);
}

export function requireDatagram(what: string, data: unknown): void {
  if (!(data instanceof Uint8Array)) fail(what, "a Uint8Array", data);
  if (data.length > DATAGRAM_MAX)
    throw new RangeError(`${what}: expected at most ${DATAGRAM_MAX} bytes, got ${data.length}`);
}

/** An object with none but these names. */
export function requireNames(what: string, value: unknown, names: readonly string[]): void {
  if (typeof value !== "object" || value === null) fail(what, `an object with ${names.join(", ")}`, value);
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new TypeError(`${what}: there is no option "${unknown}", only ${names.join(", ")}`);
}
