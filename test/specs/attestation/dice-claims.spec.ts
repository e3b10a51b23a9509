// SPDX-License-Identifier: Apache-2.0
/** Every 37th of the cases in test/attestation/dice-claims.ts, on every machine. */
import { defineCases } from "../../attestation/define-cases.js";
import { DICE_CLAIM_CASES } from "../../attestation/dice-claims.js";

defineCases(DICE_CLAIM_CASES, 37);
