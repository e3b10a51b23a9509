// SPDX-License-Identifier: Apache-2.0
/** Every 11th of the cases in test/attestation/corim-psa-keys.ts, on every machine. */
import { PSA_KEY_CASES } from "../../attestation/corim-psa-keys.js";
import { defineCorimCases } from "../../attestation/define-corim-cases.js";

defineCorimCases(PSA_KEY_CASES, 11);
