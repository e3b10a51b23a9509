// SPDX-License-Identifier: Apache-2.0
/** A code and how many wrong ones may still be tried, in the sealed store: an older copy of the flash brings no tries back. */
import storage from "thimble/device/storage";

const TRIES = 3;

export type Answer = "open" | "wrong" | "locked";

export interface Lock {
  readonly triesLeft: number;
  try(code: string): Answer;
}

/** @param firstCode - of a safe that has none yet. */
export function openLock(firstCode: string): Lock {
  const codes = storage.open({ path: "safe", format: "string" });
  const counts = storage.open({ path: "safe", format: "uint8" });
  if (codes.read("code") === undefined) {
    const batch = codes.batch();
    batch.write("code", firstCode);
    batch.write("tries", TRIES, "uint8");
    batch.commit();
  }
  return {
    get triesLeft() {
      return counts.read("tries") ?? 0;
    },
    try(code) {
      const left = counts.read("tries") ?? 0;
      if (left === 0) return "locked";
      // Counted before it is looked at: pulling the plug gives no try back.
      counts.write("tries", left - 1);
      if (code !== codes.read("code")) return "wrong";
      counts.write("tries", TRIES);
      return "open";
    },
  };
}
