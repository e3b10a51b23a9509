// SPDX-License-Identifier: Apache-2.0
/** Every 9th of the cases in test/attestation/rfc9783-components.ts, on every machine. */

import { defineCases } from "../../attestation/define-cases.js";
import { COMPONENT_CASES } from "../../attestation/rfc9783-components.js";

defineCases(COMPONENT_CASES, 9);
