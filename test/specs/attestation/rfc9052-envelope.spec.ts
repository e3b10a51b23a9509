// SPDX-License-Identifier: Apache-2.0
/** Every 9th of the cases in test/attestation/rfc9052-envelope.ts, on every machine. */

import { defineCases } from "../../attestation/define-cases.js";
import { ENVELOPE_CASES } from "../../attestation/rfc9052-envelope.js";

defineCases(ENVELOPE_CASES, 9);
