// SPDX-License-Identifier: Apache-2.0
/** What a verifier knows beforehand: devices, and owners. */
import type { KeyObject } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { KEY_FILE_MAX, readBounded } from "../host-sim/keys/private-file.js";
import { keyHash, pointOf, publicHalf, readKey, requireP256 } from "../host-sim/keys/public-key.js";
import type { KeyStore } from "../host-sim/keys/store.js";
import { ownerKid } from "../host-sim/provision/owner.js";
import { type AttestationOwner, OWNERS_MAX } from "../sdk/attestation/appraisal-options.js";
import { encodeHex } from "../sdk/bytes/hex.js";
import type { Crypto, KeyId } from "../sdk/contracts/crypto.js";
import { instanceIdOf } from "../sdk/crypto/instance-id.js";
import { CommandError } from "./errors.js";
import type { Passphrases } from "./passphrases.js";
import { findKey } from "./read-image.js";
import { importVerifying } from "./verifying-key.js";

const DEVICE_KEY = "attestation.pem";
/** Devices whose keys are kept in memory. */
const DEVICES_MAX = 100_000;

/** Public keys by instance id in hexadecimal. */
export type KnownDevices = ReadonlyMap<string, KeyId>;

/** A device's attestation key, and what a token names the device by. */
export interface KnownDevice {
  readonly instanceId: Uint8Array;
  /** 0x04‖x‖y. */
  readonly publicKey: Uint8Array;
}

export function importPublic(crypto: Crypto, key: KeyObject): KeyId {
  return importVerifying(crypto, pointOf(publicHalf(key)));
}

function notKnown(message: string, advice: string, cause?: unknown): never {
  throw new CommandError(message, advice, { code: "ATTEST_KNOWN", cause });
}

/**
 * The attestation keys of a folder as `thimble provision` writes it: one folder for each device.
 * @throws CommandError ATTEST_KNOWN - there is no such folder, or no device in it. KeyError - a key that cannot be read.
 */
export async function readDevices(crypto: Crypto, folder: string): Promise<KnownDevices> {
  const devices = await readDeviceKeys(crypto, folder);
  return new Map(
    devices.map(({ instanceId, publicKey }) => [encodeHex(instanceId), importVerifying(crypto, publicKey)]),
  );
}

/** @throws CommandError ATTEST_KNOWN, KeyError - as `readDevices`. */
export async function readDeviceKeys(crypto: Crypto, folder: string): Promise<readonly KnownDevice[]> {
  const advice =
    "--devices takes the folder that `thimble provision` writes: provisioned, unless --out said otherwise.";
  if (statSync(resolve(folder), { throwIfNoEntry: false })?.isDirectory() !== true) {
    notKnown(`there is no folder ${folder}`, advice);
  }
  const files = readdirSync(resolve(folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(resolve(folder, entry.name, DEVICE_KEY)))
    .map(({ name }) => join(folder, name, DEVICE_KEY));
  if (files.length === 0) notKnown(`${folder} has no device in it: no ${DEVICE_KEY} below it`, advice);
  if (files.length > DEVICES_MAX)
    notKnown(`${folder} has more than ${DEVICES_MAX} devices in it`, "--owner knows any number.");
  const known: KnownDevice[] = [];
  for (const file of files) {
    const bytes = readBounded(resolve(file), { limit: KEY_FILE_MAX });
    if (bytes === undefined) continue; // gone meanwhile
    const { key } = await readKey(bytes, file, () =>
      notKnown(`${file} holds a private key`, "The public half belongs there."),
    );
    requireP256(key, file);
    const publicKey = pointOf(publicHalf(key));
    known.push({ instanceId: instanceIdOf(crypto, publicKey), publicKey });
  }
  return known;
}

/** @throws CommandError ATTEST_KNOWN - too many. KeyError KEY_NOT_FOUND and others - as `findKey`. */
export async function readOwners(
  crypto: Crypto,
  store: KeyStore,
  named: readonly string[],
  passphrases: Passphrases,
): Promise<readonly AttestationOwner[]> {
  if (named.length > OWNERS_MAX) {
    notKnown(`${named.length} owners are too many: at most ${OWNERS_MAX}`, "--devices knows any number of devices.");
  }
  const owners: AttestationOwner[] = [];
  for (const one of named) {
    const { name, key } = await findKey(store, one, passphrases);
    requireP256(key, name);
    owners.push({ name, key: importPublic(crypto, key), kid: ownerKid(keyHash(publicHalf(key))) });
  }
  return owners;
}
