// SPDX-License-Identifier: Apache-2.0
/** Runs one case of any suite. Portable. */
import type { Crypto } from "../../sdk/contracts/crypto.js";
import { type AttestationCase, runAttestation } from "./attestation/run-case.js";
import { type CborCase, runCbor } from "./cbor/run-case.js";
import { type CorimCase, runCorim } from "./corim/run-case.js";
import { type CoseCase, runCose } from "./cose/run-case.js";
import { failed, type Outcome } from "./outcome.js";
import type { Runner } from "./suite.js";
import { runWycheproof, type WycheproofCase } from "./wycheproof/run-case.js";

const RUNNERS: Readonly<Record<Runner, (crypto: Crypto, data: unknown) => Outcome>> = Object.freeze({
  attestation: (crypto, data) => runAttestation(crypto, data as AttestationCase),
  cbor: (_, data) => runCbor(data as CborCase),
  corim: (crypto, data) => runCorim(crypto, data as CorimCase),
  cose: (crypto, data) => runCose(crypto, data as CoseCase),
  wycheproof: (crypto, data) => runWycheproof(crypto, data as WycheproofCase),
});

/** Never throws. */
export function runCase(crypto: Crypto, runner: Runner, data: unknown): Outcome {
  try {
    return RUNNERS[runner](crypto, data);
  } catch (error) {
    return failed(`threw ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`);
  }
}
