// SPDX-License-Identifier: Apache-2.0
/** A key store: a folder with a file for each key, and the trust record that the keys make up (docs/keys.md). */
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import type { Signer } from "../image/sign.js";
import { withLock } from "../lock.js";
import { KeyError } from "./error.js";
import { decryptPrivateKey, encryptPrivateKey } from "./pkcs8.js";
import { KEY_FILE_MAX, type PlannedFile, readBounded, writeTogether } from "./private-file.js";
import { pointOf, publicHalf } from "./public-key.js";
import { checkKeyName, encodeStoredKey, parseStoredKey, type StoredKey } from "./stored-key.js";

const PUBLIC = ".jwk";
const PRIVATE = ".pem";
const TRUST_RECORD = "trust.img";
const TRUST_RECORD_MAX = 4096;
const IGNORED = "# private keys, encrypted: not for a repository\n*.pem\n*.pem.*\n.lock*\n";
const PASSPHRASE_LEAST = 8;
const ECDSA = "DETERMINISTIC_ECDSA_SHA_256";

/** A key that is to be stored. */
export interface NewKey {
  readonly stored: StoredKey;
  /** undefined - it is elsewhere. */
  readonly privateKey: KeyObject | undefined;
}

/** What is to be stored. */
export interface StoreChange {
  readonly added?: readonly NewKey[];
  readonly changed?: readonly StoredKey[];
  readonly trust?: Buffer;
  /** The trust record that `trust` follows; undefined: there is none. */
  readonly replaces?: Buffer | undefined;
}

export function generateKey(): KeyObject {
  return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
}

/** @throws KeyError KEY_PASSPHRASE_SHORT */
export function checkPassphrase(passphrase: string): void {
  if ([...passphrase].length >= PASSPHRASE_LEAST) return;
  const advice = "Whoever copies the file can try as many as they like: take several words.";
  throw new KeyError("KEY_PASSPHRASE_SHORT", `a passphrase has at least ${PASSPHRASE_LEAST} characters`, advice);
}

/** ECDSA as RFC 6979 has it: the same image and key always give the same signature. */
export function signerOf(privateKey: KeyObject): Signer {
  const { d = "" } = privateKey.export({ format: "jwk" });
  const secret = Buffer.from(d, "base64url");
  const crypto = createNodeCrypto();
  const key = crypto.importKey({ type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage: ["signHash"], alg: ECDSA }, secret);
  secret.fill(0);
  return {
    publicKey: pointOf(publicHalf(privateKey)),
    signDigest: (digest) => crypto.signHash(key, ECDSA, digest),
  };
}

export class KeyStore {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  get exists(): boolean {
    return statSync(this.folder, { throwIfNoEntry: false })?.isDirectory() === true;
  }

  get trustPath(): string {
    return this.#path(TRUST_RECORD);
  }

  /** By role and name. @throws KeyError KEY_FILE, KEY_CURVE - one is damaged. */
  list(): StoredKey[] {
    if (!this.exists) return [];
    const names = readdirSync(this.folder).filter((name) => name.endsWith(PUBLIC));
    return names.sort().map((name) => this.#read(name.slice(0, -PUBLIC.length)));
  }

  /** @throws KeyError KEY_NOT_FOUND, KEY_FILE, KEY_CURVE */
  find(name: string): StoredKey {
    checkKeyName(name);
    if (existsSync(this.#path(`${name}${PUBLIC}`))) return this.#read(name);
    const names = this.exists ? readdirSync(this.folder).filter((file) => file.endsWith(PUBLIC)) : [];
    const known = names.map((file) => basename(file, PUBLIC)).sort();
    const advice =
      known.length > 0
        ? `There are: ${known.join(", ")}`
        : "There is no key there. `thimble keys create` makes some; --keys names another folder.";
    throw new KeyError("KEY_NOT_FOUND", `there is no key ${name} in ${this.folder}`, advice);
  }

  hasPrivate({ name }: StoredKey): boolean {
    return existsSync(this.#path(`${name}${PRIVATE}`));
  }

  /** The encrypted private key, PEM. @throws KeyError KEY_PUBLIC_ONLY, KEY_FILE, KEY_MODE */
  readPrivate({ name }: StoredKey): string {
    const path = this.#path(`${name}${PRIVATE}`);
    const bytes = readBounded(path, { limit: KEY_FILE_MAX, isPrivate: true });
    if (bytes !== undefined) return bytes.toString("latin1");
    const advice = "It may be in another key store (--keys), or on the drive that you put away.";
    throw new KeyError("KEY_PUBLIC_ONLY", `the private half of ${name} is not in ${this.folder}`, advice);
  }

  /** @throws KeyError KEY_PASSPHRASE; KEY_FILE - damaged, or not the private half of this key; as readPrivate. */
  unlock(key: StoredKey, passphrase: string): KeyObject {
    const path = this.#path(`${key.name}${PRIVATE}`);
    const privateKey = decryptPrivateKey(this.readPrivate(key), passphrase, path);
    if (publicHalf(privateKey).equals(key.key)) return privateKey;
    const advice = "One of the two files was exchanged. Put both back from a copy.";
    throw new KeyError("KEY_FILE", `${path} is not the private half of ${key.name}${PUBLIC}`, advice);
  }

  /** @returns undefined when there is none yet. */
  readTrust(): Buffer | undefined {
    return readBounded(this.trustPath, { limit: TRUST_RECORD_MAX });
  }

  /** @throws KeyError KEY_EXISTS, KEY_NAME - of any of these names. */
  checkFree(names: readonly string[]): void {
    for (const name of names) {
      checkKeyName(name);
      const taken = [PUBLIC, PRIVATE].map((ending) => this.#path(`${name}${ending}`)).find((path) => existsSync(path));
      if (taken === undefined) continue;
      const advice = "Choose another name. Nothing was changed.";
      throw new KeyError("KEY_EXISTS", `there is a key ${name} already: ${taken}`, advice);
    }
  }

  /**
   * Stores a change as one step; the folder is made when it is not there.
   * @param passphrase - of the new keys' private halves.
   * @throws KeyError KEY_EXISTS; KEY_RECORD - somebody else made a trust record meanwhile; the system's error. Then nothing
   * was changed.
   */
  async store({ added = [], changed = [], trust, replaces }: StoreChange, passphrase = ""): Promise<void> {
    const files = added.flatMap(({ stored, privateKey }) => [
      ...(privateKey === undefined
        ? []
        : [this.#plan(`${stored.name}${PRIVATE}`, encryptPrivateKey(privateKey, passphrase), true)]),
      this.#plan(`${stored.name}${PUBLIC}`, encodeStoredKey(stored)),
    ]);
    files.push(...changed.map((key) => this.#plan(`${key.name}${PUBLIC}`, encodeStoredKey(key))));
    if (trust !== undefined) files.push(this.#plan(TRUST_RECORD, trust));
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    if (!existsSync(this.#path(".gitignore"))) files.push(this.#plan(".gitignore", IGNORED));
    await withLock(
      this.#path(".lock"),
      () => undefined,
      async () => {
        this.checkFree(added.map(({ stored }) => stored.name));
        const now = this.readTrust();
        if (trust !== undefined && Buffer.compare(now ?? Buffer.alloc(0), replaces ?? Buffer.alloc(0)) !== 0) {
          const message = "the trust record changed while this one was made";
          throw new KeyError("KEY_RECORD", message, "Nothing was changed: run it again.");
        }
        writeTogether(files);
      },
    );
  }

  #path(name: string): string {
    return join(this.folder, name);
  }

  #plan(name: string, content: string | Uint8Array, isPrivate = false): PlannedFile {
    return { path: this.#path(name), content, isPrivate };
  }

  #read(name: string): StoredKey {
    const path = this.#path(`${name}${PUBLIC}`);
    const text = readBounded(path, { limit: KEY_FILE_MAX })?.toString("utf8") ?? "";
    return parseStoredKey(name, text, path);
  }
}
