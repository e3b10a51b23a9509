// SPDX-License-Identifier: Apache-2.0
/** A sealed partition with its stores: what is in it is encrypted, authenticated and changed whole or not at all. */
import { decodeUtf8 } from "../bytes/utf8.js";
import type { FormatName } from "../bytes/value-format.js";
import { ProtocolError } from "../errors/security-error.js";
import { Directory, pathDeletion } from "./directory.js";
import { openOptionsOf, pathBytes } from "./domain.js";
import type { Change, EntryLog } from "./entries.js";
import type { LogOptions } from "./log-parts.js";
import { mendPaths } from "./mend-paths.js";
import { type RecoveryReport, recoverLog } from "./recover.js";
import { SealedDomain } from "./sealed-domain.js";
import { SealedEntries } from "./sealed-entries.js";
import { type LogStatus, mountLog, type SealedLog } from "./sealed-log.js";
import { undoing } from "./undoing.js";

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

export interface SealedStoreStatus extends LogStatus {
  /** How many paths exist, of 30. */
  readonly paths: number;
}

/** A log that says how it is, and ends. */
export interface StoreLog extends EntryLog {
  readonly logStatus: LogStatus;
  close(): void;
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
  readonly #log: StoreLog;
  readonly #directory: Directory;

  /** Use mountSealedStore(). @throws ProtocolError STORAGE_DAMAGED. */
  constructor(log: StoreLog) {
    this.#log = log;
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
    changes.push(pathDeletion(found.name));
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

  status(): SealedStoreStatus {
    return { ...this.#log.logStatus, paths: this.#directory.existing().length };
  }

  /** Its stores are closed with it. May be called twice. */
  close(): void {
    this.#directory.close();
    this.#log.close();
  }
}
Object.freeze(SealedStore.prototype);

/** What mounting and recovery take. */
export type SealedStoreOptions = Omit<LogOptions, "hash">;

/** What a recovery of a store kept and gave up; see RecoveryReport of recover.ts. */
export interface StoreRecoveryReport extends Omit<RecoveryReport, "givenUp"> {
  /** Paths that are no more, as another has their place: what is left of theirs is in that one. */
  readonly pathsGivenUp: readonly string[];
  /** The path is undefined when its own entry is among what was given up. */
  readonly givenUp: readonly { readonly path: string | undefined; readonly name: string }[];
}

/**
 * Mounts a sealed partition. It reads, and writes nothing: the first write of the mount begins an epoch.
 * @throws ProtocolError STORAGE_GEOMETRY - the format does not fit this flash.
 * @throws ProtocolError STORAGE_FOREIGN - what is there was not sealed by this device for this partition.
 * @throws ProtocolError STORAGE_DAMAGED - something that was written does not verify or is missing.
 * @throws ProtocolError STORAGE_ROLLED_BACK - all of it verifies, and it is older than the counter says.
 * @throws ProtocolError STORAGE_COUNTER - the counter does not answer.
 */
export function mountSealedStore(options: SealedStoreOptions): SealedStore {
  return storeOn(mountLog(options));
}

/** A store that cannot be made leaves no keys behind. */
function storeOn(log: SealedLog): SealedStore {
  return undoing(
    () => log.close(),
    () => new SealedStore(log),
  );
}

/**
 * Mounts what is left of a damaged or older store: keeps everything that still verifies. Errors as mountSealedStore, but for
 * STORAGE_DAMAGED and STORAGE_ROLLED_BACK, and STORAGE_WORN.
 */
export function recoverSealedStore(options: SealedStoreOptions): {
  readonly store: SealedStore;
  readonly report: StoreRecoveryReport;
} {
  const { log, report } = recoverLog(options);
  const mended = undoing(
    () => log.close(),
    () => mendPaths(log),
  );
  const store = storeOn(log);
  const paths = new Map<number, string>();
  for (const { number, name } of new Directory(log).existing()) {
    if (number !== undefined) paths.set(number, decodeUtf8(name));
  }
  const givenUp = report.givenUp.map(({ domain, name }) => ({ path: paths.get(domain), name: decodeUtf8(name) }));
  const pathsGivenUp = mended.map(decodeUtf8);
  return { store, report: Object.freeze({ ...report, kept: report.kept - mended.length, givenUp, pathsGivenUp }) };
}
