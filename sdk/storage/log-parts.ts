// SPDX-License-Identifier: Apache-2.0
/** What a log is opened with and made of, for mounting and for recovery. */
import type { Freshness } from "../contracts/counter.js";
import type { Crypto, KeyId } from "../contracts/crypto.js";
import type { Flash } from "../contracts/flash.js";
import { FlashArea } from "./flash-area.js";
import { FreshnessGuard } from "./freshness.js";
import { Seals } from "./seals.js";
import { type Hash, hashName, LogState } from "./state.js";
import { undoing } from "./undoing.js";

export interface LogOptions {
  /** The whole of it is the log's. */
  readonly flash: Flash;
  readonly crypto: Crypto;
  /** DERIVE, 256 bits, for HKDF_EXPAND_SHA_256, with the usage `derive`. It is the caller's to destroy. */
  readonly key: KeyId;
  /** Of the partition, 1 to 63 bytes: what another one holds does not verify here. */
  readonly name: string;
  /** Without it an older copy of the whole flash is not told from the newest. */
  readonly freshness?: Freshness | undefined;
  /** How ids are made of names; another one only in tests. */
  readonly hash?: Hash;
}

/** What a log is made of. Internal. */
export interface LogParts {
  readonly area: FlashArea;
  readonly seals: Seals;
  readonly state: LogState;
  readonly guard: FreshnessGuard;
}

/** What both mounting and recovery begin with. */
export function logParts({ flash, crypto, key, name, freshness, hash = hashName }: LogOptions): LogParts {
  const guard = new FreshnessGuard(freshness);
  const area = new FlashArea(flash);
  const seals = new Seals(crypto, key, name, area.geometry);
  return { area, seals, state: new LogState(area.geometry, hash), guard };
}

/** An action that throws leaves no keys behind. */
export function closingSeals<T>({ seals }: LogParts, action: () => T): T {
  return undoing(() => seals.close(), action);
}
