// SPDX-License-Identifier: Apache-2.0
/** Which manifest an app includes to have a module of the firmware. */

const MANIFESTS: readonly (readonly [names: string, manifest: string])[] = Object.freeze([
  ["timer", "$(MODDABLE)/examples/manifest_base.json"],
  ["embedded:io/", "$(MODDABLE)/modules/io/manifest.json"],
  ["embedded:storage/flash", "$(MODDABLE)/modules/io/flash/manifest.json"],
  ["embedded:storage/key-value", "$(MODDABLE)/modules/io/storage/manifest.json"],
  ["thimble/bytes/", "$(THIMBLE)/manifests/bytes.json"],
  ["thimble/errors/", "$(THIMBLE)/manifests/bytes.json"],
  ["thimble/cbor/", "$(THIMBLE)/manifests/cbor.json"],
  ["thimble/cose/", "$(THIMBLE)/manifests/cose.json"],
  ["thimble/cwt/", "$(THIMBLE)/manifests/cwt.json"],
  ["thimble/dice/", "$(THIMBLE)/manifests/dice.json"],
  ["thimble/attestation/", "$(THIMBLE)/manifests/attestation.json"],
  ["thimble/contracts/attestation", "$(THIMBLE)/manifests/attestation.json"],
  ["thimble/storage/", "$(THIMBLE)/manifests/storage.json"],
  ["thimble/contracts/counter", "$(THIMBLE)/manifests/storage.json"],
  ["thimble/contracts/flash", "$(THIMBLE)/manifests/storage.json"],
  ["thimble/identity/", "$(THIMBLE)/manifests/identity.json"],
  ["thimble/contracts/lifecycle", "$(THIMBLE)/manifests/identity.json"],
  ["thimble/contracts/time", "$(THIMBLE)/manifests/cwt.json"],
  ["thimble/contracts/crypto", "$(THIMBLE)/manifests/crypto.json"],
  ["thimble/crypto/", "$(THIMBLE)/manifests/crypto.json"],
  ["thimble/device/crypto", "$(THIMBLE)/manifests/crypto.json"],
  ["thimble/device/attestation", "$(THIMBLE)/manifests/attestation.json"],
  ["thimble/device/lifecycle", "$(THIMBLE)/manifests/identity.json"],
  ["thimble/device/storage", "$(THIMBLE)/manifests/storage.json"],
]);

/** @returns as an `include` names it; undefined for a module that no manifest brings. */
export function manifestWith(specifier: string): string | undefined {
  const fits = (names: string): boolean => names === specifier || (names.endsWith("/") && specifier.startsWith(names));
  return MANIFESTS.find(([names]) => fits(names))?.[1];
}
