// SPDX-License-Identifier: Apache-2.0
/** Whether an appraisal is what a case expects: accepted and saying so, or refused for its fault, at a step that can have found it. */
import type { Appraisal } from "../../sdk/attestation/appraisal.js";
import type { Fault, RfcCase } from "./rfc-case.js";

interface Naming {
  readonly steps: RegExp;
  readonly codes: RegExp;
}

const CODED = "ATTEST|EAT|CBOR|COSE|CWT";

/** The steps that may find a fault, and the codes that may name it. */
const NAMINGS: Readonly<Record<Fault, Naming>> = Object.freeze({
  envelope: { steps: /^structure$/, codes: /^(?:CBOR|COSE|EAT|ATTEST)_/ },
  algorithm: { steps: /^(?:structure|signature)$/, codes: /^COSE_ALG_/ },
  key: { steps: /^key$/, codes: /^ATTEST_KEY$/ },
  path: {
    steps: /^path$/,
    codes: new RegExp(`^(?:${CODED}|DICE|CREDENTIAL)_|^PSA_ERROR_INVALID_(?:SIGNATURE|ARGUMENT)$`),
  },
  signature: { steps: /^signature$/, codes: /^(?:PSA_ERROR_INVALID_SIGNATURE|COSE_SIGNATURE_LENGTH)$/ },
  claims: { steps: /^(?:structure|key|claims)$/, codes: /^(?:ATTEST_CLAIM|CBOR_[A-Z_0-9]+|EAT_[A-Z]+)$/ },
  profile: { steps: /^(?:structure|claims|profile)$/, codes: /^ATTEST_PROFILE$/ },
  nonce: { steps: /^nonce$/, codes: /^ATTEST_NONCE$/ },
  instanceId: { steps: /^(?:instanceId|path)$/, codes: /^ATTEST_(?:INSTANCE|PATH)$/ },
  lifecycle: { steps: /^lifecycle$/, codes: /^ATTEST_LIFECYCLE$/ },
  clientId: { steps: /^clientId$/, codes: /^ATTEST_CLIENT$/ },
  implementationId: { steps: /^implementationId$/, codes: /^ATTEST_IMPLEMENTATION$/ },
  component: { steps: /^component /, codes: /^ATTEST_COMPONENT$/ },
  components: { steps: /^components$/, codes: /^ATTEST_COMPONENT$/ },
  certificate: { steps: /^certificate$/, codes: /^ATTEST_CERTIFICATE$/ },
});

function show(value: unknown): string {
  return value instanceof Uint8Array ? `h'${Array.from(value).join(" ")}'` : String(value);
}

/** @returns What is not as the case expects; undefined when all is. */
export function misjudged(one: RfcCase, appraisal: Appraisal): string | undefined {
  const { expect, says = {} } = one;
  if (appraisal.result === "accepted") {
    if (expect !== "accepted") return `accepted, not refused for ${expect.refused.join(" or ")}`;
    const open = appraisal.verdicts.find(({ verdict }) => verdict === "refused");
    if (open !== undefined) return `accepted, with ${open.step} refused`;
    for (const name of Object.keys(says) as (keyof typeof says)[]) {
      const found = show(appraisal.claims[name]);
      if (found !== show(says[name])) return `${name} is ${found}`;
    }
    return undefined;
  }
  const { step, code, text } = appraisal.reason;
  const found = `refused at ${step} with ${code} (${text})`;
  if (expect === "accepted") return found;
  if ("claims" in appraisal) return `${found}, and has claims`;
  const first = appraisal.verdicts.find(({ verdict }) => verdict === "refused");
  if (first?.step !== step) return `${found}, but the first step that refused is ${first?.step}`;
  const isNamed = expect.refused.some((fault) => NAMINGS[fault].steps.test(step) && NAMINGS[fault].codes.test(code));
  return isNamed ? undefined : `${found}, not for ${expect.refused.join(" or ")}`;
}
