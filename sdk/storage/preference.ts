// SPDX-License-Identifier: Apache-2.0
/**
 * Moddable's `Preference` on a sealed store: small values under a domain and a key. All are in the path "preference", under
 * the domain, a byte 0 and the key; a boolean is a uint8 there, an integer an int32.
 */
import { utf8Length } from "../bytes/utf8.js";
import type { FormatName } from "../bytes/value-format.js";
import type { SealedDomain } from "./sealed-domain.js";
import type { SealedStore } from "./sealed-store.js";

/** As in Moddable, and so that domain, 0 and key are a name. */
const PART_MAX = 31;
const PATH = "preference";

export type PreferenceValue = boolean | number | string | ArrayBuffer;

/** The shape of Moddable's class: its methods are static there. They may be called without the object. */
export interface Preference {
  /** @returns The value in the type that it was set with; undefined when there is none. */
  readonly get: (domain: string, key: string) => PreferenceValue | undefined;
  /**
   * @param value - a boolean, a whole number of 32 bits with a sign, a string, or bytes, which `get` gives as an ArrayBuffer.
   * @throws TypeError - another type. RangeError - a number with a fraction or too large; a domain or key that is not 1 to
   * 31 bytes of UTF-8 without a byte 0; a longer value than `valueMax`. What a write to the store throws.
   */
  readonly set: (domain: string, key: string, value: PreferenceValue | ArrayBufferView) => void;
  /** Also of what is not there. */
  readonly delete: (domain: string, key: string) => void;
  /** The keys of a domain, in no order. */
  readonly keys: (domain: string) => string[];
  /** Deletes all keys of a domain in one commit; without a domain those of every domain. */
  readonly reset: (domain?: string) => void;
}

function partOf(value: unknown, what: string): string {
  const text = `${value as string}`;
  const length = utf8Length(text);
  if (length > 0 && length <= PART_MAX && !text.includes("\0")) return text;
  throw new RangeError(`${what}: expected 1 to ${PART_MAX} bytes of UTF-8 without a byte 0, got ${length}`);
}

function nameOf(domain: unknown, key: unknown): string {
  return `${partOf(domain, "domain")}\0${partOf(key, "key")}`;
}

/** @returns The format in which a value is kept; "buffer" refuses what no format takes. */
function formatFor(value: unknown): FormatName {
  if (typeof value === "boolean") return "uint8";
  if (typeof value === "number") return "int32";
  return typeof value === "string" ? "string" : "buffer";
}

/**
 * Preferences in a sealed store.
 * @param store - what opens its paths: `thimble/device/storage` or a SealedStore.
 */
export function createPreference(store: Pick<SealedStore, "open">): Preference {
  const domain = store.open({ path: PATH }) as SealedDomain;
  const keysIn = (prefix: string): string[] => [...domain].filter((name) => name.startsWith(prefix));
  return Object.freeze({
    get(of: string, key: string): PreferenceValue | undefined {
      const name = nameOf(of, key);
      const format = domain.formatOf(name);
      if (format === undefined) return undefined;
      domain.format = format;
      const value = domain.read(name);
      if (format === "uint8") return value !== 0;
      if (typeof value === "bigint") throw new TypeError(`"${key}" was written as ${format}: it is no preference`);
      return value;
    },
    set(of: string, key: string, value: PreferenceValue | ArrayBufferView): void {
      const name = nameOf(of, key);
      domain.format = formatFor(value);
      domain.write(name, typeof value === "boolean" ? Number(value) : value);
    },
    delete(of: string, key: string): void {
      domain.delete(nameOf(of, key));
    },
    keys(of: string): string[] {
      const prefix = `${partOf(of, "domain")}\0`;
      return keysIn(prefix).map((name) => name.slice(prefix.length));
    },
    reset(of?: string): void {
      const batch = domain.batch();
      for (const name of keysIn(of === undefined ? "" : `${partOf(of, "domain")}\0`)) batch.delete(name);
      batch.commit();
    },
  });
}
