// SPDX-License-Identifier: Apache-2.0
/** `thimble keys import` and `export`: keys from and for other tools; a private half leaves encrypted or not at all. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { KeyError } from "../host-sim/keys/error.js";
import { readTokenKey } from "../host-sim/keys/pkcs11.js";
import { KEY_FILE_MAX, readBounded, writeTogether } from "../host-sim/keys/private-file.js";
import {
  encodePublicKey,
  type PublicKeyFormat,
  publicHalf,
  readKey,
  requireP256,
} from "../host-sim/keys/public-key.js";
import type { KeyRole } from "../host-sim/keys/roles.js";
import type { KeyStore, NewKey } from "../host-sim/keys/store.js";
import { newKey } from "../host-sim/keys/stored-key.js";
import { describeKey, ending, openStore, printResult, type SecretArguments } from "./keys-store.js";
import { Passphrases } from "./passphrases.js";
import { colorsFor, say } from "./terminal.js";

export interface ImportArguments extends SecretArguments {
  /** Path of a PKCS#11 module. */
  readonly pkcs11?: string;
  readonly token?: string;
  readonly key?: string;
}

/** @throws KeyError KEY_EXISTS - the same key has another name already. */
function checkNew(store: KeyStore, { stored }: NewKey): void {
  const same = store.list().find(({ key }) => key.equals(stored.key));
  if (same === undefined) return;
  const message = `this key is in ${store.folder} already, as ${same.name} (${same.role})`;
  throw new KeyError("KEY_EXISTS", message, "One key has one role. Nothing was changed.");
}

async function readForeign(file: string, name: string, role: KeyRole, passphrases: Passphrases): Promise<NewKey> {
  const bytes = readBounded(resolve(file), { limit: KEY_FILE_MAX });
  if (bytes === undefined)
    throw new KeyError("KEY_FILE", `there is no file ${file}`, "Name the file that holds the key.");
  const { key, isPlain } = await readKey(bytes, file, () => passphrases.of(file));
  requireP256(key, file);
  if (isPlain) {
    say(
      `${colorsFor(process.stderr).yellow("warning")} ${file} holds the private key unencrypted: remove it, and its copies`,
    );
  }
  return { stored: newKey(name, role, publicHalf(key)), privateKey: key.type === "private" ? key : undefined };
}

function fromToken(name: string, role: KeyRole, place: { module: string; token: string }, label: string): NewKey {
  const { key, token } = readTokenKey(place, label);
  return { stored: newKey(name, role, key, token), privateKey: undefined };
}

/** @returns the exit status. */
export function importKey(
  role: KeyRole,
  name: string,
  file: string | undefined,
  options: ImportArguments,
): Promise<number> {
  return ending(options.json, async () => {
    const store = openStore(options);
    store.checkFree([name]);
    const passphrases = new Passphrases(options.passphraseFile);
    const { pkcs11: module = "", token = "", key: label = "" } = options;
    const made =
      file === undefined
        ? fromToken(name, role, { module, token }, label)
        : await readForeign(file, name, role, passphrases);
    checkNew(store, made);
    const secret = made.privateKey === undefined ? "" : await passphrases.forNew(`the ${role} key ${name}`);
    await store.store({ added: [made] }, secret);
    const where = {
      here: "both halves",
      token: "its private half stays in the token",
      elsewhere: "its public half alone",
    };
    const facts = describeKey(store, made.stored);
    const lines = [
      `took the ${role} key ${name} into ${store.folder}: ${where[facts.privateKey as keyof typeof where]}`,
      `hash ${made.stored.hash.toString("hex")}`,
    ];
    return printResult(options.json, { folder: store.folder, keys: [facts] }, lines);
  });
}

export interface ExportArguments extends SecretArguments {
  readonly format: PublicKeyFormat;
  readonly private: boolean;
  readonly output: string;
}

/** @returns the exit status. */
export function exportKey(name: string, options: ExportArguments): Promise<number> {
  return ending(options.json, async () => {
    const store = openStore(options);
    const key = store.find(name);
    const path = resolve(options.output);
    if (existsSync(path)) {
      throw new KeyError(
        "KEY_EXISTS",
        `there is a file ${options.output} already`,
        "Choose another. Nothing was changed.",
      );
    }
    if (!options.private) {
      writeTogether([{ path, content: encodePublicKey(key.key, options.format), isPrivate: false }]);
      const lines = [`wrote the public half of ${name} to ${options.output}`];
      return printResult(options.json, { name, file: options.output, format: options.format, private: false }, lines);
    }
    const pem = store.readPrivate(key);
    // A copy that nobody can open is worse than none.
    await new Passphrases(options.passphraseFile).unlock(store, key);
    writeTogether([{ path, content: pem, isPrivate: true }]);
    const lines = [`wrote the private half of ${name} to ${options.output}, encrypted with the passphrase that it has`];
    return printResult(options.json, { name, file: options.output, format: "pem", private: true }, lines);
  });
}
