// SPDX-License-Identifier: Apache-2.0
/** What the device keeps while it has no power. */
import storage from "embedded:storage/key-value";

export interface Settings {
  /** A reading above it is an alarm. */
  limit: number;
}

/** @param defaultLimit - until another was stored. */
export function openSettings(defaultLimit: number): Settings {
  const store = storage.open({ path: "settings", format: "uint16" });
  let limit = store.read("limit") ?? defaultLimit;
  return {
    get limit() {
      return limit;
    },
    // When the power fails while it is being stored, the old value is there at the next start, or the new one.
    set limit(value) {
      store.write("limit", value);
      limit = value;
    },
  };
}
