// SPDX-License-Identifier: Apache-2.0
/**
 * What a door knows: nothing of it is in the app. Whose it is, the fuses say; the owner's key and certificate came with
 * provisioning. And what may run in the other door is what runs here: an app cannot carry its own digest.
 */
import storage from "embedded:storage/key-value";
import { appraise } from "thimble/attestation/verify";
import type { KeyAttributes } from "thimble/contracts/crypto";
import { attestation } from "thimble/device/attestation";
import { crypto } from "thimble/device/crypto";
import { lifecycle } from "thimble/device/lifecycle";
import { DeviceCredentials } from "thimble/identity/device-credentials";
import { APP, type Known, Refusal } from "./statement";

const P256: KeyAttributes = Object.freeze({
  type: "ECC_PUBLIC_KEY_SECP_R1",
  bits: 256,
  usage: Object.freeze(["verifyMessage"] as const),
  alg: "DETERMINISTIC_ECDSA_SHA_256",
} as const);
const NO_TIME = Object.freeze({ earliest: () => undefined, latest: () => undefined });
const PARTNER = "partner";

/** The certificate that answers carry, and what those of others are held against. */
export interface Papers extends Known {
  readonly certificate: Uint8Array;
}

/** @throws Error - nobody has provisioned this door, or it is in debug. */
export function readPapers(): Papers {
  const own = new DeviceCredentials({
    ...{ device: lifecycle, attestation, crypto, time: NO_TIME, whenTimeUnknown: "accept" },
    storage: storage.open({ path: "thimble.identity", format: "buffer" }),
  }).read("attestation");
  if (own === undefined) throw new Refusal("no owner has certified this door");
  const nonce = crypto.generateRandom(32);
  const key = crypto.importKey(P256, attestation.publicKey());
  const self = appraise(crypto, attestation.token(nonce), {
    ...{ nonce, devices: () => key, policy: { clientIds: [APP] }, references: "unchecked" },
  });
  if (self.result === "refused") throw new Refusal(`I would not believe myself: ${self.reason.text}`);
  const { implementationId, instanceId, components } = self.claims;
  return {
    certificate: own.encoded,
    owner: crypto.importKey(P256, own.ownerKey),
    references: {
      implementationId,
      components: components.map(({ type = "", ...rest }) => ({ type, ...rest })),
    },
    self: instanceId,
  };
}

/** The door that we were paired with: the first that was believed. */
export class Pairing {
  readonly #store = storage.open({ path: "airlock", format: "buffer" });

  get partner(): Uint8Array | undefined {
    const kept = this.#store.read(PARTNER);
    return kept === undefined ? undefined : new Uint8Array(kept);
  }

  set partner(instanceId: Uint8Array) {
    this.#store.write(PARTNER, instanceId);
  }
}
