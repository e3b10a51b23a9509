// SPDX-License-Identifier: Apache-2.0
/** A safe that somebody tries to open with a wrong code at each start. What it says of its store is for whoever watches. */
import { openLock } from "lock";
import { storageStatus } from "thimble/device/storage";
import { ProtocolError } from "thimble/errors/security-error";

try {
  const lock = openLock("31-07-94");
  const answer = lock.try("00-00-00");
  const { isSealed } = storageStatus();
  trace(`safe: ${answer}, ${lock.triesLeft} tries left (${isSealed ? "sealed" : "not sealed: no secret yet"})\n`);
} catch (error) {
  if (!(error instanceof ProtocolError)) throw error;
  trace(`safe: stays shut, ${error.detail}\n`);
}
