// SPDX-License-Identifier: Apache-2.0
/** The edges of an attestation result: tiers, lengths, numbers, and what is cut. */
import type { Appraisal, AppraisalStep } from "../../../sdk/attestation/appraisal.js";
import { createResult, verifyResult } from "../../../sdk/attestation/result.js";
import { statusOf, tierOf, vectorOf, worstTier } from "../../../sdk/attestation/trust-vector.js";
import { concatBytes } from "../../../sdk/bytes/bytes.js";
import { decodeCbor } from "../../../sdk/cbor/decode.js";
import type { KeyId } from "../../../sdk/contracts/crypto.js";
import { createSign1, verifySign1 } from "../../../sdk/cose/sign1.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { before, describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { accepted, at, CLAIMS, makeKey, NOW, refused, VERIFIER } from "./result-samples.js";

const CONTENT = Object.freeze({ verifier: VERIFIER, issuedAt: NOW, expires: NOW + 300 });
let key: KeyId;

const make = (more: object) => createResult(crypto, key, { appraisal: accepted(), ...CONTENT, ...more });
const verify = (result: Uint8Array, seconds = NOW) =>
  verifyResult(crypto, key, result, { time: at(seconds), whenTimeUnknown: "refuse" });
const submoduleOf = (result: Uint8Array) => {
  const map = decodeCbor(verifySign1(crypto, key, result).payload) as Map<number, Map<string, Map<number, unknown>>>;
  return map.get(266)?.get("PSA") as Map<number, unknown>;
};

before(() => {
  key = makeKey(crypto);
});

describe("trustworthiness", () => {
  it("has four tiers", () => {
    for (const [tier, values] of [
      ["contraindicated", [-128, -97, 96, 127]],
      ["warning", [-96, -33, 32, 95]],
      ["affirming", [-32, -2, 2, 31]],
      ["none", [-1, 0, 1]],
    ] as const) {
      for (const value of values) assert.strictEqual(tierOf(value), tier, `${value}`);
    }
    assert.strictEqual(worstTier(["none", "warning", "affirming"]), "warning");
    assert.strictEqual(worstTier(["affirming", "none"]), "none");
    assert.strictEqual(worstTier([]), "affirming");
  });

  it("is not affirmed by one good verdict beside another of the same step", () => {
    const appraisal: Appraisal = accepted();
    const twice: Appraisal = {
      ...appraisal,
      verdicts: [...appraisal.verdicts, { step: "components", verdict: "unchecked", text: "again" }],
    } as Appraisal;
    assert.strictEqual(statusOf(appraisal), "affirming");
    assert.strictEqual(statusOf(twice), "none");
    assert.isUndefined(vectorOf(twice).executables);
  });
});

describe("an attestation result at its limits", () => {
  it("says nothing of a device that is not affirmed, not even to whom reads the bytes", () => {
    assert.strictEqual([...submoduleOf(make({ appraisal: accepted(["nonce"]) })).keys()].join(), "1000,1001,1006");
    assert.strictEqual([...submoduleOf(make({ appraisal: refused("nonce") })).keys()].join(), "1000,1001,1006");
  });

  it("is read in any order of its claims", () => {
    const payload = verifySign1(crypto, key, make({})).payload;
    // The first claim, exp, is six bytes behind the head of the map.
    const turned = concatBytes(payload.subarray(0, 1), payload.subarray(7), payload.subarray(1, 7));
    assert.strictEqual(verify(createSign1(crypto, key, { algorithm: -7, payload: turned })).result, "accepted");
  });

  it("takes the shortest and longest of each part", () => {
    for (const length of [8, 64]) {
      const nonce = new Uint8Array(length).fill(1);
      const said = verifyResult(crypto, key, make({ nonce }), { time: at(NOW), whenTimeUnknown: "refuse", nonce });
      assert.strictEqual(said.nonce?.length, length);
    }
    const verifier = { developer: "d", build: "b".repeat(128) };
    assert.deepEqual(verify(make({ verifier })).verifier, verifier);
    assert.strictEqual(verify(make({ issuedAt: 0, expires: 1 }), 0).expires, 1);
    for (const clientId of [-(2 ** 31), 2 ** 31 - 1]) {
      const said = verify(make({ appraisal: accepted([], { ...CLAIMS, clientId }) }));
      assert.strictEqual(said.result === "accepted" && said.claims.clientId, clientId);
    }
    for (const securityLifecycle of [0, 0xffff]) {
      const said = verify(make({ appraisal: accepted([], { ...CLAIMS, securityLifecycle }) }));
      assert.strictEqual(said.result === "accepted" && said.claims.securityLifecycle, securityLifecycle);
    }
    const components = new Array(32).fill(CLAIMS.components[0]);
    const said = verify(make({ appraisal: accepted([], { ...CLAIMS, components }) }));
    assert.strictEqual(said.result === "accepted" && said.claims.components.length, 32);
    for (const value of ["1", true]) {
      assert.strictEqual(
        thrownBy(() => make({ issuedAt: value })),
        "RangeError",
      );
      assert.strictEqual(
        thrownBy(() => make({ verifier: { developer: [value], build: "b" } })),
        "RangeError",
      );
    }
  });

  it("lists as many steps as it may, and cuts what is long", () => {
    const step = `component ${"x".repeat(300)}` as AppraisalStep;
    const { reason } = refused(step, "y".repeat(300)) as Appraisal & { readonly result: "refused" };
    const verdicts = new Array(40).fill({ step, verdict: "unchecked", text: "" });
    const said = verify(make({ appraisal: { result: "refused", reason, verdicts } }));
    assert.strictEqual(said.unchecked.length, 32);
    assert.strictEqual(said.unchecked[0]?.length, 128);
    if (said.result !== "refused") return assert.fail(said.result);
    assert.strictEqual(said.reason?.step, step.slice(0, 128));
    assert.strictEqual(said.reason?.text.length, 256);
  });

  it("cuts a long text of a component between characters", () => {
    for (const [description, length] of [
      ["d".repeat(300), 256],
      [`${"d".repeat(254)}\u{1F600}`, 256],
      [`${"d".repeat(255)}\u{1F600}`, 255],
      [`${"d".repeat(256)}\u{1F600}`, 256],
    ] as const) {
      const components = [{ ...CLAIMS.components[0], description }] as unknown as typeof CLAIMS.components;
      const said = verify(make({ appraisal: accepted([], { ...CLAIMS, components }) }));
      if (said.result !== "accepted") return assert.fail(said.result);
      assert.strictEqual(said.claims.components[0]?.description, description.slice(0, length));
    }
  });
});
