// SPDX-License-Identifier: Apache-2.0
/** RFC 9711 §4: the registered claims, to CBOR and back, and what each may be. */
import { encodeEat, parseEat } from "../../../sdk/attestation/eat.js";
import type { EatClaims } from "../../../sdk/attestation/eat-claims.js";
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import { CborFloat, CborTag, type CborValue } from "../../../sdk/cbor/value.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { messageOf, thrownBy } from "../thrown.js";

const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(1);
const read = (label: CborValue, value: CborValue): string =>
  thrownBy(() => parseEat(encodeCbor(new Map([[label, value]]))));

/** Each claim with its CBOR, written by hand from the RFC. */
const WHOLE: [EatClaims, string][] = [
  [{ eat_nonce: bytes(8) }, "a10a480101010101010101"],
  [{ eat_nonce: [bytes(8), bytes(9)] }, "a10a8248010101010101010149010101010101010101"],
  [{ ueid: bytes(7) }, "a11901004701010101010101"],
  [{ sueids: new Map([["a", bytes(7)]]) }, "a1190101a161614701010101010101"],
  [{ oemid: 64242 }, "a119010219faf2"],
  [{ oemid: bytes(3) }, "a119010243010101"],
  [{ hwmodel: bytes(1) }, "a11901034101"],
  [{ hwversion: { version: "3.1", scheme: 1 } }, "a119010482 63332e31 01"],
  [{ hwversion: { version: "3.1" } }, "a11901048163332e31"],
  [{ uptime: 2 ** 53 - 1 }, "a11901051b001fffffffffffff"],
  [{ uptime: 2n ** 64n - 1n }, "a11901051bffffffffffffffff"],
  [{ oemboot: true }, "a1190106f5"],
  [{ dbgstat: "disabled-fully-and-permanently" }, "a119010704"],
  [{ location: { latitude: 1.5, longitude: -2 } }, "a1190108a201f93e000221"],
  [
    { location: { latitude: 0, longitude: 0, altitudeAccuracy: 1, timestamp: 5, age: 6 } },
    "a1190108a501000200050108050906",
  ],
  [{ eat_profile: "tag:x" }, "a1190109657461673a78"],
  [{ eat_profile: decodeHex("2b0601") }, "a1190109432b0601"],
  [{ bootcount: 0 }, "a119010b00"],
  [{ bootseed: bytes(2) }, "a119010c420101"],
  [{ dloas: [{ registrar: "r", platformLabel: "p" }] }, "a119010d818261726170"],
  [{ dloas: [{ registrar: "r", platformLabel: "p", applicationLabel: "a" }] }, "a119010d8183617261706161"],
  [{ swname: "s" }, "a119010e6173"],
  [{ swversion: { version: "1", scheme: "mine" } }, "a119010f826131646d696e65"],
  [{ manifests: [{ contentType: 258, content: bytes(1) }] }, "a119011081821901024101"],
  [{ measurements: [{ contentType: 65535, content: "x" }] }, "a119011181 82 19ffff 6178"],
  [
    {
      measres: [
        {
          system: "m",
          results: [
            { id: "a", result: "success" },
            { id: bytes(1), result: "absent" },
          ],
        },
      ],
    },
    "a119011281 82616d 82 82616101 82410104",
  ],
  [{ intuse: "pop" }, "a119011305"],
  [{ iss: "i", iat: 1, eat_nonce: bytes(8) }, "a30161690601 0a480101010101010101"],
  [{ submods: new Map([["d", { kind: "digest", algorithm: -16, digest: bytes(2) }]]) }, "a119010aa16164822f420101"],
  [
    {
      submods: new Map([
        ["c", { kind: "claims", claims: { uptime: 1 } }],
        ["t", { kind: "token", token: decodeHex("d83dd28443a10126a041a0420101") }],
      ]),
    },
    "a119010aa26163a11901050161744ed83dd28443a10126a041a0420101",
  ],
];

describe("RFC 9711 §4, a claim", () => {
  it("has one encoding, and is read as it was written", () => {
    for (const [claims, hex] of WHOLE) {
      const expected = hex.replaceAll(" ", "");
      assert.strictEqual(encodeHex(encodeEat(claims)), expected);
      const { others, ...again } = parseEat(decodeHex(expected));
      assert.strictEqual(others?.size, 0);
      assert.strictEqual(Object.keys(again).sort().join(), Object.keys(claims).sort().join());
      assert.strictEqual(encodeHex(encodeEat(again)), expected);
    }
  });

  it("says in its name what it is", () => {
    const claims = parseEat(decodeHex("a31901070319011302190112818261618182616203"));
    assert.strictEqual([claims.dbgstat, claims.intuse].join(), "disabled-permanently,registration");
    assert.strictEqual(claims.measres?.[0]?.results[0]?.result, "not-run");
    assert.isTrue(Object.isFrozen(claims));
  });

  it("has the lengths and ranges of the RFC", () => {
    const cases: [number, number[], number[]][] = [
      [10, [8, 9, 63, 64], [0, 7, 65]],
      [256, [7, 17, 33], [0, 6, 34]],
      [258, [3, 16], [0, 2, 4, 15, 17]],
      [259, [1, 32], [0, 33]],
      [268, [0, 64], []],
    ];
    for (const [label, good, bad] of cases) {
      for (const length of good) assert.strictEqual(read(label, bytes(length)), "nothing", `${label}: ${length}`);
      for (const length of bad) assert.strictEqual(read(label, bytes(length)), "EAT_CLAIM", `${label}: ${length}`);
    }
    const numbers: [number, CborValue[], CborValue[]][] = [
      [258, [0, 1, 2 ** 40], [-1, 1.5, new CborFloat(1), 2n ** 63n]],
      [261, [0, 2n ** 63n], [-1, 1.5, new CborFloat(1)]],
      [263, [0, 1, 2, 3, 4], [-1, 5, 0.5, new CborFloat(1), true]],
      [267, [0, 7], [-1, "7"]],
      [275, [1, 2, 3, 4, 5], [0, 6, -1, 1.5]],
      [6, [0, -1, 5], [1.5, new CborFloat(1)]],
    ];
    for (const [label, good, bad] of numbers) {
      for (const value of good) assert.strictEqual(read(label, value), "nothing", `${label}: ${value}`);
      for (const value of bad) assert.strictEqual(read(label, value), "EAT_CLAIM", `${label}: ${value}`);
    }
  });

  it("is refused with another type", () => {
    const types: CborValue[] = [
      null,
      true,
      -1,
      1.5,
      "x",
      bytes(8),
      [],
      [bytes(8)],
      [1, 2],
      new Map(),
      new Map([[1, 1]]),
      new CborTag(1, 1),
    ];
    const fits = (label: number, value: CborValue): boolean => {
      if (value === true) return label === 262;
      if (value === "x") return [265, 270].includes(label);
      if (!(value instanceof Uint8Array)) return false;
      return [10, 256, 259, 268].includes(label) || label === 265;
    };
    for (const label of [
      10, 256, 257, 258, 259, 260, 261, 262, 263, 264, 265, 266, 267, 268, 269, 270, 271, 272, 273, 274, 275,
    ]) {
      for (const value of types) {
        // Text in the place of submodules is none; a submodule that is text is one in JSON.
        assert.strictEqual(
          read(label, value),
          fits(label, value) ? "nothing" : "EAT_CLAIM",
          `${label}: ${typeof value}`,
        );
      }
    }
  });

  it("is refused with parts that it does not have", () => {
    const cases: [number, CborValue][] = [
      [10, [bytes(8), bytes(7)]],
      [10, [bytes(8), "x"]],
      [257, new Map([[1, bytes(7)]])],
      [257, new Map([["a", bytes(6)]])],
      [260, ["1", 1, 1]],
      [260, [1]],
      [260, ["1", 1.5]],
      [260, ["1", null]],
      [264, new Map([[1, 1]])],
      [264, new Map([[2, 1]])],
      [
        264,
        new Map<CborValue, CborValue>([
          [1, 1],
          [2, "1"],
        ]),
      ],
      [
        264,
        new Map<CborValue, CborValue>([
          [1, 1],
          [2, Number.NaN],
        ]),
      ],
      [
        264,
        new Map<CborValue, CborValue>([
          [1, 1],
          [2, Number.POSITIVE_INFINITY],
        ]),
      ],
      [
        264,
        new Map([
          [1, 1],
          [2, 1],
          [10, 1],
        ]),
      ],
      [
        264,
        new Map([
          [1, 1],
          [2, 1],
          [0, 1],
        ]),
      ],
      [
        264,
        new Map([
          [1, 1],
          [2, 1],
          [8, 1.5],
        ]),
      ],
      [
        264,
        new Map([
          [1, 1],
          [2, 1],
          [9, -1],
        ]),
      ],
      [265, ""],
      [265, bytes(0)],
      [265, decodeHex("2b86")],
      [265, decodeHex("2b8001")],
      [265, decodeHex("8001")],
      [265, decodeHex("2b8180")],
      [
        257,
        new Map([
          ["a", bytes(7)],
          ["b", bytes(6)],
        ]),
      ],
      [
        264,
        new Map<CborValue, CborValue>([
          [1, 1],
          [2, 1],
          ["3", 1],
        ]),
      ],
      [265, decodeHex("80")],
      [269, [["r"]]],
      [269, [["r", "p", "a", "x"]]],
      [269, [["r", 1]]],
      [269, ["r"]],
      [272, [[1]]],
      [272, [[-1, bytes(1)]]],
      [272, [[65536, bytes(1)]]],
      [272, [[1, 1]]],
      [273, [[1, bytes(1), 1]]],
      [274, [["m"]]],
      [274, [[1, [["a", 1]]]]],
      [274, [["m", []]]],
      [274, [["m", [["a", 5]]]]],
      [274, [["m", [["a", 0]]]]],
      [274, [["m", [[1, 1]]]]],
      [274, [["m", [["a"]]]]],
    ];
    for (const [label, value] of cases) assert.strictEqual(read(label, value), "EAT_CLAIM", `${label}`);
  });

  it("that is not known is passed on; one that is there twice is refused", () => {
    const { others } = parseEat(
      encodeCbor(
        new Map<CborValue, CborValue>([
          [2395, 1],
          ["x", null],
        ]),
      ),
    );
    assert.strictEqual([...(others ?? new Map()).keys()].join(), "2395,x");
    assert.strictEqual(
      thrownBy(() => parseEat(decodeHex("a2190105011901 0502".replace(" ", "")))),
      "CBOR_DUPLICATE_KEY@5",
    );
    assert.strictEqual(
      thrownBy(() => parseEat(decodeHex("a2190105011a0000010502"))),
      "CBOR_DUPLICATE_KEY@5",
    );
    assert.strictEqual(
      thrownBy(() => parseEat(encodeCbor([]))),
      "EAT_CLAIM",
    );
    assert.strictEqual(read(1, 1), "CWT_CLAIM");
  });

  it("is not written when nobody may write it", () => {
    const wrong: object[] = [
      { eat_nonce: bytes(7) },
      { eat_nonce: [bytes(8)] },
      { dbgstat: "off" },
      { intuse: "none" },
      { uptime: -1 },
      { iat: 1.5 },
      { submods: new Map() },
      { others: new Map([[256, bytes(7)]]) },
      { others: new Map([[266, 1]]) },
      { others: new Map([[1, "x"]]) },
      { manifests: [] },
    ];
    for (const claims of wrong) {
      assert.strictEqual(
        thrownBy(() => encodeEat(claims as EatClaims)),
        "RangeError",
        Object.keys(claims).join(),
      );
    }
    assert.strictEqual(
      thrownBy(() => encodeEat({ iss: 1 } as unknown as EatClaims)),
      "TypeError",
    );
  });
});

describe("RFC 9711 §4.2.18, submodules", () => {
  const submodule = (value: CborValue): string => read(266, new Map([["part", value]]));

  it("are refused by name where they are not carried out", () => {
    assert.strictEqual(submodule('["JWT", "eyJ..."]'), "EAT_UNSUPPORTED");
    assert.strictEqual(submodule(encodeCbor(new CborTag(601, new Map()))), "EAT_UNSUPPORTED");
    assert.strictEqual(submodule(encodeCbor(new CborTag(602, []))), "EAT_UNSUPPORTED");
    const text = messageOf(() => parseEat(encodeCbor(new Map([[266, new Map([["\u0007part", "{}"]])]]))));
    assert.strictEqual(text, "EAT_UNSUPPORTED: submods, ?part: a token in JSON");
  });

  it("are refused where they are none", () => {
    const wrong: CborValue[] = [
      ...[null, 1, true, [], [1], [1, bytes(1), 1], [null, bytes(1)], [1, "x"], [1, bytes(0)], [1.5, bytes(1)]],
      ...[bytes(0), bytes(3), encodeCbor(1), encodeCbor(new CborTag(18, [])), encodeCbor(new CborTag(61, []))],
      ...[encodeCbor(new CborTag(61, new CborTag(19, []))), encodeCbor(new CborTag(62, new CborTag(18, [])))],
      new Map([[256, bytes(1)]]),
    ];
    for (const value of wrong) assert.strictEqual(submodule(value), "EAT_CLAIM");
    assert.strictEqual(read(266, new Map([[1, new Map()]])), "EAT_CLAIM");
    assert.strictEqual(submodule(["sha-256", bytes(1)]), "nothing");
    assert.strictEqual(
      read(
        264,
        new Map([
          [1, 1],
          [2, 1],
          [9, 0],
        ]),
      ),
      "nothing",
    );
  });

  it("nest, and not without end", () => {
    let claims: CborValue = new Map([[261, 1]]);
    for (let level = 1; level <= 5; level++) {
      claims = new Map([[266, new Map([["in", claims]])]]);
      const encoded = encodeCbor(claims);
      assert.strictEqual(
        thrownBy(() => parseEat(encoded)),
        level <= 4 ? "nothing" : "EAT_UNSUPPORTED",
      );
    }
    const deep = decodeHex(`${"a119010aa162696e".repeat(9)}a0`);
    assert.strictEqual(
      thrownBy(() => parseEat(deep)),
      "CBOR_LIMIT_DEPTH@64",
    );
  });
});
