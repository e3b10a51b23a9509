// SPDX-License-Identifier: Apache-2.0
/** What the device remembers between starts. */
import storage from "embedded:storage/key-value";

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
  let batchMinutes = store.read("minutes");
  if (batchMinutes === undefined || batchMinutes < 1 || batchMinutes > MINUTES_MAX) {
    batchMinutes = defaultMinutes;
    store.write("minutes", batchMinutes);
  }
  let nextBatch = store.read("next") ?? 1;
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
