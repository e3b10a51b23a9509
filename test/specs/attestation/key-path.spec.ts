// SPDX-License-Identifier: Apache-2.0
/** docs/decisions/0009: which key has to have signed a token, and by whose word. */
import { CERTIFICATE_MAX, PATH_MAX } from "../../../sdk/attestation/path.js";
import { appraise } from "../../../sdk/attestation/verify.js";
import { concatBytes } from "../../../sdk/bytes/bytes.js";
import { decodeHex } from "../../../sdk/bytes/hex.js";
import { decodeCbor } from "../../../sdk/cbor/decode.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import { CborTag } from "../../../sdk/cbor/value.js";
import { createSign1, verifySign1 } from "../../../sdk/cose/sign1.js";
import type { Claims } from "../../../sdk/cwt/claims.js";
import { tagCwt } from "../../../sdk/cwt/cwt.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { messageOf } from "../thrown.js";
import { Lab, labOfEach, outcomeOf, textOf, watched } from "./lab.js";

const time = { earliest: () => 1000, latest: () => 1000 };

describe("The key of a token", () => {
  const theLab = labOfEach();

  it("is not known: refused, whatever the signature", () => {
    const lab = theLab();
    const other = new Lab(crypto);
    assert.strictEqual(outcomeOf(lab.appraise(other.token())), "key: ATTEST_KEY");
    other.close();
    const bare = lab.appraise(lab.token(), lab.owned());
    assert.strictEqual(outcomeOf(bare), "key: ATTEST_KEY");
    assert.strictEqual(textOf(bare, "key"), "the device is not known, and nobody certifies it");
    const certified = lab.appraise(lab.token([], [lab.credential()]), lab.owned({ owners: [] }));
    assert.strictEqual(outcomeOf(certified), "key: ATTEST_KEY");
    assert.strictEqual(textOf(certified, "key"), "the device is not known, and no owner's key was given");
    assert.strictEqual(outcomeOf(lab.appraise(lab.token([[256, undefined]]))), "key: ATTEST_CLAIM");
  });

  it("of a known device has to be the one that signed", () => {
    const lab = theLab();
    const other = lab.pair();
    const appraisal = lab.appraise(lab.token([], [], other.key));
    assert.strictEqual(outcomeOf(appraisal), "signature: PSA_ERROR_INVALID_SIGNATURE");
    assert.strictEqual(textOf(appraisal, "nonce"), "not looked at: an earlier step refused the token");
    // An owner's word does not replace what is known.
    const certified = lab.credential({}, lab.owner.key, other.publicKey);
    const { owners } = lab.owned();
    const options = lab.options({ ...(owners === undefined ? {} : { owners }) });
    assert.strictEqual(
      outcomeOf(lab.appraise(lab.token([], [certified], other.key), options)),
      "signature: PSA_ERROR_INVALID_SIGNATURE",
    );
  });

  it("of a known device needs nobody's word: what stands in its place is not looked at", () => {
    const lab = theLab();
    const appraisal = lab.appraise(lab.token([], [Uint8Array.of(1)]));
    assert.strictEqual(outcomeOf(appraisal), "accepted");
    assert.strictEqual(textOf(appraisal, "path"), "no certificate is needed");
  });

  it("is believed under either number of its algorithm, and when nothing is said of its operations", () => {
    const lab = theLab();
    const key = { kty: "EC2", crv: "P-256", publicKey: lab.device.publicKey, alg: -9 } as const;
    const token = lab.token([], [lab.credential({ cnf: { key } })]);
    assert.strictEqual(outcomeOf(lab.appraise(token, lab.owned())), "accepted");
  });

  it("is not looked for further when the verifier itself fails", () => {
    const lab = theLab();
    const broken = (): number => {
      throw new RangeError("the clock stands still");
    };
    const options = lab.owned({ time: { earliest: broken, latest: broken } });
    const token = lab.token([], [lab.credential({ exp: 1000 })]);
    assert.strictEqual(
      messageOf(() => lab.appraise(token, options)),
      "the clock stands still",
    );
  });

  it("is believed when a known owner certifies it for this device", () => {
    const lab = theLab();
    const stranger = lab.pair();
    const owners = [
      { name: "Nobody", key: stranger.key },
      { name: "Acme", key: lab.owner.key },
    ];
    for (const credential of [lab.credential(), tagCwt(lab.credential())]) {
      const appraisal = lab.appraise(lab.token([], [credential]), lab.owned({ owners }));
      assert.strictEqual(outcomeOf(appraisal), "accepted");
      assert.strictEqual(textOf(appraisal, "path"), "the key that signed is certified by the owner Acme");
    }
  });
});

describe("The owner of a certificate", () => {
  const theLab = labOfEach();
  const [ours, another] = [Uint8Array.of(1, 2, 3), Uint8Array.of(1, 2, 4)];

  /** Outcome, and how many signatures it took beside that of the token. */
  function tried(owners: readonly (Uint8Array | undefined)[], kid: Uint8Array | undefined, changed = false): string {
    const lab = theLab();
    const credential = lab.credential({}, lab.owner.key, lab.device.publicKey, kid);
    if (changed) credential[60] = (credential[60] as number) ^ 1;
    let count = 0;
    const counting = watched((name) => {
      if (name === "verifyMessage") count++;
    });
    const known = owners.map((one, index) => ({
      ...{ name: `${index}`, key: index === owners.length - 1 ? lab.owner.key : lab.device.key },
      ...(one === undefined ? {} : { kid: one }),
    }));
    const outcome = outcomeOf(appraise(counting, lab.token([], [credential]), lab.owned({ owners: known })));
    return `${outcome === "accepted" ? count - 1 : count} ${outcome}`;
  }

  it("is found by the kid, with one signature", () => {
    const many = new Array<Uint8Array>(15).fill(another);
    assert.strictEqual(tried([...many, ours], ours), "1 accepted");
    assert.strictEqual(tried([...many, ours], ours, true), "1 path: ATTEST_PATH");
    assert.strictEqual(tried([...many, ours], Uint8Array.of(1, 2)), "0 path: ATTEST_PATH");
  });

  it("is tried where there is no kid, up to four", () => {
    const four = [undefined, undefined, undefined, undefined];
    assert.strictEqual(tried(four, undefined), "4 accepted");
    assert.strictEqual(tried(four, ours), "4 accepted");
    assert.strictEqual(tried([another, another, another, ours], undefined), "4 accepted");
    assert.strictEqual(tried([another, another, undefined], ours), "1 accepted");
    assert.strictEqual(tried([another, undefined, ours], ours), "2 accepted");
    for (const owners of [[...four, undefined], new Array<Uint8Array>(16).fill(ours)]) {
      assert.strictEqual(tried(owners, undefined), "0 path: ATTEST_PATH");
      assert.strictEqual(tried(owners, ours), "0 path: ATTEST_PATH");
    }
  });
});

describe("The path of a token leads nowhere", () => {
  const theLab = labOfEach();

  function refused(path: (lab: Lab) => readonly Uint8Array[], options: object = {}): string {
    const lab = theLab();
    const appraisal = lab.appraise(lab.token([], path(lab)), lab.owned({ time, ...options }));
    assert.strictEqual(outcomeOf(appraisal), "path: ATTEST_PATH");
    assert.strictEqual(textOf(appraisal, "key"), "not looked at: an earlier step refused the token");
    return textOf(appraisal, "path");
  }

  it("when the owner is another one, or the credential was changed", () => {
    assert.isTrue(refused((lab) => [lab.credential({}, lab.pair().key)]).includes("no owner that is known"));
    refused((lab) => {
      const credential = lab.credential();
      credential[40] = (credential[40] as number) ^ 1;
      return [credential];
    });
    refused((lab) => [lab.credential().subarray(0, -1)]);
    assert.strictEqual(
      refused(() => [Uint8Array.of(1)]),
      "neither an alias certificate nor an owner's",
    );
    refused((lab) => [concatBytes(lab.credential(), Uint8Array.of(0))]);
  });

  it("when the credential is for another device, another key or another use", () => {
    const others = new Map([[256, new Uint8Array(33).fill(1)]]);
    assert.strictEqual(
      refused((lab) => [lab.credential({ others })]),
      "credential: ATTEST_PATH: it is for another device",
    );
    assert.isTrue(refused((lab) => [lab.credential({ others: new Map() })]).includes("claim 256 is missing"));
    const key = { kty: "EC2", crv: "P-256", publicKey: new Uint8Array(65).fill(4) } as const;
    refused((lab) => [lab.credential({ cnf: { key: { ...key, publicKey: lab.device.publicKey } } })]);
    refused((lab) => [lab.credential({ cnf: { key: { ...key, publicKey: lab.device.publicKey, alg: -25 } } })]);
    refused((lab) => {
      const signing = { ...key, publicKey: lab.device.publicKey, alg: -7, keyOps: [2, 1] };
      return [lab.credential({ cnf: { key: signing } })];
    });
    refused((lab) => [lab.credential({ cnf: { key: { ...key, alg: -7 } } })]); // not on the curve
    refused((lab) => [lab.credential({ cnf: { kid: Uint8Array.of(1) } })]);
    const edwards = { kty: "OKP", crv: "Ed25519", publicKey: new Uint8Array(32) } as const;
    refused((lab) => [lab.credential({ cnf: { key: edwards } })]);
  });

  it("when the credential does not say by whom it is, is too deep, or signed in another way", () => {
    assert.isTrue(refused((lab) => [lab.credential({ iss: undefined } as unknown as Partial<Claims>)]).includes("iss"));
    const other = encodeCbor(
      new CborTag(18, [encodeCbor(new Map([[1, -8]])), new Map(), Uint8Array.of(0xa0), new Uint8Array(64)]),
    );
    assert.isTrue(refused(() => [other]).includes("COSE_ALG_NOT_ALLOWED"));
    const deep = decodeHex(`${"81".repeat(12)}00`);
    const unprotectedHeader = new Map([[99, decodeCbor(deep)]]);
    const signed = (lab: Lab) =>
      createSign1(crypto, lab.owner.key, {
        algorithm: -7,
        payload: verifySign1(crypto, lab.owner.key, lab.credential(), { algorithms: [-7] }).payload,
        unprotectedHeader,
      });
    assert.isTrue(refused((lab) => [signed(lab)]).includes("CBOR_LIMIT_DEPTH"));
  });

  it("when it is not good now, or the time does not tell", () => {
    assert.isTrue(refused((lab) => [lab.credential({ exp: 1000 })]).includes("CWT_EXPIRED"));
    assert.isTrue(refused((lab) => [lab.credential({ nbf: 1001 })]).includes("CWT_NOT_YET_VALID"));
    const unknown = { time: { earliest: () => undefined, latest: () => undefined } };
    assert.isTrue(refused((lab) => [lab.credential({ exp: 2000 })], unknown).includes("CWT_TIME_UNKNOWN"));
    const lab = theLab();
    const dated = lab.token([], [lab.credential({ exp: 1000 })]);
    const outcome = (options: object) => outcomeOf(lab.appraise(dated, lab.owned(options)));
    assert.strictEqual(outcome({}), "path: ATTEST_PATH");
    assert.strictEqual(outcome({ whenTimeUnknown: "accept" }), "accepted");
    assert.strictEqual(outcome({ time, leeway: 1 }), "accepted");
    assert.strictEqual(outcome({ time: { earliest: () => 900, latest: () => 999 } }), "accepted");
  });

  it("when it is too long, goes round, or is in another order", () => {
    const aliasOf = (lab: Lab) => lab.alias(lab.device.publicKey);
    refused((lab) => [lab.credential(), lab.credential()]);
    refused((lab) => [lab.credential(), aliasOf(lab)]);
    refused((lab) => [aliasOf(lab), aliasOf(lab), lab.credential()]);
    refused((lab) => Array.from({ length: PATH_MAX + 1 }, () => lab.credential()));
    refused(() => [new Uint8Array(CERTIFICATE_MAX + 1)]);
    refused(() => [new Uint8Array(0)]);
    const lab = theLab();
    const twice = lab.token([], [aliasOf(lab), aliasOf(lab)]);
    assert.strictEqual(outcomeOf(lab.appraise(twice)), "path: ATTEST_PATH");
  });

  it("when its certificate is for another key than the one that the instance id names", () => {
    const lab = theLab();
    const other = lab.pair();
    const certified = lab.credential({}, lab.owner.key, other.publicKey);
    assert.strictEqual(outcomeOf(lab.appraise(lab.token([], [certified]), lab.owned())), "path: ATTEST_PATH");
  });
});
