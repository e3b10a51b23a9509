// SPDX-License-Identifier: Apache-2.0
/** CoRIMs that we make: as the drafts have them, within limits, with keys in PEM. */
import { CORIM_LIMITS, parseCorim } from "../../../sdk/attestation/corim.js";
import { type CorimContent, createCorim } from "../../../sdk/attestation/corim-create.js";
import { verifyCorim } from "../../../sdk/attestation/corim-signed.js";
import { encodeHex } from "../../../sdk/bytes/hex.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import { CborTag } from "../../../sdk/cbor/value.js";
import type { KeyId } from "../../../sdk/contracts/crypto.js";
import { parseSign1Headers } from "../../../sdk/cose/sign1.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { before, describe, it } from "../../harness/spec.js";
import { makeParty, NO_TIME, type Party } from "../identity/device.js";
import { thrownBy } from "../thrown.js";
import { corimWith, DIGEST, IMPLEMENTATION_ID, INSTANCE_ID, map, nested, SIGNER_ID } from "./corim-made.js";

const component = { type: "app", version: "1.2.3", value: DIGEST, signerId: SIGNER_ID };
const values = {
  implementationId: IMPLEMENTATION_ID,
  components: [component, { ...component, type: undefined, version: undefined }],
};
const TIME = { time: { earliest: () => 15, latest: () => 15 }, whenTimeUnknown: "refuse" } as const;
let maker: Party;

const content = (more: Partial<CorimContent> = {}): CorimContent => ({
  id: "maker.example/1",
  signer: "Maker",
  validity: { notBefore: 10, notAfter: 20 },
  referenceValues: [values],
  deviceKeys: [{ instanceId: INSTANCE_ID, implementationId: IMPLEMENTATION_ID, publicKey: maker.publicKey }],
  kid: Uint8Array.of(1, 2),
  ...more,
});

before(() => {
  maker = makeParty(crypto);
});

describe("a CoRIM that we make", () => {
  it("is read as what it was made of", () => {
    const made = createCorim(crypto, maker.key, content());
    const read = verifyCorim(crypto, maker.key, made, TIME);
    assert.strictEqual([read.id, read.signer].join(), "maker.example/1,Maker");
    assert.strictEqual(read.validity.map((one) => `${one.notBefore}-${one.notAfter}`).join(), "10-20,10-20");
    const components = read.referenceValues[0]?.components ?? [];
    assert.strictEqual(
      components.map((one) => `${one.type} ${one.version} ${one.value[0]} ${one.signerId?.[0]}`).join(),
      "app 1.2.3 34 51,undefined undefined 34 51",
    );
    assert.strictEqual(encodeHex(read.deviceKeys[0]?.publicKey as Uint8Array), encodeHex(maker.publicKey));
    assert.strictEqual(read.unused.length, 0);
    assert.strictEqual(encodeHex(parseSign1Headers(made).kid as Uint8Array), "0102");
  });

  it("has no dates unless it is told some; only keys will do", () => {
    const bare: CorimContent = { id: "a", signer: "b", referenceValues: [], deviceKeys: content().deviceKeys ?? [] };
    const read = verifyCorim(crypto, maker.key, createCorim(crypto, maker.key, bare), {
      time: NO_TIME,
      whenTimeUnknown: "refuse",
    });
    assert.strictEqual([read.validity.length, read.referenceValues.length, read.deviceKeys.length].join(), "0,0,1");
    const ends = createCorim(crypto, maker.key, content({ validity: { notBefore: undefined, notAfter: 14 } }));
    assert.strictEqual(
      thrownBy(() => verifyCorim(crypto, maker.key, ends, TIME)),
      "CORIM_VALIDITY",
    );
  });

  it("has reference values alone where it is told no keys", () => {
    const bare: CorimContent = { id: "a", signer: "b", referenceValues: [values] };
    const read = verifyCorim(crypto, maker.key, createCorim(crypto, maker.key, bare), TIME);
    assert.strictEqual([read.referenceValues[0]?.components.length, read.deviceKeys.length].join(), "2,0");
  });

  it("is not made of what the profile has no place for", () => {
    const sign = { signMessage: () => new Uint8Array(64) };
    const made = (more: Partial<CorimContent>) => thrownBy(() => createCorim(sign, 1 as KeyId, content(more)));
    const of = (more: object) => made({ referenceValues: [{ ...values, components: [{ ...component, ...more }] }] });
    assert.strictEqual(made({}), "nothing");
    assert.strictEqual(made({ referenceValues: [], deviceKeys: [] }), "RangeError");
    assert.strictEqual(made({ id: "" }), "RangeError");
    assert.strictEqual(made({ id: 7 as unknown as string }), "RangeError");
    assert.strictEqual(made({ signer: "" }), "RangeError");
    assert.strictEqual(made({ referenceValues: [{ ...values, implementationId: DIGEST.subarray(1) }] }), "RangeError");
    assert.strictEqual(of({ value: DIGEST.subarray(1) }), "RangeError");
    assert.strictEqual(of({ signerId: DIGEST.subarray(1) }), "RangeError");
    assert.strictEqual(of({ signerId: undefined }), "TypeError");
    assert.strictEqual(of({ value: "digest" }), "TypeError");
    const key = { instanceId: INSTANCE_ID, implementationId: IMPLEMENTATION_ID, publicKey: maker.publicKey };
    assert.strictEqual(made({ deviceKeys: [{ ...key, instanceId: DIGEST }] }), "RangeError");
    assert.strictEqual(made({ deviceKeys: [{ ...key, publicKey: maker.publicKey.subarray(1) }] }), "RangeError");
    assert.strictEqual(made({ deviceKeys: [{ ...key, publicKey: new Uint8Array(65) }] }), "RangeError");
  });

  it("is read up to each limit and not over it", () => {
    const corim = corimWith();
    const limited = (limits: object) =>
      thrownBy(() => parseCorim(corim, { ...CORIM_LIMITS, ...limits })).replace(/@.*/, "");
    assert.strictEqual(
      [-1, 0, 1].map((off) => limited({ length: corim.length + off })).join(),
      "CBOR_LIMIT_LENGTH,nothing,nothing",
    );
    // Tag, map, array, map with the version, array of digests, a digest: the module counts by itself.
    assert.strictEqual([8, 9].map((depth) => limited({ depth })).join(), "CBOR_LIMIT_DEPTH,nothing");
    assert.strictEqual(limited({ count: 20 }), "CBOR_LIMIT_COUNT");
    const deep = corimWith(({ corim: it }) => it.set(-1, nested(12)));
    assert.strictEqual(
      thrownBy(() => parseCorim(deep, { ...CORIM_LIMITS, depth: 14 })).replace(/@.*/, ""),
      "CBOR_LIMIT_DEPTH",
    );
    const twice = corimWith(({ values: mval }) => mval.set(14, map([1, [["sha-256", DIGEST]]])));
    assert.strictEqual(
      thrownBy(() => parseCorim(twice)),
      "nothing",
    );
  });

  it("is held to the limits in the tags beside its modules, too", () => {
    for (const tag of [505, 508]) {
      const deep = corimWith(({ tags }) => tags.push(new CborTag(tag, encodeCbor(map([0, nested(12)])))));
      assert.strictEqual(
        thrownBy(() => parseCorim(deep, { ...CORIM_LIMITS, depth: 12 })).replace(/@.*/, ""),
        "CBOR_LIMIT_DEPTH",
      );
    }
  });
});
