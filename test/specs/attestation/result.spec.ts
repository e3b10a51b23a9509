// SPDX-License-Identifier: Apache-2.0
/** Attestation results: draft-ietf-rats-ear-04, as CWT. */
import type { AppraisalStep } from "../../../sdk/attestation/appraisal.js";
import { createResult, RESULT_MAX, RESULT_PROFILE, verifyResult } from "../../../sdk/attestation/result.js";
import { encodeHex } from "../../../sdk/bytes/hex.js";
import { decodeCbor } from "../../../sdk/cbor/decode.js";
import type { KeyId } from "../../../sdk/contracts/crypto.js";
import { verifySign1 } from "../../../sdk/cose/sign1.js";
import { tagCwt } from "../../../sdk/cwt/cwt.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { before, describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { accepted, at, CLAIMS, makeKey, NOW, refused, VERIFIER } from "./result-samples.js";

const NONCE = new Uint8Array(8).fill(9);
const CONTENT = Object.freeze({ verifier: VERIFIER, issuedAt: NOW, expires: NOW + 300 });
let key: KeyId;
let good: Uint8Array;

const make = (more: object) => createResult(crypto, key, { appraisal: accepted(), ...CONTENT, ...more });
const verify = (result: Uint8Array, more: object = {}) =>
  verifyResult(crypto, key, result, { time: at(NOW + 1), whenTimeUnknown: "refuse", ...more });
const outcome = (result: Uint8Array, more: object = {}) => thrownBy(() => verify(result, more));

before(() => {
  key = makeKey(crypto);
  good = make({ nonce: NONCE });
});

describe("an attestation result", () => {
  it("has the labels of the draft", () => {
    const map = decodeCbor(verifySign1(crypto, key, good).payload) as Map<number, unknown>;
    assert.strictEqual([...map.keys()].join(), "4,6,10,265,266,1000,1004");
    assert.strictEqual(map.get(265), RESULT_PROFILE);
    assert.strictEqual(map.get(1000), 2);
    const submodule = (map.get(266) as Map<string, Map<number, unknown>>).get("PSA") as Map<number, unknown>;
    assert.strictEqual([...submodule.keys()].join(), "10,1000,1001,1005");
    assert.strictEqual([...(submodule.get(1001) as Map<number, number>)].join(" "), "0,2 1,2 2,3 4,2");
    assert.strictEqual([...(submodule.get(1005) as Map<number, number>).keys()].join(), "256,265,2394,2395,2396,2399");
  });

  it("of an accepted appraisal repeats which device it was, its state and what it runs", () => {
    const result = verify(good);
    if (result.result !== "accepted") return assert.fail(result.result);
    const { profile, instanceId, implementationId, clientId, securityLifecycle, components } = CLAIMS;
    assert.deepEqual(result.claims, {
      profile,
      instanceId,
      implementationId,
      clientId,
      securityLifecycle,
      components,
    });
    assert.deepEqual(result.evidenceNonce, CLAIMS.nonce);
    assert.deepEqual(result.verifier, VERIFIER);
    assert.strictEqual(`${result.issuedAt} ${result.expires}`, `${NOW} ${NOW + 300}`);
    assert.strictEqual(encodeHex(result.nonce ?? new Uint8Array(0)), encodeHex(NONCE));
    assert.strictEqual(result.unchecked.length, 0);
    assert.strictEqual(verify(tagCwt(good)).result, "accepted");
  });

  it("of an appraisal that left something out proves nothing", () => {
    for (const step of ["signature", "nonce", "instanceId", "lifecycle", "implementationId", "components"] as const) {
      const result = verify(make({ appraisal: accepted([step]) }));
      assert.strictEqual(`${result.result} ${result.status} ${result.unchecked.join()}`, `unproven none ${step}`);
      assert.isFalse("claims" in result);
    }
    assert.strictEqual(verify(make({ appraisal: { ...accepted(), verdicts: [] } })).result, "unproven");
    // The caller on the device is not in the vector: a verifier may not care.
    assert.strictEqual(verify(make({ appraisal: accepted(["clientId"]) })).result, "accepted");
  });

  it("of a refused appraisal has the reason, and no claims", () => {
    const expected: readonly (readonly [AppraisalStep, string, string])[] = [
      ["structure", "contraindicated", "instanceIdentity=99"],
      ["key", "contraindicated", "instanceIdentity=97"],
      ["path", "contraindicated", "instanceIdentity=99"],
      ["signature", "contraindicated", "instanceIdentity=99"],
      ["claims", "contraindicated", "instanceIdentity=99"],
      ["profile", "contraindicated", "instanceIdentity=99"],
      ["nonce", "contraindicated", "instanceIdentity=99"],
      ["instanceId", "contraindicated", "instanceIdentity=97"],
      ["lifecycle", "contraindicated", "configuration=96"],
      ["clientId", "contraindicated", "configuration=96"],
      ["implementationId", "contraindicated", "hardware=97"],
      ["component app", "warning", "executables=33"],
      ["components", "warning", "executables=33"],
      ["certificate", "contraindicated", "instanceIdentity=99"],
    ];
    for (const [step, status, vector] of expected) {
      const result = verify(make({ appraisal: refused(step) }));
      if (result.result !== "refused") return assert.fail(step);
      assert.strictEqual(result.status, status);
      assert.strictEqual(
        Object.entries(result.vector)
          .map((entry) => entry.join("="))
          .join(),
        vector,
      );
      assert.deepEqual(result.reason, { step, code: "ATTEST_COMPONENT", text: "not known" });
      assert.strictEqual(result.unchecked.join(), "components");
      assert.isFalse("claims" in result);
    }
  });

  it("is for whom it was asked for", () => {
    assert.strictEqual(verify(good, { nonce: NONCE }).result, "accepted");
    for (const nonce of [new Uint8Array(8), new Uint8Array(9).fill(9)]) {
      assert.strictEqual(outcome(good, { nonce }), "ATTEST_NONCE");
    }
    assert.strictEqual(outcome(make({}), { nonce: NONCE }), "ATTEST_NONCE");
    assert.isUndefined(verify(make({})).nonce);
    for (const length of [7, 65]) assert.strictEqual(outcome(good, { nonce: new Uint8Array(length) }), "RangeError");
  });

  it("holds from when it was made until it ends", () => {
    assert.strictEqual(outcome(good, { time: at(NOW) }), "nothing");
    assert.strictEqual(outcome(good, { time: at(NOW + 299) }), "nothing");
    assert.strictEqual(outcome(good, { time: at(NOW + 300) }), "CWT_EXPIRED");
    assert.strictEqual(outcome(good, { time: at(NOW + 300), leeway: 1 }), "nothing");
    assert.strictEqual(outcome(good, { time: at(NOW - 1) }), "CWT_NOT_YET_VALID");
    assert.strictEqual(outcome(good, { time: at(NOW - 1), leeway: 1 }), "nothing");
    const unknown = { earliest: () => undefined, latest: () => undefined };
    assert.strictEqual(outcome(good, { time: unknown }), "CWT_TIME_UNKNOWN");
    assert.strictEqual(outcome(good, { time: unknown, whenTimeUnknown: "accept" }), "nothing");
  });

  it("cuts texts that are too long for it", () => {
    const texts = { type: "t".repeat(300), version: "v".repeat(300), description: "d".repeat(300) };
    const components = CLAIMS.components.slice(0, 1).map((one) => ({ ...one, ...texts }));
    const result = verify(make({ appraisal: accepted([], { ...CLAIMS, components }) }));
    if (result.result !== "accepted") return assert.fail(result.result);
    const cut = { type: "t".repeat(256), version: "v".repeat(256), description: "d".repeat(256) };
    assert.deepEqual(
      result.claims.components,
      components.map((one) => ({ ...one, ...cut })),
    );
  });

  it("is not made of what it cannot say", () => {
    const components = new Array(33).fill(CLAIMS.components[0]);
    for (const more of [
      { issuedAt: NOW + 0.5 },
      { issuedAt: -1 },
      { expires: NOW },
      { expires: Number.NaN },
      { verifier: { developer: "", build: "1" } },
      { verifier: { developer: "a", build: "b".repeat(129) } },
      { nonce: new Uint8Array(7) },
      { nonce: new Uint8Array(65) },
      { kid: new Uint8Array(RESULT_MAX) },
      { appraisal: accepted([], { ...CLAIMS, components }) },
    ]) {
      assert.strictEqual(
        thrownBy(() => make(more)),
        "RangeError",
      );
    }
    const kid = new Uint8Array(8).fill(1);
    assert.strictEqual(
      encodeHex(verifySign1(crypto, key, make({ kid })).unprotectedHeader.get(4) as Uint8Array),
      encodeHex(kid),
    );
  });
});
