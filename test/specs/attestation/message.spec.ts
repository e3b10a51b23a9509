// SPDX-License-Identifier: Apache-2.0
/** RFC 9783 §5: the message that a token is, damage to it, MACs, and what is the caller's own mistake. */
import type { AppraisalOptions } from "../../../sdk/attestation/appraisal-options.js";
import { appraise } from "../../../sdk/attestation/verify.js";
import { concatBytes } from "../../../sdk/bytes/bytes.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import { CborTag, type CborValue } from "../../../sdk/cbor/value.js";
import { createMac0 } from "../../../sdk/cose/mac0.js";
import { createSign1 } from "../../../sdk/cose/sign1.js";
import { tagCwt } from "../../../sdk/cwt/cwt.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { messageOf, thrownBy } from "../thrown.js";
import { IMPLEMENTATION, type Lab, labOfEach, NONCE, outcomeOf, textOf, watched } from "./lab.js";

const SIGNATURE = new Uint8Array(64);

/** A message by hand: what is protected, and what is not. */
function message(lab: Lab, inside: CborValue, outside: CborValue = new Map(), items = 4, tag = 18): Uint8Array {
  const header = inside instanceof Uint8Array ? inside : encodeCbor(inside);
  const content = [header, outside, encodeCbor(lab.claims()), SIGNATURE].slice(0, items);
  return encodeCbor(new CborTag(tag, content));
}

describe("RFC 9783 §5, the message", () => {
  const theLab = labOfEach();

  it("is a COSE_Sign1 in its tag, and nothing around it", () => {
    const lab = theLab();
    const token = lab.token();
    const untagged = createSign1(crypto, lab.device.key, {
      algorithm: -7,
      payload: encodeCbor(lab.claims()),
      tagged: false,
    });
    const detached = createSign1(crypto, lab.device.key, {
      algorithm: -7,
      payload: encodeCbor(lab.claims()),
      detached: true,
    });
    const cases: [Uint8Array, string][] = [
      [untagged, "structure: COSE_TAG"],
      [tagCwt(token), "structure: COSE_TAG"],
      [detached, "structure: COSE_PAYLOAD_MISSING"],
      [new Uint8Array(0), "structure: COSE_TAG"],
      [concatBytes(token, Uint8Array.of(0)), "structure: CBOR_TRAILING_BYTES"],
      [message(lab, new Map([[1, -7]]), new Map(), 3), "structure: COSE_STRUCTURE"],
      [new Uint8Array(8193).fill(0xd2), "structure: CBOR_LIMIT_LENGTH"],
      [lab.sign(encodeCbor(1)), "key: ATTEST_CLAIM"],
      [lab.sign(Uint8Array.of(0xa1)), "structure: CBOR_TRUNCATED"],
      [lab.sign(Uint8Array.of(0xbf, 0xff)), "structure: CBOR_INDEFINITE_LENGTH"],
    ];
    for (const [bytes, expected] of cases) assert.strictEqual(outcomeOf(lab.appraise(bytes)), expected);
  });

  it("has its algorithm in the protected header, one that is carried out", () => {
    const lab = theLab();
    const cases: [Uint8Array, string][] = [
      [message(lab, new Map()), "COSE_ALG_MISSING"],
      [message(lab, new Uint8Array(0)), "COSE_ALG_MISSING"],
      [message(lab, new Map(), new Map([[1, -7]])), "COSE_ALG_UNPROTECTED"],
      [message(lab, new Map([[1, -7]]), new Map([[1, -7]])), "COSE_DUPLICATE_LABEL"],
      [message(lab, new Map([[1, -35]])), "COSE_ALG_UNSUPPORTED"],
      [message(lab, new Map([[1, -36]])), "COSE_ALG_UNSUPPORTED"],
      [message(lab, new Map([[1, "ES256"]])), "COSE_ALG_UNSUPPORTED"],
      [message(lab, new Map([[1, 5]])), "COSE_ALG_UNSUPPORTED"],
      [message(lab, new Map([[1, -8]])), "COSE_ALG_NOT_ALLOWED"],
      [
        message(
          lab,
          new Map<CborValue, CborValue>([
            [1, -7],
            [2, [-70001]],
          ]),
        ),
        "COSE_CRIT",
      ],
      [
        message(
          lab,
          new Map<CborValue, CborValue>([
            [1, -7],
            [2, [99]],
            [99, 1],
          ]),
        ),
        "COSE_CRIT_UNKNOWN",
      ],
    ];
    for (const [bytes, code] of cases) assert.strictEqual(outcomeOf(lab.appraise(bytes)), `structure: ${code}`);
    assert.strictEqual(
      outcomeOf(lab.appraise(message(lab, new Map([[1, -7]])))),
      "signature: PSA_ERROR_INVALID_SIGNATURE",
    );
  });

  // Each byte and each bit: test/attestation/rfc-cases.test.ts, on Node.
  it("is refused where it is cut, and with bits flipped", () => {
    const lab = theLab();
    const token = lab.token();
    const accepted: number[] = [];
    for (let length = 0; length < token.length; length += length < 16 ? 3 : 61) {
      if (outcomeOf(lab.appraise(token.subarray(0, length))) === "accepted") accepted.push(length);
    }
    for (let bit = 0; bit < 8 * token.length; bit += bit < 100 ? 7 : 211) {
      const flipped = token.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      if (outcomeOf(lab.appraise(flipped)) === "accepted") accepted.push(bit);
    }
    assert.strictEqual(accepted.join(), "");
  });
});

describe("RFC 9783 §5.2, a token with a MAC", () => {
  const theLab = labOfEach();

  it("is accepted only where its keys are given", () => {
    const lab = theLab();
    const attributes = {
      type: "HMAC",
      bits: 256,
      usage: ["signMessage", "verifyMessage"],
      alg: "HMAC_SHA_256",
    } as const;
    const key = crypto.importKey(attributes, new Uint8Array(32).fill(3));
    const other = crypto.importKey(attributes, new Uint8Array(32).fill(4));
    const token = createMac0(crypto, key, { algorithm: 5, payload: encodeCbor(lab.claims()) });
    const appraised = (options: Partial<AppraisalOptions>) => lab.appraise(token, lab.options(options));
    const outcome = (options: Partial<AppraisalOptions>) => outcomeOf(appraised(options));
    assert.strictEqual(outcome({}), "key: ATTEST_KEY");
    assert.strictEqual(outcome({ macKeys: () => undefined }), "key: ATTEST_KEY");
    assert.strictEqual(textOf(appraised({}), "key"), "MACs are not accepted here");
    assert.strictEqual(textOf(appraised({ macKeys: () => undefined }), "key"), "no MAC key of this device is known");
    assert.strictEqual(textOf(appraised({}), "structure"), "COSE_Mac0 with HMAC_256");
    assert.strictEqual(outcome({ macKeys: () => other }), "signature: PSA_ERROR_INVALID_SIGNATURE");
    assert.strictEqual(outcome({ macKeys: () => key }), "accepted");
    const short = createMac0(crypto, key, { algorithm: 5, payload: encodeCbor(lab.claims([[10, undefined]])) });
    assert.strictEqual(outcomeOf(lab.appraise(short, lab.options({ macKeys: () => key }))), "claims: ATTEST_CLAIM");
    const truncated = message(lab, new Map([[1, 4]]), new Map(), 4, 17);
    assert.strictEqual(
      outcomeOf(lab.appraise(truncated, lab.options({ macKeys: () => key }))),
      "structure: COSE_ALG_NOT_ALLOWED",
    );
    assert.strictEqual(outcomeOf(lab.appraise(lab.token(), lab.options({ macKeys: () => key }))), "accepted");
    crypto.destroyKey(key);
    crypto.destroyKey(other);
  });
});

describe("appraise", () => {
  const theLab = labOfEach();

  it("takes its caller's mistakes for what they are", () => {
    const lab = theLab();
    const token = lab.token();
    const nothing = new Uint8Array(0); // of which no step looks at an option
    const owner = { name: "Acme", key: lab.owner.key };
    const wrong: [object, string][] = [
      [{ nonce: "x" }, "TypeError"],
      [{ nonce: undefined }, "TypeError"],
      [{ nonce: new Uint8Array(31) }, "RangeError"],
      [{ references: undefined }, "TypeError"],
      [{ references: null }, "TypeError"],
      [{ references: "none" }, "TypeError"],
      [{ references: {} }, "TypeError"],
      [{ references: { implementationId: IMPLEMENTATION } }, "TypeError"],
      [{ references: [undefined] }, "TypeError"],
      [{ devices: new Map() }, "TypeError"],
      [{ macKeys: 1 }, "TypeError"],
      [{ endorsements: [] }, "TypeError"],
      [{ owners: owner }, "TypeError"],
      [{ owners: [{ key: lab.owner.key }] }, "TypeError"],
      [{ owners: [{ ...owner, kid: "kid" }] }, "TypeError"],
      [{ owners: Array.from({ length: 17 }, () => owner) }, "RangeError"],
      [{ whenTimeUnknown: "ignore" }, "RangeError"],
      [{ leeway: -1 }, "RangeError"],
      [{ leeway: Number.NaN }, "RangeError"],
      [{ instanceId: "x" }, "TypeError"],
      [{ instanceId: new Uint8Array(32) }, "RangeError"],
      [{ policy: { profiles: "tag:psacertified.org,2023:psa#tfm" } }, "TypeError"],
      [{ policy: { lifecycles: "secured" } }, "TypeError"],
      [{ policy: { clientIds: -1 } }, "TypeError"],
      [{ policy: { clientIds: "-1" } }, "TypeError"],
      [{ limits: { length: -1, depth: 1, count: 1 } }, "RangeError"],
    ];
    for (const [change, expected] of wrong) {
      assert.strictEqual(
        thrownBy(() => lab.appraise(nothing, { ...lab.options(), ...change })),
        expected,
        Object.keys(change).join(),
      );
    }
    for (const references of [undefined, null, "none", [undefined]]) {
      assert.strictEqual(
        messageOf(() => lab.appraise(nothing, { ...lab.options(), ...({ references } as object) })),
        'references: expected values, or "unchecked"',
      );
    }
    assert.strictEqual(
      thrownBy(() => appraise(crypto, "d2" as unknown as Uint8Array, lab.options())),
      "TypeError",
    );
    for (const nonce of [NONCE, new Uint8Array(48), new Uint8Array(64)]) {
      assert.strictEqual(
        thrownBy(() => lab.appraise(token, lab.options({ nonce }))),
        "nothing",
      );
    }
    assert.strictEqual(
      outcomeOf(lab.appraise(token, lab.owned({ owners: Array.from({ length: 16 }, () => owner) }))),
      "key: ATTEST_KEY",
    );
  });

  it("keeps to the caller's limits", () => {
    const lab = theLab();
    const token = lab.token();
    const limits = { length: token.length, depth: 4, count: 60 };
    const outcome = (change: object) =>
      outcomeOf(lab.appraise(token, lab.options({ limits: { ...limits, ...change } })));
    assert.strictEqual(outcome({}), "accepted");
    assert.strictEqual(outcome({ length: token.length - 1 }), "structure: CBOR_LIMIT_LENGTH");
    assert.strictEqual(outcome({ depth: 2 }), "structure: CBOR_LIMIT_DEPTH");
    assert.strictEqual(outcome({ count: 20 }), "structure: CBOR_LIMIT_COUNT");
  });

  it("leaves no key behind, whatever comes of the token", () => {
    const lab = theLab();
    const alias = lab.pair();
    const open = new Set<unknown>();
    const counting = watched((name, argument, result) => {
      if (name === "importKey") open.add(result);
      if (name === "destroyKey") open.delete(argument);
    });
    const certificate = lab.alias(alias.publicKey);
    const damaged = certificate.slice();
    damaged[damaged.length - 1] = (damaged[damaged.length - 1] as number) ^ 1;
    const tokens = [
      lab.token([], [certificate, lab.credential()], alias.key),
      lab.token([], [certificate, lab.credential()]),
      lab.token([], [damaged, lab.credential()], alias.key),
      lab.token([], [lab.credential()]),
      lab.token([[10, undefined]], [lab.credential()]),
    ];
    const outcomes = tokens.map((token) => outcomeOf(appraise(counting, token, lab.owned())));
    assert.strictEqual(
      outcomes.join(),
      "accepted,signature: PSA_ERROR_INVALID_SIGNATURE,path: ATTEST_PATH,accepted,claims: ATTEST_CLAIM",
    );
    assert.strictEqual(open.size, 0);
  });
});
