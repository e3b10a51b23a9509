// SPDX-License-Identifier: Apache-2.0
/** What the verbs of keys share: where the store is, how a key is named in it, how an end is told. */
import { statSync } from "node:fs";
import { isAbsolute, relative, resolve } from "node:path";
import { KeyError } from "../host-sim/keys/error.js";
import type { KeyRole } from "../host-sim/keys/roles.js";
import { KeyStore } from "../host-sim/keys/store.js";
import type { StoredKey } from "../host-sim/keys/stored-key.js";
import { showError } from "./errors.js";
import { ExitStatus } from "./exit-status.js";
import { Interrupted } from "./questions.js";
import { printJson, say } from "./terminal.js";

export interface StoreArguments {
  /** Folder of the key store. */
  readonly keys: string;
  readonly json: boolean;
}

export interface SecretArguments extends StoreArguments {
  readonly passphraseFile?: string;
}

/** Its paths in messages are as short as they can be. */
export function openStore({ keys }: Pick<StoreArguments, "keys">): KeyStore {
  if (statSync(resolve(keys), { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new KeyError("KEY_FILE", `${keys} is no folder`, "--keys names the folder of a key store.");
  }
  const near = relative(process.cwd(), resolve(keys));
  return new KeyStore(near === "" || near.startsWith("..") || isAbsolute(near) ? resolve(keys) : near);
}

/** The first of `image-1`, `image-2` and so on that is free. @param from - the first number. */
export function freeKeyName(stem: string, from: number, taken: readonly string[]): string {
  for (let number = from; ; number++) {
    const name = `${stem}-${number}`;
    if (!taken.includes(name)) return name;
  }
}

/** @throws KeyError KEY_ROLE */
export function requireRole(key: StoredKey, role: KeyRole): void {
  if (key.role === role) return;
  const message = `${key.name} is a key of role ${key.role}, and this needs one of role ${role}`;
  throw new KeyError("KEY_ROLE", message, "`thimble keys show` lists them all.");
}

/** @throws KeyError KEY_REVOKED */
export function requireInUse({ name, revoked }: StoredKey): void {
  if (revoked === undefined) return;
  throw new KeyError("KEY_REVOKED", `${name} was revoked on ${revoked}`, "`thimble keys show` lists those in use.");
}

/** The JSON of a key; never of its private half. */
export function describeKey(store: KeyStore, key: StoredKey): Record<string, unknown> {
  const { name, role, created, revoked, hash, token } = key;
  const privateKey = privateHalfOf(store, key);
  return {
    name,
    role,
    hash: hash.toString("hex"),
    created,
    revoked: revoked ?? null,
    privateKey,
    token: token ?? null,
  };
}

/** Where it is. */
export function privateHalfOf(store: KeyStore, key: StoredKey): "here" | "token" | "elsewhere" {
  if (key.token !== undefined) return "token";
  return store.hasPrivate(key) ? "here" : "elsewhere";
}

export function printResult(json: boolean, facts: Record<string, unknown>, lines: readonly string[]): number {
  if (json) printJson({ ok: true, ...facts });
  else process.stdout.write(`${lines.join("\n")}\n`);
  return ExitStatus.ok;
}

/** Runs a verb. @returns the exit status. */
export async function ending(json: boolean, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Interrupted)) return await showError(error, json);
    say("interrupted: nothing was changed");
    return ExitStatus.interrupted;
  }
}
