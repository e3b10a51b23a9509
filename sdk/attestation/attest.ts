// SPDX-License-Identifier: Apache-2.0
/** What a device shows to whoever wants to be convinced: a fresh token, with the path to a key that others know. */
import type { InitialAttestation, TokenProfile } from "../contracts/attestation.js";
import { attachPath } from "./path.js";

export interface AttestOptions {
  /** Default: that of RFC 9783. */
  readonly profile?: TokenProfile;
  /** Certificates from the key that signs, or certifies the one that signs, to a key that the verifier knows: the owner's credential. */
  readonly path?: readonly Uint8Array[];
}

/**
 * Proves what a device is and what it runs.
 * @param device - `attestation` of `thimble/device/attestation`.
 * @param nonce - 32, 48 or 64 bytes, of whoever is to be convinced, and never used before.
 * @returns COSE_Sign1, new bytes. On a device with an alias key its certificate stands before those of `path`.
 * @throws ProtocolError ATTEST_UNAVAILABLE - this device does not have an attestation key in this state.
 * @throws RangeError, TypeError - the nonce, the profile, or what `attachPath` says of a path.
 */
export function attest(device: InitialAttestation, nonce: Uint8Array, options: AttestOptions = {}): Uint8Array {
  const token = device.token(nonce, options.profile);
  return options.path === undefined ? token : attachPath(token, options.path);
}
