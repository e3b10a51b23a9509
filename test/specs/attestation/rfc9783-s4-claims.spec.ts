// SPDX-License-Identifier: Apache-2.0
/** RFC 9783 §4, and the two profiles before it: what each claim may be. */
import { parsePsaClaims } from "../../../sdk/attestation/psa-parse.js";
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import { CborFloat, CborTag, type CborValue } from "../../../sdk/cbor/value.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { messageOf, thrownBy } from "../thrown.js";
import { type ClaimMap, changed, components, firstClaims, olderClaims, rfcClaims } from "./psa-sets.js";

const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(1);
const parsed = (claims: ClaimMap) => parsePsaClaims(encodeCbor(claims));

describe("RFC 9783 §4, a claims set", () => {
  it("is read in each profile", () => {
    const rfc = parsed(rfcClaims());
    assert.strictEqual(rfc.profile, "tag:psacertified.org,2023:psa#tfm");
    assert.strictEqual(encodeHex(rfc.nonce), "01".repeat(32));
    assert.strictEqual(encodeHex(rfc.instanceId).slice(0, 6), "010102");
    assert.strictEqual(encodeHex(rfc.implementationId), "07".repeat(32));
    assert.strictEqual([rfc.clientId, rfc.securityLifecycle, rfc.lifecycle].join(), "2147483647,12289,secured");
    assert.strictEqual(encodeHex(rfc.bootSeed ?? bytes(0)), "08".repeat(8));
    assert.strictEqual(
      [rfc.certificationReference, rfc.verificationService].join(),
      "1234567890123-12345,https://verifier.example",
    );
    const [first, second] = rfc.components;
    assert.strictEqual([first?.type, first?.version, first?.description].join(), "app,1.0.0,sha-256");
    assert.strictEqual(encodeHex(first?.value ?? bytes(0)), "02".repeat(32));
    assert.strictEqual(encodeHex(first?.signerId ?? bytes(0)), "05".repeat(64));
    assert.strictEqual([second?.type, second?.version, second?.description].join(), ",,");
    const older = parsed(olderClaims());
    assert.strictEqual([older.profile, older.bootSeed?.length].join(), "http://arm.com/psa/2.0.0,32");
    const oldest = parsed(firstClaims());
    assert.strictEqual(
      [oldest.profile, oldest.clientId, oldest.certificationReference].join(),
      "PSA_IOT_PROFILE_1,-2147483648,1234567890123",
    );
    assert.isTrue(Object.isFrozen(rfc) && Object.isFrozen(rfc.components) && Object.isFrozen(first));
  });

  it("is refused without each claim that it must have, and read without the others", () => {
    const sets: [() => ClaimMap, CborValue[], CborValue[]][] = [
      [rfcClaims, [265, 10, 256, 2396, 2394, 2395, 2399], [268, 2398, 2400]],
      [olderClaims, [265, 10, 256, 2396, 2394, 2395, 2399], [2397, 2398, 2400]],
      [firstClaims, [-75008, -75009, -75003, -75001, -75002, -75004, -75006], [-75000, -75005, -75010]],
    ];
    for (const [make, needed, optional] of sets) {
      for (const label of needed) {
        assert.strictEqual(
          thrownBy(() => parsePsaClaims(changed(make(), label, undefined))),
          "ATTEST_CLAIM",
          `${label}`,
        );
      }
      for (const label of optional) {
        assert.strictEqual(
          thrownBy(() => parsePsaClaims(changed(make(), label, undefined))),
          "nothing",
          `${label}`,
        );
      }
    }
  });

  it("is refused with each claim of another type", () => {
    const wrong: CborValue[] = [
      null,
      true,
      0,
      -1,
      1.5,
      new CborFloat(1),
      "",
      "x",
      bytes(1),
      [],
      [bytes(32)],
      new Map(),
      new CborTag(1, 1),
    ];
    // An integer of 32 bits is a client, a text that is not empty a service.
    for (const make of [rfcClaims, olderClaims, firstClaims]) {
      for (const [label, right] of make()) {
        for (const value of wrong) {
          const isText = typeof right === "string" && value === "x" && (label === 2400 || label === -75010);
          const isClient = (label === 2394 || label === -75001) && value === -1;
          const isLifecycle = (label === 2395 || label === -75002) && value === 0;
          const isProfile =
            (label === 265 || label === -75000) &&
            (typeof value === "string" || (label === 265 && value instanceof Uint8Array));
          const expected =
            isText || isClient || isLifecycle ? "nothing" : isProfile ? "ATTEST_PROFILE" : "ATTEST_CLAIM";
          assert.strictEqual(
            thrownBy(() => parsePsaClaims(changed(make(), label, value))),
            expected,
            `${label}`,
          );
        }
      }
    }
  });

  it("has byte strings of the lengths of the RFC", () => {
    const lengths: [number, readonly number[]][] = [
      [10, [32, 48, 64]],
      [2396, [32]],
      [268, [8, 9, 16, 31, 32]],
    ];
    for (const [label, allowed] of lengths) {
      for (const length of [0, 7, 8, 9, 16, 31, 32, 33, 47, 48, 49, 63, 64, 65]) {
        const expected = allowed.includes(length) ? "nothing" : "ATTEST_CLAIM";
        assert.strictEqual(
          thrownBy(() => parsePsaClaims(changed(rfcClaims(), label, bytes(length)))),
          expected,
          `${label}: ${length}`,
        );
      }
    }
    for (const length of [0, 1, 17, 25, 32, 34]) {
      assert.strictEqual(
        thrownBy(() => parsePsaClaims(changed(rfcClaims(), 256, bytes(length)))),
        "ATTEST_CLAIM",
      );
    }
    assert.strictEqual(
      thrownBy(() => parsePsaClaims(changed(rfcClaims(), 256, bytes(33).fill(2)))),
      "ATTEST_CLAIM",
    );
    for (const length of [8, 31, 33]) {
      assert.strictEqual(
        thrownBy(() => parsePsaClaims(changed(firstClaims(), -75004, bytes(length)))),
        "ATTEST_CLAIM",
      );
    }
  });

  it("has one nonce, outside an array", () => {
    for (const nonce of [[bytes(32)], [bytes(32), bytes(32)]]) {
      assert.strictEqual(
        thrownBy(() => parsePsaClaims(changed(rfcClaims(), 10, nonce))),
        "ATTEST_CLAIM",
      );
    }
  });

  it("has a client id of 32 bits, never 0", () => {
    for (const id of [-2147483648, -1, 1, 2147483647]) {
      assert.strictEqual(parsePsaClaims(changed(rfcClaims(), 2394, id)).clientId, id);
    }
    for (const id of [0, -2147483649, 2147483648, 2n ** 63n]) {
      assert.strictEqual(
        thrownBy(() => parsePsaClaims(changed(rfcClaims(), 2394, id))),
        "ATTEST_CLAIM",
      );
    }
  });

  it("has a lifecycle of the seven ranges", () => {
    const names = [
      undefined,
      "assembly-and-test",
      "provisioning",
      "secured",
      "non-psa-rot-debug",
      "debug",
      "decommissioned",
    ];
    names.forEach((name, index) => {
      for (const low of [0, 0x7f, 0xff]) {
        const { lifecycle, securityLifecycle } = parsePsaClaims(changed(rfcClaims(), 2395, index * 0x1000 + low));
        assert.strictEqual(lifecycle, name);
        assert.strictEqual(securityLifecycle, index * 0x1000 + low);
      }
      for (const low of [0x100, 0x800, 0xfff]) {
        assert.strictEqual(
          thrownBy(() => parsePsaClaims(changed(rfcClaims(), 2395, index * 0x1000 + low))),
          "ATTEST_CLAIM",
        );
      }
    });
    for (const number of [-1, -0x1000, 0x6100, 0x7000, 0xffff, 0x10000, 0x13000, 2n ** 62n]) {
      assert.strictEqual(
        thrownBy(() => parsePsaClaims(changed(rfcClaims(), 2395, number))),
        "ATTEST_CLAIM",
      );
    }
  });

  it("has a certification reference of its profile's form", () => {
    const [long, short] = ["1234567890123-12345", "1234567890123"];
    for (const [make, label, allowed] of [
      [rfcClaims, 2398, [long]],
      [olderClaims, 2398, [long]],
      [firstClaims, -75005, [short, long]],
    ] as const) {
      for (const text of [
        long,
        short,
        `${long}0`,
        `0${long}`,
        `${long}\n`,
        "a234567890123-12345",
        "1234567890123-1234",
        "",
      ]) {
        const expected = (allowed as readonly string[]).includes(text) ? "nothing" : "ATTEST_CLAIM";
        assert.strictEqual(
          thrownBy(() => parsePsaClaims(changed(make(), label, text))),
          expected,
          text,
        );
      }
    }
  });

  it("has a certification reference that is text, not a number with as many digits", () => {
    const number = changed(firstClaims(), -75005, 1234567890123);
    assert.strictEqual(
      thrownBy(() => parsePsaClaims(number)),
      "ATTEST_CLAIM",
    );
  });

  it("without a profile is of the first one, and says what is missing where it has the labels of another", () => {
    const first = firstClaims().set(256, 1);
    first.delete(-75000);
    assert.strictEqual(parsed(first).profile, "PSA_IOT_PROFILE_1");
    const rfc = rfcClaims();
    rfc.delete(265);
    assert.strictEqual(
      messageOf(() => parsed(rfc)),
      "ATTEST_CLAIM: profile: expected claim 265, which is missing",
    );
  });

  it("has components of the right form, one at least", () => {
    assert.strictEqual(
      thrownBy(() => parsePsaClaims(changed(rfcClaims(), 2399, []))),
      "ATTEST_CLAIM",
    );
    const withComponent = (label: number, value: CborValue): string => {
      const [whole, second] = components();
      const map = whole as ClaimMap;
      if (value === undefined) map.delete(label);
      else map.set(label, value);
      return thrownBy(() => parsePsaClaims(changed(rfcClaims(), 2399, [second, map])));
    };
    for (const label of [2, 5]) {
      assert.strictEqual(withComponent(label, undefined), "ATTEST_CLAIM");
      for (const length of [0, 31, 33, 47, 49, 63, 65])
        assert.strictEqual(withComponent(label, bytes(length)), "ATTEST_CLAIM");
      for (const length of [32, 48, 64]) assert.strictEqual(withComponent(label, bytes(length)), "nothing");
      assert.strictEqual(withComponent(label, "x".repeat(32)), "ATTEST_CLAIM");
    }
    for (const label of [1, 4, 6]) {
      assert.strictEqual(withComponent(label, undefined), "nothing");
      assert.strictEqual(withComponent(label, bytes(3)), "ATTEST_CLAIM");
      assert.strictEqual(withComponent(label, null), "ATTEST_CLAIM");
    }
    assert.strictEqual(withComponent(3, 1), "nothing"); // reserved: passed over
    for (const one of [null, 1, [], "x"]) {
      assert.strictEqual(
        thrownBy(() => parsePsaClaims(changed(rfcClaims(), 2399, [one]))),
        "ATTEST_CLAIM",
      );
    }
  });

  it("has no more components than a result can repeat", () => {
    const [whole] = components();
    const parsedWith = (count: number, make = rfcClaims, label = 2399): string =>
      thrownBy(() => parsePsaClaims(changed(make(), label, new Array<CborValue>(count).fill(whole))));
    assert.strictEqual(
      [1, 31, 32, 33].map((count) => parsedWith(count)).join(),
      "nothing,nothing,nothing,ATTEST_LIMIT",
    );
    assert.strictEqual(parsedWith(33, firstClaims, -75006), "ATTEST_LIMIT");
  });

  it("of the first profile can say that there are no components, and nothing in between", () => {
    const none = firstClaims().set(-75007, 1);
    assert.strictEqual(
      thrownBy(() => parsed(none)),
      "ATTEST_CLAIM",
    ); // both
    none.delete(-75006);
    assert.strictEqual(parsed(none).components.length, 0);
    for (const value of [0, 2, true, "1", null]) {
      assert.strictEqual(
        thrownBy(() => parsed(new Map(none).set(-75007, value))),
        "ATTEST_CLAIM",
      );
    }
    const rfc = rfcClaims().set(-75007, 1);
    rfc.delete(2399);
    assert.strictEqual(
      thrownBy(() => parsed(rfc)),
      "ATTEST_CLAIM",
    );
  });

  it("passes over claims that it does not know, and a boot seed under another profile's label", () => {
    for (const [label, value] of [
      [9999, 1],
      ["x", null],
      [-75001, "x"],
      [2397, bytes(1)],
      [2n ** 60n, 1],
    ] as const) {
      const read = parsed(rfcClaims().set(label, value));
      assert.strictEqual(read.bootSeed?.length, 8);
    }
    assert.strictEqual(parsed(olderClaims().set(268, 1)).bootSeed?.length, 32);
  });

  it("has labels that are integers or text", () => {
    for (const label of [bytes(1), null, true, 1.5, new CborFloat(10)]) {
      assert.strictEqual(
        thrownBy(() => parsed(rfcClaims().set(label, 1))),
        "ATTEST_CLAIM",
      );
      const component = (components()[0] as ClaimMap).set(label, 1);
      assert.strictEqual(
        thrownBy(() => parsed(rfcClaims().set(2399, [component]))),
        "ATTEST_CLAIM",
      );
    }
  });

  it("is a map, and of CBOR with definite lengths, in any order and in longer forms", () => {
    for (const value of [null, 1, "x", [], bytes(4)]) {
      assert.strictEqual(
        thrownBy(() => parsePsaClaims(encodeCbor(value))),
        "ATTEST_CLAIM",
      );
    }
    const whole = encodeHex(encodeCbor(rfcClaims()));
    const read = (hex: string) => thrownBy(() => parsePsaClaims(decodeHex(hex)));
    assert.isTrue(whole.startsWith("aa0a5820"));
    assert.strictEqual(read(whole.replace("aa0a5820", "b80a180a590020")), "nothing");
    assert.strictEqual(read(`bf${whole.slice(2)}ff`), "CBOR_INDEFINITE_LENGTH@0");
    assert.strictEqual(read(`ab0a5820${"01".repeat(32)}${whole.slice(2)}`), "CBOR_DUPLICATE_KEY@36");
    assert.strictEqual(read(`ab180a5820${"01".repeat(32)}${whole.slice(2)}`), "CBOR_DUPLICATE_KEY@37");
    assert.strictEqual(read(`${whole}00`), `CBOR_TRAILING_BYTES@${whole.length / 2}`);
  });
});
