// SPDX-License-Identifier: Apache-2.0
/** Every 19th of the cases in test/attestation/corim-signer.ts, on every machine. */
import { SIGNER_CASES } from "../../attestation/corim-signer.js";
import { defineCorimCases } from "../../attestation/define-corim-cases.js";

defineCorimCases(SIGNER_CASES, 19);
