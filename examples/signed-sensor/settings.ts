// SPDX-License-Identifier: Apache-2.0
/** What the device remembers between starts, sealed. */
import plain from "embedded:storage/key-value";
import storage from "thimble/device/storage";
import { importStore } from "thimble/storage/import";

const MINUTES_MAX = 60;

export interface Settings {
  readonly batchMinutes: number;
  /** Number of the next batch: counts on over restarts. */
  readonly nextBatch: number;
  countBatch(): void;
}

/** @param defaultMinutes - used at the first start, then kept: a stored value wins. */
export function openSettings(defaultMinutes: number): Settings {
  const store = storage.open({ path: "signed-sensor", format: "uint32" });
  // What an earlier release of this app kept, unsealed.
  importStore(plain.open({ path: "signed-sensor" }), store);
  const keptMinutes = store.read("minutes");
  const isKept = typeof keptMinutes === "number" && keptMinutes >= 1 && keptMinutes <= MINUTES_MAX;
  const batchMinutes = isKept ? keptMinutes : defaultMinutes;
  if (!isKept) store.write("minutes", batchMinutes);
  const keptNext = store.read("next");
  let nextBatch = typeof keptNext === "number" ? keptNext : 1;
  return {
    batchMinutes,
    get nextBatch() {
      return nextBatch;
    },
    countBatch() {
      nextBatch++;
      store.write("next", nextBatch);
    },
  };
}
