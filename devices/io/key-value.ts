// SPDX-License-Identifier: Apache-2.0
/**
 * `embedded:storage/key-value`, ECMA-419 shape as in Moddable: `open({ path, mode, format })` gives a domain of the plain
 * log. Names are 1 to 63 bytes of UTF-8, values up to 4096 bytes.
 */
import { type DomainEntries, KeyValueDomain, openOptionsOf, pathBytes } from "../../sdk/storage/domain.js";
import type { FoundEntry } from "../../sdk/storage/entries.js";
import { type Entry, KeyValueLog, VALUE_MAX } from "./key-value-log.js";

/** An entry of the plain log. */
class PlainEntry implements FoundEntry {
  readonly format: number;
  readonly length: number;
  readonly #log: KeyValueLog;
  readonly #entry: Entry;

  constructor(log: KeyValueLog, entry: Entry) {
    this.format = entry.type;
    this.length = entry.valueLength;
    this.#log = log;
    this.#entry = entry;
  }

  bytes(start: number, end: number): ArrayBuffer {
    const value = this.#log.readValue(this.#entry);
    return start === 0 && end === this.length ? value : value.slice(start, end);
  }
}
Object.freeze(PlainEntry.prototype);

/** The entries of a domain of the plain log. */
class PlainEntries implements DomainEntries {
  readonly valueMax = VALUE_MAX;
  readonly #log: KeyValueLog;
  readonly #domain: Uint8Array;

  constructor(log: KeyValueLog, domain: Uint8Array) {
    this.#log = log;
    this.#domain = domain;
  }

  find(name: Uint8Array): FoundEntry | undefined {
    const entry = this.#log.find(this.#domain, name);
    return entry && new PlainEntry(this.#log, entry);
  }

  names(): Uint8Array[] {
    return this.#log.keys(this.#domain);
  }

  write(name: Uint8Array, format: number, value: Uint8Array): void {
    this.#log.put(this.#domain, name, format, value);
  }

  delete(name: Uint8Array): void {
    this.#log.delete(this.#domain, name);
  }
}
Object.freeze(PlainEntries.prototype);

// One log in a machine, mounted at the first open. Firmware modules are evaluated on the board, so this may change.
let mounted: KeyValueLog | undefined;

function open(options: unknown): KeyValueDomain {
  const given = openOptionsOf(options);
  const domain = pathBytes(given.path);
  mounted ??= new KeyValueLog();
  return new KeyValueDomain(new PlainEntries(mounted, domain), given);
}

export default Object.freeze({ open });
