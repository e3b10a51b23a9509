// SPDX-License-Identifier: Apache-2.0
/** Every 9th of the cases in test/attestation/dice-path.ts, on every machine. */
import { defineCases } from "../../attestation/define-cases.js";
import { DICE_PATH_CASES } from "../../attestation/dice-path.js";

defineCases(DICE_PATH_CASES, 9);
