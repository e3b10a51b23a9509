// SPDX-License-Identifier: Apache-2.0
/** What signed CoRIMs vouch for, as long as they hold: the software that may run, and keys of devices. */
import type { KeyObject } from "node:crypto";
import { pointOf, requireP256 } from "../host-sim/keys/public-key.js";
import type { DeviceKey } from "../sdk/attestation/corim-psa.js";
import { holdsAt, type VerifiedCorim } from "../sdk/attestation/corim-signed.js";
import type { ReferenceValues } from "../sdk/attestation/reference-values.js";
import { encodeHex } from "../sdk/bytes/hex.js";
import type { Crypto, KeyId } from "../sdk/contracts/crypto.js";
import { readCorim } from "./attest-corim.js";
import { CommandError } from "./errors.js";
import { importVerifying } from "./verifying-key.js";

/** Of one file. Bytes that something is found by are in hexadecimal. */
interface Endorsement {
  readonly corim: VerifiedCorim;
  readonly byInstanceId: ReadonlyMap<string, KeyId>;
  /** A key may be there more than once: of a device that has had several implementations. */
  readonly byPublicKey: ReadonlyMap<string, readonly DeviceKey[]>;
}

export class Endorsed {
  readonly #all: readonly Endorsement[];

  /** @throws CommandError ATTEST_REFERENCE - a file that is not there, is no CoRIM that this key signed, or does not hold now. */
  constructor(crypto: Crypto, signer: { readonly name: string; readonly key: KeyObject }, files: readonly string[]) {
    const { name, key } = signer;
    requireP256(key, name);
    const now = Math.floor(Date.now() / 1000);
    const time = { earliest: () => now, latest: () => now };
    const by = { name, publicKey: pointOf(key) };
    this.#all = files.map((file) =>
      endorsementOf(crypto, name, readCorim(crypto, by, file, { time, whenTimeUnknown: "refuse" })),
    );
  }

  /** Keys of devices, in all. */
  get deviceCount(): number {
    return this.#all.reduce((sum, { byInstanceId }) => sum + byInstanceId.size, 0);
  }

  /** A service goes on longer than a CoRIM may hold. */
  references(seconds: number): readonly ReferenceValues[] {
    return this.#holding(seconds).flatMap(({ corim }) => corim.referenceValues);
  }

  device(instanceId: Uint8Array, seconds: number): KeyId | undefined {
    const name = encodeHex(instanceId);
    return this.#holding(seconds)
      .find(({ byInstanceId }) => byInstanceId.has(name))
      ?.byInstanceId.get(name);
  }

  /** Whose a key is, by whatever way it became known. */
  endorsements(publicKey: Uint8Array, seconds: number): readonly DeviceKey[] {
    const name = encodeHex(publicKey);
    return this.#holding(seconds).flatMap(({ byPublicKey }) => byPublicKey.get(name) ?? []);
  }

  #holding(seconds: number): readonly Endorsement[] {
    return this.#all.filter(({ corim }) => holdsAt(corim, seconds));
  }
}

/** @throws CommandError ATTEST_REFERENCE - a key that is none. */
function endorsementOf(crypto: Crypto, signer: string, corim: VerifiedCorim): Endorsement {
  const byInstanceId = new Map<string, KeyId>();
  const byPublicKey = new Map<string, DeviceKey[]>();
  for (const one of corim.deviceKeys) {
    const [instanceId, publicKey] = [encodeHex(one.instanceId), encodeHex(one.publicKey)];
    const same = byPublicKey.get(publicKey);
    if (same === undefined) byPublicKey.set(publicKey, [one]);
    else same.push(one);
    if (!byInstanceId.has(instanceId)) byInstanceId.set(instanceId, importEndorsed(crypto, one, signer));
  }
  return { corim, byInstanceId, byPublicKey };
}

/** @throws CommandError ATTEST_REFERENCE - no point of the curve: whoever signed it did not look. */
function importEndorsed(crypto: Crypto, { instanceId, publicKey }: DeviceKey, signer: string): KeyId {
  try {
    return importVerifying(crypto, publicKey);
  } catch (cause) {
    const message = `${signer} endorsed a key for ${encodeHex(instanceId)} that is not on P-256`;
    throw new CommandError(message, "Ask whoever signed it for another.", { code: "ATTEST_REFERENCE", cause });
  }
}
