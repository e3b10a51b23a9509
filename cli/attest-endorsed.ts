// SPDX-License-Identifier: Apache-2.0
/** What signed CoRIMs vouch for, as long as they hold: the software that may run, and keys of devices. */
import type { KeyObject } from "node:crypto";
import { pointOf, requireP256 } from "../host-sim/keys/public-key.js";
import type { DeviceKey } from "../sdk/attestation/corim-psa.js";
import type { ReferenceValues } from "../sdk/attestation/reference-values.js";
import { encodeHex } from "../sdk/bytes/hex.js";
import type { Crypto, KeyId } from "../sdk/contracts/crypto.js";
import { readCorim } from "./attest-corim.js";
import { CommandError } from "./errors.js";
import { importVerifying } from "./verifying-key.js";

/** Of one file. */
interface Endorsement {
  readonly referenceValues: readonly ReferenceValues[];
  readonly devices: ReadonlyMap<string, KeyId>;
  /** The last second in which it holds. */
  readonly notAfter: number;
}

export class Endorsed {
  readonly #all: readonly Endorsement[];

  /** @throws CommandError ATTEST_REFERENCE - a file that is not there, is no CoRIM that this key signed, or does not hold now. */
  constructor(crypto: Crypto, signer: { readonly name: string; readonly key: KeyObject }, files: readonly string[]) {
    const { name, key } = signer;
    requireP256(key, name);
    const now = Math.floor(Date.now() / 1000);
    const time = { earliest: () => now, latest: () => now };
    this.#all = files.map((file) => {
      const by = { name, publicKey: pointOf(key) };
      const read = readCorim(crypto, by, file, { time, whenTimeUnknown: "refuse" });
      const devices = read.deviceKeys.map(
        (one) => [encodeHex(one.instanceId), importEndorsed(crypto, one, name)] as const,
      );
      const notAfter = Math.min(...read.validity.map((validity) => validity.notAfter));
      return { referenceValues: read.referenceValues, devices: new Map(devices), notAfter };
    });
  }

  /** Keys of devices, in all. */
  get deviceCount(): number {
    return this.#all.reduce((sum, { devices }) => sum + devices.size, 0);
  }

  /** A service goes on longer than a CoRIM may hold. */
  references(seconds: number): readonly ReferenceValues[] {
    return this.#all.flatMap(({ referenceValues, notAfter }) => (seconds <= notAfter ? referenceValues : []));
  }

  device(instanceId: Uint8Array, seconds: number): KeyId | undefined {
    const name = encodeHex(instanceId);
    return this.#all.find(({ devices, notAfter }) => seconds <= notAfter && devices.has(name))?.devices.get(name);
  }
}

/** @throws CommandError ATTEST_REFERENCE - no point of the curve: whoever signed it did not look. */
function importEndorsed(crypto: Crypto, { instanceId, publicKey }: DeviceKey, signer: string): KeyId {
  try {
    return importVerifying(crypto, publicKey);
  } catch (cause) {
    const message = `${signer} signed a key of ${encodeHex(instanceId)} that is none`;
    throw new CommandError(message, "Ask whoever signed it for another.", { code: "ATTEST_REFERENCE", cause });
  }
}
