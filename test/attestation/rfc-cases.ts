// SPDX-License-Identifier: Apache-2.0
/** All cases, written from the RFCs by somebody who had not seen the verifier. */
import { PATH_CASES } from "./certificate-path.js";
import { DICE_CLAIM_CASES } from "./dice-claims.js";
import { DICE_KEY_CASES } from "./dice-key.js";
import { DICE_MESSAGE_CASES } from "./dice-message.js";
import { DICE_PATH_CASES } from "./dice-path.js";
import { DICE_TOKEN_CASES } from "./dice-token.js";
import { POLICY_CASES } from "./policy.js";
import type { RfcCase } from "./rfc-case.js";
import { ENVELOPE_CASES } from "./rfc9052-envelope.js";
import { EAT_CASES } from "./rfc9711-eat.js";
import { CLAIM_CASES } from "./rfc9783-claims.js";
import { COMPONENT_CASES } from "./rfc9783-components.js";
import { ENCODING_CASES } from "./rfc9783-encoding.js";

export const RFC_CASES: readonly RfcCase[] = Object.freeze([
  ...CLAIM_CASES,
  ...COMPONENT_CASES,
  ...ENCODING_CASES,
  ...ENVELOPE_CASES,
  ...EAT_CASES,
  ...PATH_CASES,
  ...DICE_CLAIM_CASES,
  ...DICE_KEY_CASES,
  ...DICE_PATH_CASES,
  ...DICE_MESSAGE_CASES,
  ...DICE_TOKEN_CASES,
  ...POLICY_CASES,
]);
