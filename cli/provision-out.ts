// SPDX-License-Identifier: Apache-2.0
/** What the owner's servers need of a device that was provisioned, as files. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createNodeCrypto } from "../devices/node/crypto.js";
import type { Signer } from "../host-sim/image/sign.js";
import { encodePublicKey, publicKeyOf } from "../host-sim/keys/public-key.js";
import { today } from "../host-sim/keys/stored-key.js";
import type { Certified } from "../host-sim/provision/certify.js";
import { deviceCertificate, ownerCertificate } from "../host-sim/provision/x509.js";
import { writeWhole } from "../host-sim/whole-file.js";
import { instanceIdOf } from "../sdk/crypto/instance-id.js";

export interface Saved {
  readonly use: Certified["use"];
  readonly publicKey: string;
  readonly cwt: string;
  /** Of identity keys. */
  readonly ccs: string | null;
  /** X.509, of a signing key alone. */
  readonly certificate: string | null;
  /** Of an attestation key, in hexadecimal. */
  readonly instanceId: string | null;
}

/** Who signs certificates, where they are wanted. */
interface CertificateAuthority {
  readonly name: string;
  /** Of its key: the CA's certificate begins then. */
  readonly created: string;
  readonly signer: Signer;
}

export interface SaveOptions {
  /** Folder of all devices. */
  readonly out: string;
  /** undefined: no X.509. */
  readonly authority: CertificateAuthority | undefined;
}

/** In a folder of the device's own, named by its id. @returns paths. */
export function saveCertified(
  { out, authority }: SaveOptions,
  deviceId: Uint8Array,
  certified: readonly Certified[],
): Saved[] {
  const folder = join(out, Buffer.from(deviceId).toString("hex"));
  mkdirSync(folder, { recursive: true });
  if (authority !== undefined) writeWhole(join(out, `${authority.name}.crt`), caOf(authority));
  return certified.map(({ use, publicKey, cwt, ccs }) => {
    const path = (ending: string): string => join(folder, `${use}.${ending}`);
    const hasCertificate = use === "signing" && authority !== undefined;
    const certificate = hasCertificate ? path("crt") : null;
    const instanceId = use === "attestation" ? instanceIdText(publicKey) : null;
    const files = { publicKey: path("pem"), cwt: path("cwt"), ccs: ccs === undefined ? null : path("ccs") };
    const saved = { use, ...files, certificate, instanceId };
    if (hasCertificate) writeWhole(path("crt"), certificateOf(authority, deviceId, publicKey));
    writeWhole(saved.publicKey, encodePublicKey(publicKeyOf(publicKey), "pem"));
    writeWhole(saved.cwt, cwt);
    if (ccs !== undefined) writeWhole(path("ccs"), ccs);
    return saved;
  });
}

function instanceIdText(publicKey: Uint8Array): string {
  return Buffer.from(instanceIdOf(createNodeCrypto(), publicKey)).toString("hex");
}

function caOf({ name, created, signer }: CertificateAuthority): Buffer {
  return Buffer.from(ownerCertificate(name, new Date(created), signer));
}

function certificateOf({ name, signer }: CertificateAuthority, deviceId: Uint8Array, publicKey: Uint8Array): Buffer {
  return Buffer.from(deviceCertificate(name, deviceId, publicKey, new Date(today()), signer));
}
