// SPDX-License-Identifier: Apache-2.0
/** The PSA profile of CoRIM (draft-fdb-rats-psa-endorsements): what is read, and what is named as unsupported. */
import { parseCorim } from "../../../sdk/attestation/corim.js";
import { readPsaEndorsements } from "../../../sdk/attestation/corim-psa.js";
import { encodeHex } from "../../../sdk/bytes/hex.js";
import { CborTag } from "../../../sdk/cbor/value.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { messageOf, thrownBy } from "../thrown.js";
import {
  corimWith,
  DIGEST,
  IMPLEMENTATION_ID,
  INSTANCE_ID,
  map,
  opaque,
  type Parts,
  SIGNER_ID,
  uri,
} from "./corim-made.js";

const read = (change?: (all: Parts) => void) => readPsaEndorsements(parseCorim(corimWith(change)));
const components = (change?: (all: Parts) => void) => read(change).referenceValues[0]?.components ?? [];

describe("CoRIM, PSA profile", () => {
  it("gives reference values with type, version, digest and signer id", () => {
    const { referenceValues, deviceKeys, unused } = read();
    assert.strictEqual(referenceValues.length, 1);
    assert.strictEqual(encodeHex(referenceValues[0]?.implementationId as Uint8Array), encodeHex(IMPLEMENTATION_ID));
    const [component, ...others] = referenceValues[0]?.components ?? [];
    assert.strictEqual(others.length, 0);
    assert.strictEqual([component?.type, component?.version].join(), "app,1.2.3");
    assert.strictEqual(encodeHex(component?.value as Uint8Array), encodeHex(DIGEST));
    assert.strictEqual(encodeHex(component?.signerId as Uint8Array), encodeHex(SIGNER_ID));
    const [key] = deviceKeys;
    assert.strictEqual(encodeHex(key?.instanceId as Uint8Array), encodeHex(INSTANCE_ID));
    assert.strictEqual(encodeHex(key?.implementationId as Uint8Array), encodeHex(IMPLEMENTATION_ID));
    assert.strictEqual(encodeHex(key?.publicKey as Uint8Array).slice(0, 18), "0460fed4ba255a9d31");
    assert.strictEqual([key?.publicKey.length, unused.length].join(), "65,0");
  });

  it("says the same when it is read again", () => {
    const corim = parseCorim(corimWith(({ triples }) => triples.set(50, "any")));
    const twice = [readPsaEndorsements(corim), readPsaEndorsements(corim)];
    assert.strictEqual(twice.map(({ unused }) => unused.join()).join(" "), "psa-swrel-triples psa-swrel-triples");
  });

  it("says where it is refused", () => {
    const says = (change: (all: Parts) => void) => messageOf(() => read(change));
    assert.strictEqual(
      says(({ references }) => references.push([map([0, map([1, "Maker"])]), [map([1, map([11, "app"])])]])),
      "CORIM_STRUCTURE: module 0.reference-triples.1: expected an implementation id",
    );
    assert.strictEqual(
      says(({ keyEnvironment }) => keyEnvironment.delete(1)),
      "CORIM_STRUCTURE: module 0.attest-key-triples.0: expected an instance id",
    );
    assert.strictEqual(
      says(({ corim }) => corim.delete(3)),
      "CORIM_UNSUPPORTED: the profile is not there: expected tag:arm.com,2025:psa#1.0.0",
    );
    assert.strictEqual(
      says(({ corim }) => corim.set(3, uri("tag:example"))),
      "CORIM_UNSUPPORTED: the profile is another: expected tag:arm.com,2025:psa#1.0.0",
    );
  });

  it("takes optional fields for what they are: no version, no name, vendor and model", () => {
    const [bare] = components(({ values, classMap }) => {
      values.delete(0);
      values.delete(11);
      classMap.set(1, "Maker").set(2, "Model");
    });
    assert.strictEqual([bare?.type, bare?.version].join(), ",");
  });

  it("takes several digests of one component as one release each", () => {
    const all = components(({ values }) => {
      values.set(2, [
        ["sha-256", DIGEST],
        ["sha-512", new Uint8Array(64)],
        ["other", new Uint8Array(48)],
      ]);
    });
    assert.strictEqual(all.map(({ value, type }) => `${type} ${value.length}`).join(), "app 32,app 64,app 48");
  });

  it("takes the hash by CoRIM's number, too", () => {
    for (const [number, length] of [
      [1, 32],
      [7, 48],
      [8, 64],
      [10, 32],
      [11, 48],
      [12, 64],
    ] as const) {
      assert.strictEqual(components(({ values }) => values.set(2, [[number, new Uint8Array(length)]])).length, 1);
    }
  });

  it("takes signer ids of 32, 48 and 64 bytes", () => {
    for (const length of [32, 48, 64]) {
      const [one] = components(({ values }) => values.set(13, [opaque(new Uint8Array(length))]));
      assert.strictEqual(one?.signerId?.length, length);
    }
  });

  it("joins what several measurements, triples and modules say of one implementation, and no more", () => {
    const other = new Uint8Array(32).fill(0x12);
    const { referenceValues } = read(({ measurements, references, reference, measurement }) => {
      measurements.push(measurement);
      references.push(reference, [map([0, map([0, opaque(other)])]), [measurement]]);
    });
    assert.strictEqual(referenceValues.map((one) => one.components.length).join(), "4,1");
    assert.strictEqual(encodeHex(referenceValues[1]?.implementationId as Uint8Array), encodeHex(other));
  });

  it("names what else is in it: tags and triples", () => {
    const endorsed = [[map([0, map([1, "Maker"])]), [map([1, map([100, "1234567890123 - 12345"])])]]];
    const { unused } = read(({ triples, tags, corim, module }) => {
      corim.set(-1, "any");
      module.set(7, "any");
      triples
        .set(1, endorsed)
        .set(50, "any")
        .set(10, [[endorsed, endorsed]])
        .set(99, 1);
      tags.push(new CborTag(505, Uint8Array.of(0xa0)), new CborTag(507, "stores"));
    });
    assert.strictEqual(
      unused.join(),
      "member -1,member 7 of a module,CoSWID,tag 507,endorsed-triples,conditional-endorsement-triples,psa-swrel-triples,triples 99",
    );
  });

  it("keys alone, and reference values alone, will do; neither is unsupported", () => {
    assert.strictEqual(read(({ triples }) => triples.delete(0)).deviceKeys.length, 1);
    assert.strictEqual(read(({ triples }) => triples.delete(3)).referenceValues.length, 1);
    const none = () =>
      read(({ triples }) => {
        triples.clear();
        triples.set(50, 1);
      });
    assert.strictEqual(
      messageOf(none),
      "CORIM_UNSUPPORTED: neither reference values nor keys in it, but psa-swrel-triples",
    );
  });

  const unsupported: readonly (readonly [what: string, change: (all: Parts) => void])[] = [
    ["another profile", ({ corim }) => corim.set(3, uri("http://arm.com/psa/iot/1"))],
    ["a profile that is an OID", ({ corim }) => corim.set(3, new CborTag(111, Uint8Array.of(0x55)))],
    ["no profile", ({ corim }) => corim.delete(3)],
    ["reference values of one instance", ({ environment }) => environment.set(1, new CborTag(550, INSTANCE_ID))],
    ["a group", ({ environment }) => environment.set(2, opaque(DIGEST))],
    ["a layer", ({ classMap }) => classMap.set(3, 1)],
    ["an index", ({ classMap }) => classMap.set(4, 1)],
    ["a key with conditions", ({ keyRecord }) => keyRecord.push(map([0, "boot"]))],
    ["a tag that stands in no known relation to another", ({ module }) => module.set(3, [map([0, "old"], [1, 2])])],
    ["an id of an extension", ({ corim }) => corim.set(0, new CborTag(37, new Uint8Array(16)))],
    ["a tag that replaces another", ({ module }) => module.set(3, [map([0, "old"], [1, 1])])],
  ];
  it("names as unsupported what would narrow a statement, and other profiles", () => {
    for (const [what, change] of unsupported) {
      assert.strictEqual(
        thrownBy(() => read(change)),
        "CORIM_UNSUPPORTED",
        what,
      );
    }
  });

  it("a tag that supplements another is taken", () => {
    assert.strictEqual(read(({ module }) => module.set(3, [map([0, "old"], [1, 0])])).deviceKeys.length, 1);
  });
});
