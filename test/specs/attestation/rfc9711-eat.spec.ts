// SPDX-License-Identifier: Apache-2.0
/** Every 5th of the cases in test/attestation/rfc9711-eat.ts, on every machine. */

import { defineCases } from "../../attestation/define-cases.js";
import { EAT_CASES } from "../../attestation/rfc9711-eat.js";

defineCases(EAT_CASES, 5);
