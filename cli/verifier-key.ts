// SPDX-License-Identifier: Apache-2.0
/** The verifier key of a key store: named, or the only one. */
import { KeyError } from "../host-sim/keys/error.js";
import type { KeyStore } from "../host-sim/keys/store.js";
import type { StoredKey } from "../host-sim/keys/stored-key.js";
import { requireInUse, requireRole } from "./keys-store.js";

/** @throws KeyError KEY_NOT_FOUND, KEY_ROLE, KEY_REVOKED */
export function findVerifier(store: KeyStore, named: string | undefined): StoredKey {
  if (named !== undefined) {
    const key = store.find(named);
    requireRole(key, "verifier");
    requireInUse(key);
    return key;
  }
  const found = store.list().filter(({ role, revoked }) => role === "verifier" && revoked === undefined);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const names = found.map(({ name }) => name).join(", ");
  if (only !== undefined) {
    throw new KeyError("KEY_NOT_FOUND", `there are several verifier keys: ${names}`, "--key names one.");
  }
  const advice = "`thimble keys create verifier` makes one; --keys names another folder.";
  throw new KeyError("KEY_NOT_FOUND", `there is no verifier key in ${store.folder}`, advice);
}
