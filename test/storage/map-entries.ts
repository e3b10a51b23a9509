// SPDX-License-Identifier: Apache-2.0
/** A plain store in a Map, below the class that boards have over their plain log; power may go at a deletion. Portable. */
import { decodeUtf8, encodeUtf8 } from "../../sdk/bytes/utf8.js";
import type { DomainEntries } from "../../sdk/storage/domain.js";
import type { FoundEntry } from "../../sdk/storage/entries.js";

export class MapEntries implements DomainEntries {
  readonly valueMax = 4096;
  /** The deletion (from 1) at which power goes; 0: none. */
  cutAt = 0;
  #deletions = 0;
  readonly #kept = new Map<string, { format: number; value: Uint8Array }>();

  find(name: Uint8Array): FoundEntry | undefined {
    const kept = this.#kept.get(decodeUtf8(name));
    if (kept === undefined) return undefined;
    const { format, value } = kept;
    return { format, length: value.length, bytes: (start, end) => Uint8Array.from(value.subarray(start, end)).buffer };
  }

  names(): Uint8Array[] {
    return [...this.#kept.keys()].map(encodeUtf8);
  }

  write(name: Uint8Array, format: number, value: Uint8Array): void {
    this.put(decodeUtf8(name), format, value);
  }

  /** As nobody writes through the class. */
  put(name: string, format: number, value: Uint8Array): void {
    this.#kept.set(name, { format, value: value.slice() });
  }

  delete(name: Uint8Array): void {
    if (++this.#deletions === this.cutAt) throw new Error("no power");
    this.#kept.delete(decodeUtf8(name));
  }
}
