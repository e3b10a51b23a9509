// SPDX-License-Identifier: Apache-2.0
/** Every 9th of the cases in test/attestation/certificate-path.ts, on every machine. */
import { PATH_CASES } from "../../attestation/certificate-path.js";
import { defineCases } from "../../attestation/define-cases.js";

defineCases(PATH_CASES, 9);
