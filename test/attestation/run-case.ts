// SPDX-License-Identifier: Apache-2.0
/** Gives the verifier what a case says that it was given. */
import type { Appraisal } from "../../sdk/attestation/appraisal.js";
import type { AppraisalOptions } from "../../sdk/attestation/appraisal-options.js";
import type { ReferenceValues } from "../../sdk/attestation/reference-values.js";
import { appraise } from "../../sdk/attestation/verify.js";
import { equalPublicBytes } from "../../sdk/bytes/bytes.js";
import type { Given, RfcCase } from "./rfc-case.js";
import { DIGESTS, IMPLEMENTATION_ID, NOBODY, NONCE, type Parties, SIGNER_ID, VERSION } from "./token-maker.js";

/** What the good token says it runs. */
const REFERENCES: ReferenceValues = Object.freeze({
  implementationId: IMPLEMENTATION_ID,
  components: Object.freeze([
    { type: "boot", value: DIGESTS.boot, version: "1", signerId: NOBODY },
    { type: "firmware", value: DIGESTS.firmware, version: VERSION, signerId: SIGNER_ID },
    { type: "app", value: DIGESTS.app, version: VERSION, signerId: SIGNER_ID },
  ]),
});

function optionsOf({ device, owner }: Parties, given: Given): AppraisalOptions {
  const { trust = "device", nonce = NONCE, reference = REFERENCES, now, lifecycles, clientIds, profiles } = given;
  const knowsDevice = trust === "device" || trust === "both";
  const knowsOwner = trust === "owner" || trust === "both";
  return {
    nonce,
    devices: (instanceId) => (knowsDevice && equalPublicBytes(instanceId, device.instanceId) ? device.key : undefined),
    owners: knowsOwner ? [{ name: "owner", key: owner.key }] : [],
    references: reference ?? "unchecked",
    policy: {
      ...(lifecycles === undefined ? {} : { lifecycles }),
      ...(clientIds === undefined ? {} : { clientIds }),
      ...(profiles === undefined ? {} : { profiles }),
    },
    ...(now === undefined ? {} : { time: { earliest: () => now, latest: () => now } }),
  };
}

/** What the verifier says of a case's token, or of other bytes in its place. */
export function appraiseCase(parties: Parties, one: RfcCase, token = one.token(parties)): Appraisal {
  return appraise(parties.crypto, token, optionsOf(parties, one.given ?? {}));
}
