// SPDX-License-Identifier: Apache-2.0
/** Every 19th of the cases in test/attestation/dice-token.ts, on every machine. */
import { defineCases } from "../../attestation/define-cases.js";
import { DICE_TOKEN_CASES } from "../../attestation/dice-token.js";

defineCases(DICE_TOKEN_CASES, 19);
