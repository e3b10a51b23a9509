// SPDX-License-Identifier: Apache-2.0
/**
 * What the door knows of the time: it is not earlier than when the firmware was made, nor than when the owner issued a token
 * that was seen here. The device's own clock is not asked: nobody vouches for it.
 */
import storage from "embedded:storage/key-value";
import type { Time } from "thimble/contracts/time";

export interface Floor extends Time {
  /** @param seconds - since 1970, from somebody trusted. */
  raise(seconds: number): void;
}

export function openTime(madeAt: number): Floor {
  const store = storage.open({ path: "door", format: "uint32" });
  const kept = store.read("earliest");
  let earliest = typeof kept === "number" && kept > madeAt ? kept : madeAt;
  return {
    earliest: () => earliest,
    latest: () => undefined,
    raise(seconds) {
      if (Math.floor(seconds) <= earliest) return;
      store.write("earliest", Math.floor(seconds)); // what it cannot hold is refused: a date after 2106
      earliest = Math.floor(seconds);
    },
  };
}
