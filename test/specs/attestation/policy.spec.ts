// SPDX-License-Identifier: Apache-2.0
/** Every 7th of the cases in test/attestation/policy.ts, on every machine. */

import { defineCases } from "../../attestation/define-cases.js";
import { POLICY_CASES } from "../../attestation/policy.js";

defineCases(POLICY_CASES, 7);
