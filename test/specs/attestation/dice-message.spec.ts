// SPDX-License-Identifier: Apache-2.0
/** Every 13th of the cases in test/attestation/dice-message.ts, on every machine. */
import { defineCases } from "../../attestation/define-cases.js";
import { DICE_MESSAGE_CASES } from "../../attestation/dice-message.js";

defineCases(DICE_MESSAGE_CASES, 13);
