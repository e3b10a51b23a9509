// SPDX-License-Identifier: Apache-2.0
/** Appraisals as `appraise` makes them, and a verifier's key pair: for specs of attestation results. */
import type { Appraisal, AppraisalStep, StepVerdict } from "../../../sdk/attestation/appraisal.js";
import type { PsaClaims } from "../../../sdk/attestation/psa-claims.js";
import type { Crypto, KeyId } from "../../../sdk/contracts/crypto.js";

export const NOW = 1_800_000_000;
export const VERIFIER = Object.freeze({ developer: "https://thimble.example", build: "0.1.0" });

export const CLAIMS: PsaClaims = Object.freeze({
  profile: "tag:psacertified.org,2023:psa#tfm",
  nonce: new Uint8Array(32).fill(1),
  instanceId: new Uint8Array(33).fill(2).fill(1, 0, 1),
  implementationId: new Uint8Array(32).fill(3),
  clientId: -1,
  securityLifecycle: 0x3000,
  lifecycle: "secured",
  bootSeed: new Uint8Array(32).fill(4),
  certificationReference: undefined,
  components: Object.freeze([
    {
      type: "boot",
      value: new Uint8Array(32).fill(5),
      version: "1",
      signerId: new Uint8Array(32),
      description: "sha-256",
    },
    {
      type: undefined,
      value: new Uint8Array(48).fill(6),
      version: undefined,
      signerId: new Uint8Array(64).fill(7),
      description: undefined,
    },
  ]),
  verificationService: undefined,
});

const STEPS: readonly AppraisalStep[] = [
  "structure",
  "key",
  "signature",
  "claims",
  "profile",
  "nonce",
  "instanceId",
  "lifecycle",
  "clientId",
  "implementationId",
  "component boot",
  "components",
];

function verdictsBut(unchecked: readonly AppraisalStep[]): StepVerdict[] {
  return STEPS.map((step) => ({
    step,
    verdict: unchecked.includes(step) ? "unchecked" : "good",
    text: "as it should",
  }));
}

export function accepted(unchecked: readonly AppraisalStep[] = [], claims: PsaClaims = CLAIMS): Appraisal {
  return { result: "accepted", claims, verdicts: verdictsBut(unchecked) };
}

export function refused(step: AppraisalStep, text = "not known"): Appraisal {
  const code = "ATTEST_COMPONENT";
  return {
    result: "refused",
    reason: { step, code, text },
    verdicts: [...verdictsBut(["components"]), { step, verdict: "refused", code, text }],
  };
}

export function makeKey(crypto: Crypto): KeyId {
  const usage = ["signMessage", "verifyMessage"] as const;
  return crypto.generateKey({ type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage, alg: "DETERMINISTIC_ECDSA_SHA_256" });
}

export const at = (seconds: number) => ({ earliest: () => seconds, latest: () => seconds });
