// SPDX-License-Identifier: Apache-2.0
/**
 * The open sessions on disk: a nonce that is not in this database cannot be used. SQLite, one writer, write-ahead log with a
 * sync at each commit. What several requests ask for in the same turn is one commit, and each of them is answered after it.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, rmdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type * as sqlite from "node-sqlite3-wasm";
import { takeLock } from "../host-sim/lock.js";
import { VerifierError } from "./error.js";

// The package is CommonJS and names its exports in a way that Node's import does not see.
const { Database } = createRequire(import.meta.url)("node-sqlite3-wasm") as typeof sqlite;

/** The layout of the database; another number is another program's. */
const LAYOUT = 1;
const APPLICATION_ID = 0x7468_6d76;

/** A session that waits for its evidence. */
export interface OpenSession {
  /** 16 random bytes. */
  readonly id: Uint8Array;
  /** 32, 48 or 64 random bytes. */
  readonly nonce: Uint8Array;
  /** Of the relying party, for the result. */
  readonly resultNonce: Uint8Array | undefined;
  readonly client: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

interface Waiting {
  readonly apply: () => void;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

function asBytes(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array(0);
}

/** @returns who has it, as `takeLock`. */
function lockFolder(folder: string, lock: string): number | undefined {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return takeLock(lock);
  } catch (cause) {
    const message = `${folder} cannot be used: ${(cause as Error).message}`;
    throw new VerifierError("VERIFIER_STATE", message, "--state names a folder that can be made and written.", {
      cause,
    });
  }
}

/** The names of new files are on disk only when their folder is. */
function syncFolder(folder: string): void {
  const file = openSync(folder, "r");
  fsyncSync(file);
  closeSync(file);
}

export class SessionState {
  readonly #database: sqlite.Database;
  readonly #insert: sqlite.Statement;
  readonly #delete: sqlite.Statement;
  readonly #lock: string;
  #waiting: Waiting[] = [];
  #isClosed = false;

  /**
   * Opens the folder, and makes it when it is not there; nobody else has it until `close`.
   * @throws VerifierError VERIFIER_BUSY - another verifier has it; VERIFIER_STATE - what is in it is not ours, or damaged.
   */
  constructor(folder: string) {
    this.#lock = join(folder, ".lock");
    const owner = lockFolder(folder, this.#lock);
    if (owner !== undefined) {
      const who = owner === 0 ? "another verifier" : `the verifier of process ${owner}`;
      throw new VerifierError(
        "VERIFIER_BUSY",
        `${folder} is in use by ${who}`,
        "End that one, or name another --state.",
      );
    }
    try {
      this.#database = open(join(folder, "sessions.db"));
      syncFolder(folder);
      this.#insert = this.#database.prepare("INSERT INTO session VALUES (?, ?, ?, ?, ?)");
      this.#delete = this.#database.prepare("DELETE FROM session WHERE id = ?");
    } catch (cause) {
      rmSync(this.#lock, { force: true });
      const message = `${folder} does not hold the state of a verifier: ${(cause as Error).message}`;
      const advice = "Remove the folder: sessions that are open end, and nothing else is lost.";
      throw new VerifierError("VERIFIER_STATE", message, advice, { cause });
    }
  }

  /** All that are open, also those that have expired; in the order in which they expire. */
  load(): OpenSession[] {
    return this.#database.all("SELECT * FROM session ORDER BY expires, id").map((row) => ({
      id: asBytes(row.id),
      nonce: asBytes(row.nonce),
      resultNonce: row.result_nonce === null ? undefined : asBytes(row.result_nonce),
      client: String(row.client),
      expiresAt: Number(row.expires),
    }));
  }

  /** Resolves when it is on disk. */
  add({ id, nonce, resultNonce, client, expiresAt }: OpenSession): Promise<void> {
    return this.#commit(() => this.#insert.run([id, nonce, resultNonce ?? null, client, expiresAt]));
  }

  /** Resolves when it is gone from the disk. */
  remove(id: Uint8Array): Promise<void> {
    return this.#commit(() => this.#delete.run([id]));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#flush();
    this.#isClosed = true;
    this.#insert.finalize();
    this.#delete.finalize();
    this.#database.close();
    rmSync(this.#lock, { force: true });
  }

  #commit(apply: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(new Error("the state is closed"));
      if (this.#waiting.push({ apply, resolve, reject }) === 1) setImmediate(() => this.#flush());
    });
  }

  /** All or none: a change that fails takes the others of its turn with it, and each is told. */
  #flush(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    if (batch.length === 0 || this.#isClosed) return;
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      for (const { apply } of batch) apply();
      this.#database.exec("COMMIT");
    } catch (cause) {
      this.#rollBack();
      for (const { reject } of batch) reject(cause);
      return;
    }
    for (const { resolve } of batch) resolve();
  }

  /** A disk that takes nothing may not even take that: then the next transaction cannot begin, and says so. */
  #rollBack(): void {
    try {
      if (this.#database.inTransaction) this.#database.exec("ROLLBACK");
    } catch {
      // The cause is told already.
    }
  }
}

function open(path: string): sqlite.Database {
  // The package's own lock is a folder that outlives a process; whose the state is, our lock has settled.
  if (existsSync(`${path}.lock`)) rmdirSync(`${path}.lock`);
  const database = new Database(path);
  try {
    // In this order: without shared memory there is a write-ahead log for one process alone. The other journals of this
    // build are not rolled back after a crash, as its lock makes each look like that of a writer who lives.
    database.exec("PRAGMA locking_mode = EXCLUSIVE");
    const mode = database.get("PRAGMA journal_mode = WAL") as { readonly journal_mode?: unknown } | null;
    if (mode?.journal_mode !== "wal") throw new Error("no write-ahead log");
    database.exec("PRAGMA synchronous = FULL");
    const number = (name: string) => Number(Object.values(database.get(`PRAGMA ${name}`) ?? {})[0]);
    if (number("user_version") === 0 && number("application_id") === 0) {
      database.exec(`BEGIN IMMEDIATE;
        CREATE TABLE session (
          id BLOB PRIMARY KEY, nonce BLOB NOT NULL, result_nonce BLOB, client TEXT NOT NULL, expires INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        PRAGMA application_id = ${APPLICATION_ID};
        PRAGMA user_version = ${LAYOUT};
        COMMIT`);
    }
    if (number("application_id") !== APPLICATION_ID) throw new Error("sessions.db is another program's");
    if (number("user_version") !== LAYOUT) throw new Error("sessions.db is of another version");
    const check = database.get("PRAGMA quick_check") as { readonly quick_check?: unknown } | null;
    if (check?.quick_check !== "ok") throw new Error("sessions.db is damaged");
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
