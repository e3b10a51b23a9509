// SPDX-License-Identifier: Apache-2.0
/** Every 17th of the cases in test/attestation/dice-key.ts, on every machine. */
import { defineCases } from "../../attestation/define-cases.js";
import { DICE_KEY_CASES } from "../../attestation/dice-key.js";

defineCases(DICE_KEY_CASES, 17);
