// SPDX-License-Identifier: Apache-2.0
/** Every 13th of the cases in test/attestation/corim-message.ts, on every machine. */
import { CORIM_MESSAGE_CASES } from "../../attestation/corim-message.js";
import { defineCorimCases } from "../../attestation/define-corim-cases.js";

defineCorimCases(CORIM_MESSAGE_CASES, 13);
