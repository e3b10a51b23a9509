// SPDX-License-Identifier: Apache-2.0
/** The entries of one path of a sealed store: what its class asks of the log, with the path made and the quota held. */
import { requireValueLength } from "../bytes/value-format.js";
import { ProtocolError } from "../errors/security-error.js";
import type { Directory, Path } from "./directory.js";
import type { DomainEntries } from "./domain.js";
import type { Change, EntryLog, FoundEntry, ValueWriter } from "./entries.js";

/** A change of one entry of the path; without a value it is deleted. */
export interface EntryChange {
  readonly name: Uint8Array;
  readonly format: number;
  readonly value: Uint8Array | undefined;
}

export class SealedEntries implements DomainEntries {
  readonly #directory: Directory;
  readonly #path: Path;

  constructor(directory: Directory, path: Path) {
    this.#directory = directory;
    this.#path = path;
  }

  get #log(): EntryLog {
    return this.#directory.log;
  }

  get valueMax(): number {
    return this.#log.valueMax;
  }

  get quota(): number {
    return this.#path.quota;
  }

  get used(): number {
    const { number } = this.#path;
    return number === undefined ? 0 : this.#log.usedBy(number);
  }

  find(name: Uint8Array): FoundEntry | undefined {
    const { number } = this.#path;
    const log = this.#log;
    return number === undefined ? undefined : log.find(number, name);
  }

  names(): Uint8Array[] {
    const { number } = this.#path;
    const log = this.#log;
    return number === undefined ? [] : log.names(number);
  }

  write(name: Uint8Array, format: number, value: Uint8Array): void {
    this.commit([{ name, format, value }]);
  }

  delete(name: Uint8Array): void {
    this.commit([{ name, format: 0, value: undefined }]);
  }

  /**
   * All changes or none; a name occurs once. Deletions of what is not there are left out, and a commit of nothing is none.
   * @throws ProtocolError STORAGE_QUOTA, STORAGE_PATHS; what the log's `commit` throws.
   */
  commit(changes: readonly EntryChange[]): void {
    const present = changes.filter(({ name, value }) => value !== undefined || this.find(name) !== undefined);
    if (present.length === 0) return;
    if (this.#path.quota !== 0) this.#requireQuota(present.reduce((sum, change) => sum + this.#growth(change), 0));
    this.#directory.commit(this.#path, (domain) => present.map((change): Change => ({ domain, ...change })));
  }

  /**
   * A value in parts. A path that is new is made at once: what a writer commits is its own entry.
   * Its methods throw, and abort it: RangeError - longer than valueMax; ProtocolError STORAGE_QUOTA; what the log's throw.
   * @throws ProtocolError STORAGE_PATHS; what the log's `commit` and `writer` throw.
   */
  writer(name: Uint8Array, format: number): ValueWriter {
    const log = this.#log;
    if (this.#path.number === undefined || this.#path.isChanged) this.#directory.commit(this.#path, () => []);
    const writer = log.writer(this.#path.number as number, name, format);
    const before = this.#costOf(name);
    let length = 0;
    const guard = (): void => {
      try {
        requireValueLength(length, this.valueMax);
        this.#requireQuota(this.#log.cost(name.length, length) - before);
      } catch (error) {
        writer.abort();
        throw error;
      }
    };
    return {
      write: (bytes) => {
        length += bytes.length;
        guard();
        writer.write(bytes);
      },
      finish: () => {
        guard();
        writer.finish();
      },
      abort: () => writer.abort(),
    };
  }

  #growth({ name, value }: EntryChange): number {
    const after = value === undefined ? 0 : this.#log.cost(name.length, value.length);
    return after - this.#costOf(name);
  }

  #costOf(name: Uint8Array): number {
    const { number } = this.#path;
    return number === undefined ? 0 : this.#log.costOf(number, name);
  }

  /** @throws ProtocolError STORAGE_QUOTA - `growth` more bytes are more than the path may take. */
  #requireQuota(growth: number): void {
    const { quota } = this.#path;
    const used = this.used + growth;
    if (quota === 0 || growth <= 0 || used <= quota) return;
    throw new ProtocolError("STORAGE_QUOTA", `${used} bytes with this one, ${quota} at most`);
  }
}
Object.freeze(SealedEntries.prototype);
