// SPDX-License-Identifier: Apache-2.0
/** RFC 9783: what a verifier says of a token, claim by claim, when its signature is good. */
import type { PsaClaims } from "../../../sdk/attestation/psa-claims.js";
import { encodeHex } from "../../../sdk/bytes/hex.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import {
  APP,
  COMPONENTS,
  component,
  FIRMWARE,
  labOfEach,
  NONCE,
  outcomeOf,
  REFERENCES,
  refusedSteps,
  textOf,
} from "./lab.js";

const OTHER = new Uint8Array(32).fill(0x99);
const STEPS =
  "structure,key,path,signature,claims,profile,nonce,instanceId,lifecycle,clientId,implementationId," +
  "component boot,component firmware,component app,components,certificate";

describe("RFC 9783, appraisal of a token", () => {
  const theLab = labOfEach();

  it("accepts a whole token of a known device, and says what it claims", () => {
    const lab = theLab();
    const appraisal = lab.appraise(lab.token());
    assert.strictEqual(outcomeOf(appraisal), "accepted");
    assert.strictEqual(textOf(appraisal, "structure"), "COSE_Sign1 with ES256");
    const { claims } = appraisal as { claims: PsaClaims };
    assert.strictEqual(encodeHex(claims.nonce), encodeHex(NONCE));
    assert.strictEqual(encodeHex(claims.instanceId), encodeHex(lab.instanceId));
    assert.strictEqual([claims.clientId, claims.lifecycle, claims.components.length].join(), "-1,secured,3");
    assert.strictEqual(appraisal.verdicts.map(({ step }) => step).join(), STEPS);
    const unchecked = appraisal.verdicts.filter(({ verdict }) => verdict === "unchecked");
    assert.strictEqual(unchecked.map(({ step }) => step).join(), "clientId,certificate");
    assert.isTrue(Object.isFrozen(appraisal) && Object.isFrozen(appraisal.verdicts));
  });

  it("accepts ESP256 in the place of ES256", () => {
    const lab = theLab();
    assert.strictEqual(outcomeOf(lab.appraise(lab.sign(lab.claims(), [], lab.device.key, -9))), "accepted");
  });

  it("names each claim that is not what is expected, and the first of them as the reason", () => {
    const lab = theLab();
    const changed = [COMPONENTS[0], COMPONENTS[1], component("app", OTHER)];
    const cases = [
      [[[10, OTHER]], "nonce: ATTEST_NONCE"],
      [[[2395, 0x5000]], "lifecycle: ATTEST_LIFECYCLE"],
      [[[2395, 0x4001]], "lifecycle: ATTEST_LIFECYCLE"],
      [[[2395, 0]], "lifecycle: ATTEST_LIFECYCLE"],
      [[[2396, OTHER]], "implementationId: ATTEST_IMPLEMENTATION"],
      [[[2399, changed]], "component app: ATTEST_COMPONENT"],
      [[[2399, COMPONENTS.slice(0, 2)]], "components: ATTEST_COMPONENT"],
      [[[2399, [...COMPONENTS, COMPONENTS[2]]]], "components: ATTEST_COMPONENT"],
      [[[2399, [...COMPONENTS, component("modem", APP)]]], "component modem: ATTEST_COMPONENT"],
      [[[265, "http://arm.com/psa/2.0.0"]], "profile: ATTEST_PROFILE"],
      [[[265, "http://example.com"]], "profile: ATTEST_PROFILE"],
    ] as const;
    for (const [changes, expected] of cases) {
      assert.strictEqual(outcomeOf(lab.appraise(lab.token(changes))), expected);
    }
    const all = lab.appraise(
      lab.token([
        [10, OTHER],
        [2395, 0x1000],
        [2399, changed],
      ] as const),
    );
    assert.strictEqual(refusedSteps(all), "nonce,lifecycle,component app");
    assert.isFalse("claims" in all);
    assert.isTrue(
      textOf(all, "component app").startsWith("1.2.3+4 (9999999999999999...) is none of the 2 known releases"),
    );
  });

  it("holds components to version and signer where the references have them", () => {
    const lab = theLab();
    const outcome = (changed: ReturnType<typeof component>) =>
      lab.appraise(lab.token([[2399, [COMPONENTS[0], changed, COMPONENTS[2]]]]));
    assert.strictEqual(
      textOf(outcome(component("firmware", FIRMWARE, "9.9.9+9")), "component firmware"),
      "9.9.9+9 (f1f1f1f1f1f1f1f1...) is known under another version",
    );
    const signedByOther = outcome(component("firmware", FIRMWARE).set(5, OTHER));
    assert.strictEqual(outcomeOf(signedByOther), "component firmware: ATTEST_COMPONENT");
    assert.isTrue(textOf(signedByOther, "component firmware").endsWith("another signer"));
    // The app's reference has no version: any.
    const app = component("app", APP, "7.0.0+0");
    const token = lab.token([[2399, [COMPONENTS[0], COMPONENTS[1], app]]]);
    assert.strictEqual(outcomeOf(lab.appraise(token)), "accepted");
  });

  it("leaves components unchecked where the implementation is not known, and names those without a type by their place", () => {
    const lab = theLab();
    const unknown = lab.appraise(lab.token([[2396, OTHER]]));
    assert.strictEqual(refusedSteps(unknown), "implementationId");
    const bare = component("x", APP);
    bare.delete(1);
    bare.delete(4);
    const token = lab.token([[2399, [COMPONENTS[0], bare]]]);
    const steps = lab.appraise(token, lab.options({ references: "unchecked" })).verdicts;
    assert.strictEqual(
      steps.find(({ step }) => step === "component #2")?.text,
      "f2f2f2f2f2f2f2f2...; no reference values were given",
    );
  });

  it("takes a release that is known under several signers from each of them", () => {
    const lab = theLab();
    const app = { type: "app", version: undefined, value: APP, signerId: OTHER };
    const references = { ...REFERENCES, components: [app, ...REFERENCES.components] };
    assert.strictEqual(outcomeOf(lab.appraise(lab.token(), lab.options({ references }))), "accepted");
  });

  it("does as the policy says", () => {
    const lab = theLab();
    const debug = lab.token([[2395, 0x5001]]);
    const outcome = (token: Uint8Array, options: object) => outcomeOf(lab.appraise(token, lab.options(options)));
    assert.strictEqual(outcome(debug, { policy: { lifecycles: ["debug"] } }), "accepted");
    assert.strictEqual(outcome(lab.token(), { policy: { lifecycles: ["debug"] } }), "lifecycle: ATTEST_LIFECYCLE");
    assert.strictEqual(outcome(lab.token(), { policy: { clientIds: [-1] } }), "accepted");
    assert.strictEqual(outcome(lab.token(), { policy: { clientIds: [-2, 1] } }), "clientId: ATTEST_CLIENT");
    const older = lab.token([
      [265, "http://arm.com/psa/2.0.0"],
      [268, undefined],
      [2397, new Uint8Array(32)],
    ]);
    assert.strictEqual(outcome(older, { policy: { profiles: ["http://arm.com/psa/2.0.0"] } }), "accepted");
    assert.strictEqual(outcome(lab.token(), { policy: { profiles: [] } }), "profile: ATTEST_PROFILE");
    assert.strictEqual(outcome(lab.token(), { instanceId: lab.instanceId }), "accepted");
    assert.strictEqual(outcome(lab.token(), { instanceId: new Uint8Array(33) }), "instanceId: ATTEST_INSTANCE");
  });

  it("leaves what runs unchecked only when it is told to", () => {
    const lab = theLab();
    const token = lab.token([[2399, [component("x\u202ey", OTHER, "v".repeat(100))]]]);
    const appraisal = lab.appraise(token, lab.options({ references: "unchecked" }));
    assert.strictEqual(outcomeOf(appraisal), "accepted");
    const [shown] = appraisal.verdicts.filter(({ step }) => step.startsWith("component "));
    assert.strictEqual(shown?.step, "component x?y");
    assert.strictEqual(shown?.text, `${"v".repeat(61)}... (9999999999999999...); no reference values were given`);
    const none = lab.appraise(lab.token(), lab.options({ references: [] }));
    assert.strictEqual(outcomeOf(none), "implementationId: ATTEST_IMPLEMENTATION");
    const second = { implementationId: OTHER, components: [] };
    assert.strictEqual(
      outcomeOf(lab.appraise(lab.token(), lab.options({ references: [second, REFERENCES] }))),
      "accepted",
    );
  });
});
