// SPDX-License-Identifier: Apache-2.0
/** Images as files: read within bounds, and a key's file beside them. */
import { resolve } from "node:path";
import { IMAGE_MAX } from "../host-sim/image/format.js";
import type { NamedKey } from "../host-sim/image/signature.js";
import { KeyError } from "../host-sim/keys/error.js";
import { KEY_FILE_MAX, readBounded } from "../host-sim/keys/private-file.js";
import { publicHalf, readKey } from "../host-sim/keys/public-key.js";
import type { KeyStore } from "../host-sim/keys/store.js";
import { CommandError } from "./errors.js";
import type { Passphrases } from "./passphrases.js";

/** @throws CommandError IMAGE_FILE - it is not there, no file, or too large. */
export function readImageFile(path: string): Buffer {
  const fail = (message: string, cause?: unknown): never => {
    const advice = "Name an image: `thimble build` writes build/BOARD-VARIANT/app.img.";
    throw new CommandError(message, advice, { code: "IMAGE_FILE", cause });
  };
  try {
    return readBounded(resolve(path), { limit: IMAGE_MAX }) ?? fail(`there is no file ${path}`);
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    return fail(error.message, error);
  }
}

/**
 * A key by its name in the store, or else a file with one.
 * @throws KeyError KEY_NOT_FOUND - neither; and what `readKey` throws.
 */
export async function findKey(store: KeyStore, named: string, passphrases: Passphrases): Promise<NamedKey> {
  const stored = store.exists ? store.list().find(({ name }) => name === named) : undefined;
  if (stored !== undefined) return stored;
  const key = await readKeyFile(named, passphrases);
  if (key !== undefined) return { name: named, key: publicHalf(key.key) };
  const message = `${named} is neither a key in ${store.folder} nor a file`;
  throw new KeyError("KEY_NOT_FOUND", message, "`thimble keys show` lists the keys; --keys names another folder.");
}

/** As it is in the file, perhaps private. @returns undefined when there is no such file. */
export async function readKeyFile(path: string, passphrases: Passphrases): Promise<NamedKey | undefined> {
  const bytes = readBounded(resolve(path), { limit: KEY_FILE_MAX });
  if (bytes === undefined) return undefined;
  const { key } = await readKey(bytes, path, () => passphrases.of(path));
  return { name: path, key };
}
