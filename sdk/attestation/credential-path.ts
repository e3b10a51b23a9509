// SPDX-License-Identifier: Apache-2.0
/** An owner's certificate of an attestation key: a CWT with the instance id (claim 256) and the key in cnf (docs/decisions/0009). */
import { equalPublicBytes } from "../bytes/bytes.js";
import type { CborLimits } from "../cbor/value.js";
import type { Crypto, KeyId } from "../contracts/crypto.js";
import { CoseAlgorithm } from "../cose/algorithms.js";
import { KeyOperation } from "../cose/key.js";
import { importKey } from "../cose/key-import.js";
import { parseSign1Headers, verifySign1 } from "../cose/sign1.js";
import { INSTANCE_ID_LABEL, instanceIdOf } from "../crypto/instance-id.js";
import { type Expected, verifyCwt } from "../cwt/cwt.js";
import { ProtocolError, SecurityError } from "../errors/security-error.js";
import { type AttestationOwner, OWNERS_TRIED } from "./appraisal-options.js";
import { SIGN_ALGORITHMS } from "./envelope.js";
import { CERTIFICATE_MAX } from "./path.js";

const LIMITS: CborLimits = Object.freeze({ length: CERTIFICATE_MAX, depth: 8, count: 64 });
const VERIFYING = Object.freeze({
  alg: "DETERMINISTIC_ECDSA_SHA_256",
  usage: Object.freeze(["verifyMessage"] as const),
} as const);

export type CredentialVerifier = Pick<
  Crypto,
  "verifyMessage" | "importKey" | "exportPublicKey" | "hashCompute" | "destroyKey"
>;

export interface CertifiedKey {
  /** For the caller to destroy. */
  readonly key: KeyId;
  readonly owner: AttestationOwner;
}

type Dates = Pick<Expected, "time" | "whenTimeUnknown" | "leeway">;

interface Found {
  readonly owner: AttestationOwner;
  readonly claims: ReturnType<typeof verifyCwt>;
}

/**
 * Those who may have signed it, by its kid (RFC 9052 §3.1): a stranger wrote that, and it saves trying, no more.
 * @throws ProtocolError ATTEST_PATH - more than anyone may have tried for him.
 */
function candidatesFor(owners: readonly AttestationOwner[], message: Uint8Array): readonly AttestationOwner[] {
  const { kid } = parseSign1Headers(message, LIMITS);
  const candidates =
    kid === undefined ? owners : owners.filter((owner) => owner.kid === undefined || equalPublicBytes(owner.kid, kid));
  if (candidates.length <= OWNERS_TRIED) return candidates;
  const text = `it does not say by its kid which of ${candidates.length} owners signed it`;
  throw new ProtocolError("ATTEST_PATH", text);
}

/** The owner whose signature it is. @throws SecurityError PSA_ERROR_INVALID_SIGNATURE - of none that is known. */
function ownerOf(
  crypto: CredentialVerifier,
  owners: readonly AttestationOwner[],
  credential: Uint8Array,
  dates: Dates,
): Found {
  let found: AttestationOwner | undefined;
  const verify = (message: Uint8Array): Uint8Array => {
    for (const owner of candidatesFor(owners, message)) {
      try {
        const options = { algorithms: SIGN_ALGORITHMS, limits: LIMITS };
        const { payload } = verifySign1(crypto, owner.key, message, options);
        found = owner;
        return payload;
      } catch (error) {
        if (!(error instanceof SecurityError) || error.code !== "PSA_ERROR_INVALID_SIGNATURE") throw error;
      }
    }
    throw new SecurityError("PSA_ERROR_INVALID_SIGNATURE", "signed by no owner that is known here");
  };
  const claims = verifyCwt(credential, { ...dates, required: ["iss", "cnf"] }, verify, LIMITS);
  return { owner: found as AttestationOwner, claims };
}

/**
 * Verifies a credential, and imports the key that it is for.
 * @param instanceId - of the token.
 * @throws SecurityError - what `verifySign1`, `verifyCwt` and the import throw: another signature, expired, no key.
 * @throws ProtocolError ATTEST_PATH - it fits to too many owners; for another device, for a key that does not sign, or whose instance id is another.
 */
export function verifyAttestationCredential(
  crypto: CredentialVerifier,
  owners: readonly AttestationOwner[],
  credential: Uint8Array,
  instanceId: Uint8Array,
  dates: Dates,
): CertifiedKey {
  const { owner, claims } = ownerOf(crypto, owners, credential, dates);
  const ueid = claims.others?.get(INSTANCE_ID_LABEL);
  if (!(ueid instanceof Uint8Array)) {
    throw new ProtocolError("ATTEST_PATH", "it does not say which device it is for: claim 256 is missing");
  }
  if (!equalPublicBytes(ueid, instanceId)) throw new ProtocolError("ATTEST_PATH", "it is for another device");
  const key = claims.cnf?.key;
  if (key?.kty !== "EC2") throw new ProtocolError("ATTEST_PATH", "it is not for a key on P-256");
  const { alg, keyOps = [] } = key;
  const signs = (alg === CoseAlgorithm.ES256 || alg === CoseAlgorithm.ESP256) && keyOps.every(isVerify);
  if (!signs) throw new ProtocolError("ATTEST_PATH", "it is not for a key that signs tokens");
  const imported = importKey(crypto, key, VERIFYING);
  // An owner who certifies another key than the id names, by mistake, makes no device of it (docs/decisions/0009).
  if (!equalPublicBytes(instanceId, instanceIdOf(crypto, crypto.exportPublicKey(imported)))) {
    crypto.destroyKey(imported);
    throw new ProtocolError("ATTEST_PATH", "its instance id is not that of its key");
  }
  return { key: imported, owner };
}

function isVerify(operation: number | bigint | string): boolean {
  return operation === KeyOperation.verify;
}
