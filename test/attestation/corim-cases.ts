// SPDX-License-Identifier: Apache-2.0
/** All cases, written from the drafts by somebody who had not seen what reads CoRIMs. */
import { BYTES_CASES } from "./corim-bytes.js";
import type { CorimCase } from "./corim-case.js";
import { COMID_CASES } from "./corim-comid.js";
import { CORIM_MAP_CASES } from "./corim-map.js";
import { MEASURED_CASES } from "./corim-measured.js";
import { CORIM_MESSAGE_CASES } from "./corim-message.js";
import { PSA_KEY_CASES } from "./corim-psa-keys.js";
import { PSA_VALUE_CASES } from "./corim-psa-values.js";
import { SIGNER_CASES } from "./corim-signer.js";

export const CORIM_CASES: readonly CorimCase[] = Object.freeze([
  ...CORIM_MAP_CASES,
  ...COMID_CASES,
  ...MEASURED_CASES,
  ...PSA_VALUE_CASES,
  ...PSA_KEY_CASES,
  ...CORIM_MESSAGE_CASES,
  ...SIGNER_CASES,
  ...BYTES_CASES,
]);
