// SPDX-License-Identifier: Apache-2.0
/** Every 29th of the cases in test/attestation/corim-map.ts, on every machine. */
import { CORIM_MAP_CASES } from "../../attestation/corim-map.js";
import { defineCorimCases } from "../../attestation/define-corim-cases.js";

defineCorimCases(CORIM_MAP_CASES, 29);
