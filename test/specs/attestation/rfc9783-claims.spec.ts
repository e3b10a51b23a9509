// SPDX-License-Identifier: Apache-2.0
/** Every 20th of the cases in test/attestation/rfc9783-claims.ts, on every machine. */

import { defineCases } from "../../attestation/define-cases.js";
import { CLAIM_CASES } from "../../attestation/rfc9783-claims.js";

defineCases(CLAIM_CASES, 20);
