// SPDX-License-Identifier: Apache-2.0
/** Every 9th of the cases in test/attestation/rfc9783-encoding.ts, on every machine. */

import { defineCases } from "../../attestation/define-cases.js";
import { ENCODING_CASES } from "../../attestation/rfc9783-encoding.js";

defineCases(ENCODING_CASES, 9);
