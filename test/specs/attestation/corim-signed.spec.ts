// SPDX-License-Identifier: Apache-2.0
/** Signed CoRIM (draft-ietf-rats-corim-10 §4.2): the signature first, then who signed, then until when; then what it says. */
import { CORIM_LIMITS } from "../../../sdk/attestation/corim.js";
import { type CorimExpected, holdsAt, verifyCorim } from "../../../sdk/attestation/corim-signed.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import { CborFloat, CborTag, type CborValue } from "../../../sdk/cbor/value.js";
import type { KeyId } from "../../../sdk/contracts/crypto.js";
import { createSign1 } from "../../../sdk/cose/sign1.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { before, describe, it } from "../../harness/spec.js";
import { makeParty, NO_TIME } from "../identity/device.js";
import { messageOf, thrownBy } from "../thrown.js";
import { corimWith, headerWith, map, metaWith, nested, signedWith, time } from "./corim-made.js";

const at = (earliest: number | undefined, latest = earliest): CorimExpected => ({
  time: { earliest: () => earliest, latest: () => latest },
  whenTimeUnknown: "refuse",
});
const CWT = (...more: [CborValue, CborValue][]) => map([1, "Maker"], ...more);
/** The claims in place of corim-meta. */
const claimsAlone = (claims: CborValue) =>
  headerWith((header) => {
    header.delete(8);
    header.set(15, claims);
  });
const trusting = { verifyMessage: () => undefined, signMessage: () => new Uint8Array(64) };
let signer: KeyId;
let stranger: KeyId;
let signed: Uint8Array;

/** Of a message that is rightly signed: what is refused is not the signature. */
const outcome = (parts: Parameters<typeof signedWith>[2], expected = at(1500)) =>
  thrownBy(() => verifyCorim(trusting, 1 as KeyId, signedWith(trusting, 1 as KeyId, parts), expected));
const withHeader = (change: (header: Map<number, CborValue>) => void, expected?: CorimExpected) =>
  outcome({ header: headerWith(change) }, expected);
const withMeta = (change: Parameters<typeof metaWith>[0], expected?: CorimExpected) =>
  withHeader((header) => header.set(8, encodeCbor(metaWith(change))), expected);

before(() => {
  signer = makeParty(crypto).key;
  stranger = makeParty(crypto).key;
  signed = signedWith(crypto, signer);
});

describe("signed CoRIM", () => {
  it("says what it says, who signed it and for how long", () => {
    const { id, signer: name, validity, referenceValues } = verifyCorim(crypto, signer, signed, at(1500));
    assert.strictEqual([id, name, referenceValues.length].join(), "example,Maker,1");
    assert.strictEqual(validity.map(({ notBefore, notAfter }) => `${notBefore}-${notAfter}`).join(), "1000-2000");
  });

  it("by another key is refused, whatever it is", () => {
    assert.strictEqual(
      thrownBy(() => verifyCorim(crypto, stranger, signed, at(1500))),
      "PSA_ERROR_INVALID_SIGNATURE",
    );
    const nonsense = createSign1(crypto, signer, { algorithm: -7, payload: new Uint8Array(3) });
    assert.strictEqual(
      thrownBy(() => verifyCorim(crypto, stranger, nonsense, at(1500))),
      "PSA_ERROR_INVALID_SIGNATURE",
    );
  });

  it("with a payload that was changed is refused before it is parsed", () => {
    const other = corimWith(({ corim }) => corim.set(0, "examplf"));
    const changed = signed.slice();
    const start = changed.length - 66 - other.length;
    changed.set(other, start);
    assert.strictEqual(
      thrownBy(() => verifyCorim(crypto, signer, changed, at(1500))),
      "PSA_ERROR_INVALID_SIGNATURE",
    );
  });

  it("cut at any byte is refused with a code", () => {
    for (let length = 0; length < signed.length; length++) {
      const code = thrownBy(() => verifyCorim(crypto, signer, signed.subarray(0, length), at(1500)));
      assert.strictEqual(/^(CBOR|COSE)_/.test(code), true, `${length}: ${code}`);
    }
  });

  it("has tag 18", () => {
    assert.strictEqual(outcome({ tagged: false }), "CORIM_STRUCTURE");
    assert.strictEqual(outcome({}), "nothing");
  });

  it("is signed with ES256, by either number", () => {
    for (const [algorithm, code] of [
      [-9, "nothing"],
      [-8, "COSE_ALG_NOT_ALLOWED"],
    ] as const) {
      const options = { algorithm, payload: corimWith(), protectedHeader: headerWith() };
      const message = createSign1(trusting, 1 as KeyId, options);
      assert.strictEqual(
        thrownBy(() => verifyCorim(trusting, 1 as KeyId, message, at(1500))),
        code,
      );
    }
  });

  it("has its content type in the protected header", () => {
    assert.strictEqual(
      withHeader((header) => header.delete(3)),
      "CORIM_STRUCTURE",
    );
    assert.strictEqual(
      withHeader((header) => header.set(3, "application/cbor")),
      "CORIM_STRUCTURE",
    );
    assert.strictEqual(
      withHeader((header) => header.set(3, 16)),
      "CORIM_STRUCTURE",
    );
  });

  it("names a hash envelope as unsupported", () => {
    const envelope = (header: Map<number, CborValue>) => {
      header.delete(3);
      header.set(258, -16).set(259, "application/rim+cbor");
    };
    assert.strictEqual(withHeader(envelope), "CORIM_UNSUPPORTED");
  });

  it("holds corim-meta to its CDDL", () => {
    assert.strictEqual(
      withHeader((header) => header.delete(8)),
      "CORIM_STRUCTURE",
    );
    assert.strictEqual(
      withHeader((header) => header.set(8, metaWith())),
      "CORIM_STRUCTURE",
    );
    assert.strictEqual(
      withHeader((header) => header.set(8, Uint8Array.of(0xa1))),
      "CBOR_TRUNCATED@0",
    );
    assert.strictEqual(
      withMeta((meta) => meta.delete(0)),
      "CORIM_STRUCTURE",
    );
    assert.strictEqual(
      withMeta((meta) => meta.set(2, 1)),
      "CORIM_STRUCTURE",
    );
    assert.strictEqual(
      withMeta((_, who) => who.delete(0)),
      "CORIM_STRUCTURE",
    );
    assert.strictEqual(
      withMeta((_, who) => who.set(0, 7)),
      "CORIM_STRUCTURE",
    );
    assert.strictEqual(
      withMeta((_, who) => who.set(1, "https://maker.example")),
      "CORIM_STRUCTURE",
    );
    assert.strictEqual(
      withMeta((_, who) => who.set(-1, "extension")),
      "nothing",
    );
    assert.strictEqual(
      withMeta((meta) => meta.set(1, map([0, time(1)]))),
      "CORIM_STRUCTURE",
    );
    assert.strictEqual(
      withMeta((_, who) => who.set(0, new CborTag(999, 1))),
      "CORIM_UNSUPPORTED",
    );
  });

  it("takes CWT claims in place of corim-meta, and holds them to their CDDL", () => {
    const only = (claims: CborValue, expected?: CorimExpected) => outcome({ header: claimsAlone(claims) }, expected);
    assert.strictEqual(only(CWT()), "nothing");
    assert.strictEqual(only(CWT([4, 2000], [5, 1000.5])), "nothing");
    assert.strictEqual(only(CWT([4, 1400])), "CORIM_VALIDITY");
    const ends = [1999, 2000].map((now) => only(CWT([4, 2000]), at(now)));
    assert.strictEqual(ends.join(), "nothing,CORIM_VALIDITY");
    assert.strictEqual(only(CWT([4, 2000]), at(1999, 2000)), "CORIM_VALIDITY");
    assert.strictEqual(only(CWT([5, 1600])), "CORIM_VALIDITY");
    assert.strictEqual(only(CWT([5, 1600]), at(1700, undefined)), "nothing");
    assert.strictEqual(only(CWT([5, 1600]), at(1700)), "nothing");
    assert.strictEqual(only(map([2, "id"])), "CORIM_STRUCTURE");
    assert.strictEqual(only(CWT([4, "soon"])), "CORIM_STRUCTURE");
    assert.strictEqual(only("Maker"), "CORIM_STRUCTURE");
    const message = signedWith(trusting, 1 as KeyId, { header: claimsAlone(CWT()) });
    assert.strictEqual(verifyCorim(trusting, 1 as KeyId, message, at(1500)).signer, "Maker");
  });

  it("refuses CWT claims and corim-meta that say different things", () => {
    const both = (...claims: [CborValue, CborValue][]) => withHeader((header) => header.set(15, map(...claims)));
    assert.strictEqual(both([1, "Maker"], [4, 2000], [5, 1000]), "nothing");
    const exact = headerWith((header) => header.set(15, CWT([4, 2000], [5, 1000])));
    assert.strictEqual(outcome({ header: exact }, at(2000)), "CORIM_VALIDITY");
    assert.strictEqual(both([1, "Other"], [4, 2000], [5, 1000]), "CORIM_STRUCTURE");
    assert.strictEqual(both([1, "Maker"], [4, 2001], [5, 1000]), "CORIM_STRUCTURE");
    assert.strictEqual(both([1, "Maker"], [4, 2000], [5, 1001]), "CORIM_STRUCTURE");
    assert.strictEqual(both([1, "Maker"]), "CORIM_STRUCTURE");
    // Of dates that one of them does not have, whole or in part, the other has none either.
    const dated = (validity: CborValue, claims: CborValue) => {
      const meta = encodeCbor(metaWith((it) => (validity === undefined ? it.delete(1) : it.set(1, validity))));
      return withHeader((header) => header.set(8, meta).set(15, claims));
    };
    assert.strictEqual(dated(undefined, CWT()), "nothing");
    assert.strictEqual(dated(undefined, CWT([4, 2000])), "CORIM_STRUCTURE");
    assert.strictEqual(dated(undefined, CWT([5, 1000])), "CORIM_STRUCTURE");
    assert.strictEqual(dated(map([1, time(2000)]), CWT([4, 2000])), "nothing");
    assert.strictEqual(dated(map([1, time(2000)]), CWT()), "CORIM_STRUCTURE");
  });

  it("is held to its limits in corim-meta, too", () => {
    const header = headerWith((it) => it.set(8, encodeCbor(metaWith((_, who) => who.set(-1, nested(12))))));
    const limits = { ...CORIM_LIMITS, depth: 12 };
    assert.strictEqual(outcome({ header }), "nothing");
    assert.strictEqual(outcome({ header }, { ...at(1500), limits }).replace(/@.*/, ""), "CBOR_LIMIT_DEPTH");
    assert.strictEqual(outcome({}, { ...at(1500), limits }), "nothing");
  });

  it("says where it is refused", () => {
    const says = (parts: Parameters<typeof signedWith>[2]) =>
      messageOf(() => verifyCorim(trusting, 1 as KeyId, signedWith(trusting, 1 as KeyId, parts), at(1500)));
    const headers = (change: (header: Map<number, CborValue>) => void) => says({ header: headerWith(change) });
    assert.strictEqual(says({ tagged: false }), "CORIM_STRUCTURE: signed-corim: expected tag 18");
    assert.strictEqual(
      headers((header) => header.delete(3)),
      "CORIM_STRUCTURE: protected header: content-type: expected application/rim+cbor",
    );
    assert.strictEqual(
      headers((header) => header.set(8, 1)),
      "CORIM_STRUCTURE: corim-meta: expected a byte string",
    );
    assert.strictEqual(says({ header: claimsAlone(map([2, "id"])) }), "CORIM_STRUCTURE: CWT claims: iss is missing");
    assert.strictEqual(
      headers((header) => header.set(15, CWT())),
      "CORIM_STRUCTURE: protected header: corim-meta and CWT claims say different things",
    );
  });

  it("is good from its first to its last second, by what is known of the time", () => {
    const codes = [999, 1000, 2000, 2001].map((now) => outcome({}, at(now)));
    assert.strictEqual(codes.join(), "CORIM_VALIDITY,nothing,nothing,CORIM_VALIDITY");
    assert.strictEqual(outcome({}, at(900, 1100)), "CORIM_VALIDITY");
    assert.strictEqual(outcome({}, at(1900, 2100)), "CORIM_VALIDITY");
    assert.strictEqual(outcome({}, { time: NO_TIME, whenTimeUnknown: "refuse" }), "CORIM_VALIDITY");
  });

  it("with a time that cannot tell is taken when that is wanted, and refused when it surely expired", () => {
    const accepting = (expected: CorimExpected): CorimExpected => ({ ...expected, whenTimeUnknown: "accept" });
    assert.strictEqual(outcome({}, accepting({ time: NO_TIME, whenTimeUnknown: "refuse" })), "nothing");
    assert.strictEqual(outcome({}, accepting(at(1900, 2100))), "nothing");
    assert.strictEqual(outcome({}, accepting(at(2001, 9999))), "CORIM_VALIDITY");
    assert.strictEqual(outcome({}, accepting(at(0, 999))), "CORIM_VALIDITY");
  });

  it("is held to the dates of what it says, too; without dates it is good for ever", () => {
    const dated = corimWith(({ corim }) => corim.set(4, map([0, time(1600)], [1, time(1700)])));
    assert.strictEqual(
      [1500, 1650, 1750].map((now) => outcome({ payload: dated }, at(now))).join(),
      "CORIM_VALIDITY,nothing,CORIM_VALIDITY",
    );
    const float = corimWith(({ corim }) => corim.set(4, map([1, time(new CborFloat(1400))])));
    assert.strictEqual(outcome({ payload: float }), "CORIM_VALIDITY");
    const undated = headerWith((header) => header.set(8, encodeCbor(metaWith((meta) => meta.delete(1)))));
    assert.strictEqual(outcome({ header: undated }, { time: NO_TIME, whenTimeUnknown: "refuse" }), "nothing");
  });

  it("holds at another time by the same rule, to the second", () => {
    const dated = corimWith(({ corim }) => corim.set(4, map([0, time(1200)], [1, time(1800)])));
    const undated = headerWith((header) => header.set(8, encodeCbor(metaWith((meta) => meta.delete(1)))));
    const both = headerWith((header) => header.set(15, CWT([4, 2000], [5, 1000])));
    const cases = [
      [{}, 1000, 2000],
      [{ header: claimsAlone(CWT([4, 2000])) }, 0, 1999],
      [{ header: claimsAlone(CWT([4, 2000.5], [5, 999.5])) }, 1000, 2000],
      [{ header: both }, 1000, 1999],
      [{ payload: dated }, 1200, 1800],
      [{ header: undated }, 0, 2 ** 40],
    ] as const;
    for (const [parts, first, last] of cases) {
      const message = signedWith(trusting, 1 as KeyId, parts);
      const corim = verifyCorim(trusting, 1 as KeyId, message, at(first));
      for (const now of [0, first - 1, first, last, last + 1, 2 ** 41]) {
        assert.strictEqual(holdsAt(corim, now), outcome(parts, at(now)) === "nothing", `${first}-${last}: ${now}`);
      }
      assert.strictEqual(outcome(parts, at(last)), "nothing", `${last}`);
    }
  });

  it("says what is wrong with its dates", () => {
    const says = (now: number) =>
      messageOf(() => verifyCorim(trusting, 1 as KeyId, signedWith(trusting, 1 as KeyId), at(now)));
    assert.strictEqual(says(2001), "CORIM_VALIDITY: the CoRIM has expired");
    assert.strictEqual(says(1), "CORIM_VALIDITY: the CoRIM is not valid yet");
  });
});
