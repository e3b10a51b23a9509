// SPDX-License-Identifier: Apache-2.0
/** The next trust record of a key store: the last one with keys added and removed, its version one higher. */
import { COUNTER_MAX } from "../image/format.js";
import { parseImage } from "../image/parse.js";
import type { Signer } from "../image/sign.js";
import {
  makeTrustRecord,
  type OtherRoot,
  parseTrustRecord,
  TRUST_KEYS_MAX,
  type TrustKey,
  type TrustRecord,
} from "../image/trust-record.js";
import { verifyImage } from "../image/verify.js";
import { KeyError } from "./error.js";
import { pointOf, publicKeyOf } from "./public-key.js";
import type { KeyStore } from "./store.js";
import type { StoredKey } from "./stored-key.js";

export interface RecordPlan {
  readonly version: number;
  readonly keys: readonly TrustKey[];
  readonly otherRoot: OtherRoot;
}

function fail(message: string, advice: string): never {
  throw new KeyError("KEY_RECORD", message, advice);
}

/**
 * The store's record, its signature verified with the store's root keys, revoked ones too: it may be older than the revocation.
 * @returns undefined when there is none.
 * @throws KeyError KEY_RECORD - damaged, or by nobody's key.
 */
export function readRecord(store: KeyStore): TrustRecord | undefined {
  const bytes = store.readTrust();
  if (bytes === undefined) return undefined;
  const roots = store.list().filter(({ role }) => role === "root");
  const { checks } = verifyImage(bytes, { kind: "trust", record: bytes, recordName: store.trustPath, roots });
  const failed = checks.find(({ state }) => state === "failed");
  if (failed === undefined) return parseTrustRecord(parseImage(bytes));
  return fail(
    `${store.trustPath} is not a trust record of this key store: ${failed.code}: ${failed.detail}`,
    "Put it back from a copy, and look at what changed it.",
  );
}

export function isListed({ keys }: TrustRecord, { key }: StoredKey): boolean {
  const point = pointOf(key);
  return keys.some(({ publicKey }) => Buffer.compare(publicKey, point) === 0);
}

function toTrustKey({ name, role, key, revoked }: StoredKey): TrustKey {
  if (role !== "image" && role !== "manifest") {
    throw new KeyError("KEY_ROLE", `${name} is a key of role ${role}`, "A trust record lists image and manifest keys.");
  }
  if (revoked !== undefined) {
    throw new KeyError(
      "KEY_REVOKED",
      `${name} was revoked on ${revoked}`,
      "A revoked key does not come back: make a new one.",
    );
  }
  return { role, publicKey: pointOf(key) };
}

/**
 * What the next record by this root key says of the other one. Once revoked, it is so in every later record: a device may
 * never see the one that began it.
 * @param isRevoking - whether the next record is to revoke the other one.
 * @throws KeyError KEY_RECORD - the last record ended this root key; or there are several others.
 */
export function otherRootOf(
  store: KeyStore,
  last: TrustRecord | undefined,
  root: StoredKey,
  isRevoking: boolean,
): OtherRoot {
  const others = store.list().filter(({ role, name }) => role === "root" && name !== root.name);
  const isRevoked = last?.otherRoot === "revoked";
  if (isRevoked && Buffer.compare(last.root, pointOf(root.key)) !== 0) {
    fail(
      `${store.trustPath} revokes every root key but the one that signed it, and that is not ${root.name}`,
      "No device takes a record of another root key any more: sign with the same one.",
    );
  }
  if (!isRevoking && !isRevoked && others.every(({ revoked }) => revoked === undefined)) return "stays";
  if (others.length > 1) {
    const names = others.map(({ name }) => name).join(", ");
    fail(
      `a trust record can revoke one other root key, and there are several: ${names}`,
      "Devices have two root keys: keep in this folder the two of these devices, and other ones in another.",
    );
  }
  return "revoked";
}

interface RecordChange {
  readonly added?: readonly StoredKey[];
  readonly removed?: readonly StoredKey[];
  readonly otherRoot?: OtherRoot;
}

/** @throws KeyError KEY_RECORD, KEY_ROLE, KEY_REVOKED - there can be no such record. */
export function planRecord(
  last: TrustRecord | undefined,
  { added = [], removed = [], otherRoot = "stays" }: RecordChange,
): RecordPlan {
  const version = (last?.version ?? 0) + 1;
  if (version > COUNTER_MAX) {
    fail(`version ${COUNTER_MAX} was the last`, "A device counts to 64 in fuses: no later record can be made for it.");
  }
  for (const key of added) {
    if (last !== undefined && isListed(last, key))
      fail(`${key.name} is in the trust record already`, "Nothing was changed.");
  }
  const gone = removed.map(({ key }) => pointOf(key));
  const kept = (last?.keys ?? []).filter(
    ({ publicKey }) => !gone.some((point) => Buffer.compare(point, publicKey) === 0),
  );
  const keys = [...kept, ...added.map(toTrustKey)];
  if (keys.length > TRUST_KEYS_MAX) {
    fail(`a trust record lists at most ${TRUST_KEYS_MAX} keys`, "`thimble keys revoke` takes one out.");
  }
  if (!keys.some(({ role }) => role === "image")) {
    fail("the trust record would list no image key", "A device would start nothing: `thimble keys rotate` first.");
  }
  return { version, keys, otherRoot };
}

export function signRecord({ version, keys, otherRoot }: RecordPlan, root: Signer): Buffer {
  return makeTrustRecord(version, keys, root, otherRoot);
}

/** The store's name for a listed key. */
export function nameOf({ publicKey }: TrustKey, stored: readonly StoredKey[]): string | undefined {
  const key = publicKeyOf(publicKey);
  return stored.find((candidate) => candidate.key.equals(key))?.name;
}
