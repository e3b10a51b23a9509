// SPDX-License-Identifier: Apache-2.0
/** Runs on a provisioned board: what a token costs, beside a bare signature over as many bytes. */
import { crypto } from "../../devices/psa/crypto.js";
import { attestation } from "../../devices/secure/attestation.js";
import { lifecycle } from "../../devices/secure/lifecycle.js";
import { attest } from "../../sdk/attestation/attest.js";
import { pattern, time } from "./time.js";

const ALG = "DETERMINISTIC_ECDSA_SHA_256";
/** What a token has and what is signed of it: around the payload the message has 73 bytes, Sig_structure 17. */
const AROUND = 56;

export interface AttestPlan {
  readonly repeats: number;
}

export function run({ repeats }: AttestPlan): void {
  const nonce = pattern(64, 3);
  const key = lifecycle.identityKey("signing");
  time("attest", "first", 1, () => attest(attestation, nonce));
  const token = attest(attestation, nonce);
  const signed = pattern(token.length - AROUND, 7);
  time("attest", "signature", repeats, () => crypto.signMessage(key, ALG, signed));
  time("attest", "token", repeats, () => attest(attestation, nonce));
  trace(`bench attest bytes ${token.length}\n`);
}
