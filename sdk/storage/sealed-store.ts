// SPDX-License-Identifier: Apache-2.0
/** A sealed partition with its stores: what is in it is encrypted, authenticated and changed whole or not at all. */
import { decodeUtf8 } from "../bytes/utf8.js";
import type { FormatName } from "../bytes/value-format.js";
import { ProtocolError } from "../errors/security-error.js";
import { Directory } from "./directory.js";
import { openOptionsOf, pathBytes } from "./domain.js";
import type { Change, EntryLog } from "./entries.js";
import { SealedDomain } from "./sealed-domain.js";
import { SealedEntries } from "./sealed-entries.js";

const QUOTA_MAX = 0xffffffff;

/** Options of `open`: ECMA-419's, and `quota`. */
export interface SealedOpenOptions<F extends FormatName = FormatName> {
  /** 1 to 63 bytes of UTF-8; a "/" at the end counts for nothing. */
  readonly path: string;
  /** "r+", the default, or "r". */
  readonly mode?: "r" | "r+";
  /** Of the values; "buffer" when left out. */
  readonly format?: F;
  /** Bytes that all entries of the path may take, as `used` counts them; 0: as many as there are. Left out: the kept one. */
  readonly quota?: number;
}

export interface SealedStatus {
  /** Bytes that all entries may take together, and take now. */
  readonly capacity: number;
  readonly used: number;
  /** Bytes in the largest value. */
  readonly valueMax: number;
  /** How many paths exist, of 30. */
  readonly paths: number;
}

/** @throws RangeError - no whole number from 0 to 2^32 - 1. */
function requireQuota(quota: unknown): asserts quota is number {
  if (Number.isInteger(quota) && (quota as number) >= 0 && (quota as number) <= QUOTA_MAX) return;
  throw new RangeError(`quota: expected a whole number from 0 to ${QUOTA_MAX}, got ${quota as number}`);
}

/**
 * A mounted partition. Every method but `close`, and every one of its stores, can give ProtocolError STORAGE_DAMAGED (what
 * lies there does not verify) and STORAGE_STOPPED (after an earlier failure: mount it again), and a SyntaxError once closed.
 */
export class SealedStore {
  readonly #directory: Directory;

  /** @throws ProtocolError STORAGE_DAMAGED. */
  constructor(log: EntryLog) {
    this.#directory = new Directory(log);
  }

  /**
   * Opens the store of a path. The path is made by the first write, which also keeps a new quota; opened with mode "r" one
   * that does not exist is empty. Several may be open on one path: they see one another's writes and have one quota.
   * @throws TypeError, RangeError, Error - wrong options, as of `embedded:storage/key-value`; `quota` with mode "r".
   */
  open<F extends FormatName = "buffer">(options: SealedOpenOptions<F>): SealedDomain<F>;
  open(options: unknown): SealedDomain {
    const given = openOptionsOf(options);
    const { quota } = given.given;
    if (quota !== undefined) requireQuota(quota);
    if (quota !== undefined && given.readOnly) throw new Error("open for reading only: a quota needs writing");
    const path = this.#directory.open(pathBytes(given.path));
    const store = new SealedDomain(new SealedEntries(this.#directory, path), given);
    if (quota !== undefined && quota !== path.quota) {
      path.quota = quota;
      path.isChanged = true;
    }
    return store;
  }

  /** The paths that exist, in no order. */
  paths(): string[] {
    return this.#directory.existing().map(({ name }) => decodeUtf8(name));
  }

  /**
   * Deletes all entries of a path, then the path and its quota. Stores that are open on it are empty then, and may write.
   * @returns Whether it was one commit, or there was nothing to do. False: there was no room for it in one, so entries
   * went one after the other and the path last. When power goes in between, some are left: remove it again.
   * @throws ProtocolError STORAGE_BUSY, STORAGE_FULL, STORAGE_WORN, STORAGE_COUNTER.
   */
  remove(path: string): boolean {
    const { log } = this.#directory;
    const found = this.#directory.find(pathBytes(path));
    if (found?.number === undefined) return true;
    const domain = found.number;
    const changes = log.names(domain).map((name): Change => ({ domain, name, format: 0, value: undefined }));
    changes.push(this.#directory.deletion(found));
    let isWhole = true;
    try {
      log.commit(changes);
    } catch (error) {
      if (!(error instanceof ProtocolError) || error.detail !== "STORAGE_FULL") throw error;
      isWhole = false;
      for (const change of changes) log.commit([change]);
    }
    this.#directory.forget(found);
    return isWhole;
  }

  status(): SealedStatus {
    const { capacity, used, valueMax } = this.#directory.log;
    return { capacity, used, valueMax, paths: this.#directory.existing().length };
  }

  /** Its stores are closed with it. May be called twice. */
  close(): void {
    this.#directory.close();
  }
}
Object.freeze(SealedStore.prototype);
