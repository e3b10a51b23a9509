// SPDX-License-Identifier: Apache-2.0
/** Every 19th of the cases in test/attestation/corim-psa-values.ts, on every machine. */
import { PSA_VALUE_CASES } from "../../attestation/corim-psa-values.js";
import { defineCorimCases } from "../../attestation/define-corim-cases.js";

defineCorimCases(PSA_VALUE_CASES, 19);
