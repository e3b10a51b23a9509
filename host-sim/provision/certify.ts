// SPDX-License-Identifier: Apache-2.0
/** The owner certifies the keys of a device; what the device has already, and is good, stays. */
import { createHash } from "node:crypto";
import type { PublicKeys } from "../../sdk/identity/answers.js";
import { type CredentialUse, createCredential, encodeCcs, verifyCredential } from "../../sdk/identity/credential.js";
import { publicKeyOf, spkiOf } from "../keys/public-key.js";
import { type OwnerIdentity, type OwnerKey, ownerKid, verifierOf } from "./owner.js";

const USES: readonly CredentialUse[] = Object.freeze<CredentialUse[]>(["signing", "agreement", "attestation"]);
/** So many bytes of its hash are a key's short name: enough to find it by, for EDHOC to send. */
const KID_LENGTH = 8;

/** One key of a device, certified. */
export interface Certified {
  readonly use: CredentialUse;
  /** 0x04‖x‖y. */
  readonly publicKey: Uint8Array;
  readonly cwt: Uint8Array;
  /** Of identity keys: for peers that send no proof. */
  readonly ccs: Uint8Array | undefined;
}

/** What anybody can compute of a key. */
function kidOf(publicKey: Uint8Array): Uint8Array {
  const spki = spkiOf(publicKeyOf(publicKey));
  return Uint8Array.from(createHash("sha256").update(spki).digest().subarray(0, KID_LENGTH));
}

export interface CertifyOptions {
  readonly owner: OwnerIdentity;
  readonly ownerKey: OwnerKey;
  readonly deviceId: Uint8Array;
  readonly keys: PublicKeys;
  /** What the device has. */
  readonly kept: (use: CredentialUse) => Promise<Uint8Array | undefined>;
  /** Gives it a new one. */
  readonly keep: (use: CredentialUse, credential: Uint8Array) => Promise<void>;
  readonly nowS: number;
}

/** Whether it is this owner's, for this key of this device. Its dates are not looked at: the owner sets them. */
function isGood(
  { owner, deviceId }: CertifyOptions,
  use: CredentialUse,
  publicKey: Uint8Array,
  credential: Uint8Array,
): boolean {
  const { crypto, key } = verifierOf(owner);
  const time = { earliest: () => undefined, latest: () => undefined };
  const expected = {
    use,
    issuer: owner.name,
    deviceId,
    publicKey,
    time,
    whenTimeUnknown: "accept",
  } as const;
  try {
    verifyCredential(crypto, key, credential, expected);
    return true;
  } catch {
    return false;
  }
}

export async function certify(options: CertifyOptions): Promise<Certified[]> {
  const { owner, ownerKey, deviceId, keys, nowS } = options;
  const certified: Certified[] = [];
  for (const use of USES) {
    const publicKey = keys[use];
    if (publicKey === undefined) continue;
    const subject = { deviceId, publicKey, kid: kidOf(publicKey) };
    let cwt = await options.kept(use);
    if (cwt === undefined || !isGood(options, use, publicKey, cwt)) {
      const issuer = { issuer: owner.name, issuerKid: ownerKid(owner.hash) };
      cwt = createCredential(ownerKey.crypto, ownerKey.key, { ...issuer, iat: nowS, use, ...subject });
      await options.keep(use, cwt);
    }
    certified.push({ use, publicKey, cwt, ccs: use === "attestation" ? undefined : encodeCcs({ use, ...subject }) });
  }
  return certified;
}
