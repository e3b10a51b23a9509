// SPDX-License-Identifier: Apache-2.0
/** COSE_Key of type EC2 on P-256: RFC 9052 §7.1, RFC 9053 §7.1.1. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import type { KeyAttributes, KeyId } from "../../../sdk/contracts/crypto.js";
import { encodeKey, parsePublicKey } from "../../../sdk/cose/key.js";
import { importPublicKey } from "../../../sdk/cose/key-import.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";

const X = "11".repeat(32);
const Y = "22".repeat(32);
const POINT = `04${X}${Y}`;
const XY = `215820${X}225820${Y}`;
const KEY = `a401022001${XY}`;

const outcome = (hex: string): string => thrownBy(() => parsePublicKey(decodeHex(hex)));

/** Stands in for a back-end and notes what is imported. */
function importer() {
  const calls: string[] = [];
  const importKey = ({ type, bits, usage, alg }: KeyAttributes, bytes: Uint8Array): KeyId => {
    calls.push(`${type} ${bits} ${usage.join("+")} ${alg} ${encodeHex(bytes)}`);
    return 5 as KeyId;
  };
  return { calls, importKey, exportPublicKey: () => new Uint8Array(0), destroyKey: () => undefined };
}
const imported = (hex: string): string => thrownBy(() => importPublicKey(importer(), decodeHex(hex)));

describe("RFC 9053 §7.1.1 EC2 public key", () => {
  it("is written as {1: 2, -1: 1, -2: x, -3: y}, and read back", () => {
    assert.strictEqual(encodeHex(encodeKey({ kty: "EC2", crv: "P-256", publicKey: decodeHex(POINT) })), KEY);
    const key = parsePublicKey(decodeHex(KEY));
    assert.strictEqual(encodeHex(key.publicKey as Uint8Array), POINT);
    assert.isFalse("kid" in key);
  });

  it("carries a kid", () => {
    const encoded = encodeKey({ kty: "EC2", crv: "P-256", publicKey: decodeHex(POINT), kid: Uint8Array.of(7) });
    assert.strictEqual(encodeHex(encoded), `a501020241072001${XY}`);
    assert.strictEqual(encodeHex(parsePublicKey(encoded).kid as Uint8Array), "07");
  });

  it("is imported for verification only", () => {
    const stand = importer();
    assert.strictEqual(importPublicKey(stand, decodeHex(KEY)), 5);
    assert.strictEqual(
      stand.calls.join(),
      `ECC_PUBLIC_KEY_SECP_R1 256 verifyMessage DETERMINISTIC_ECDSA_SHA_256 ${POINT}`,
    );
  });

  it("keeps leading zeros and refuses coordinates of other lengths", () => {
    const zero = `a401022001215820${"00".repeat(32)}225820${Y}`;
    assert.strictEqual(encodeHex(parsePublicKey(decodeHex(zero)).publicKey as Uint8Array), `04${"00".repeat(32)}${Y}`);
    for (const x of ["40", `581f${X.slice(2)}`, `5821${X}00`, "00", "f6", `7820${"61".repeat(32)}`]) {
      assert.strictEqual(outcome(`a40102200121${x}225820${Y}`), "COSE_KEY_VALUE", x);
      assert.strictEqual(outcome(`a401022001215820${X}22${x}`), "COSE_KEY_VALUE", x);
    }
  });

  it("takes unknown parameters, any order, and alg and key_ops that allow to verify", () => {
    for (const hex of [
      `a501021863f62001${XY}`,
      `a4${XY}01022001`,
      `a5010203262001${XY}`,
      `a501020481022001${XY}`,
      `a50102048201022001${XY}`,
    ]) {
      assert.strictEqual(imported(hex), "nothing", hex);
    }
  });

  it("refuses a private key", () => {
    assert.strictEqual(outcome(`a501022001${XY}235820${X}`), "COSE_KEY_PRIVATE");
    assert.strictEqual(outcome(`a301022001235820${X}`), "COSE_KEY_PRIVATE");
    assert.strictEqual(outcome(`a201042041aa`), "COSE_KEY_PRIVATE");
  });

  it("takes compressed points: y is the parity", () => {
    for (const [y, first] of [
      ["f5", "03"],
      ["f4", "02"],
    ]) {
      const hex = `a401022001215820${X}22${y}`;
      const key = parsePublicKey(decodeHex(hex));
      assert.strictEqual(encodeHex(key.publicKey as Uint8Array), `${first}${X}`);
      assert.strictEqual(encodeHex(encodeKey(key)), hex);
    }
  });

  it("refuses other key types and curves", () => {
    const cases = [
      `a401012001${XY}`,
      `a401634543322001${XY}`,
      `a401022002${XY}`,
      `a401022006${XY}`,
      `a401f940002001${XY}`,
      `a4010220f93c00${XY}`,
    ];
    for (const hex of cases) assert.strictEqual(outcome(hex), "COSE_KEY_UNSUPPORTED", hex);
    assert.strictEqual(outcome(`a401042001${XY}`), "COSE_KEY_VALUE");
  });

  it("refuses keys that are for something else", () => {
    for (const hex of [`a501020481012001${XY}`, `a5010203272001${XY}`, `a501020338222001${XY}`]) {
      assert.strictEqual(imported(hex), "COSE_KEY_USE", hex);
    }
    for (const ops of ["02", "f6"]) assert.strictEqual(outcome(`a5010204${ops}2001${XY}`), "COSE_KEY_VALUE", ops);
  });

  it("refuses missing parameters, other types of kid, and what is no map", () => {
    for (const hex of [
      `a32001${XY}`,
      `a30102${XY}`,
      `a301022001215820${X}`,
      `a301022001225820${Y}`,
      "a0",
      `a5010202002001${XY}`,
      `a5010202f72001${XY}`,
    ]) {
      assert.strictEqual(outcome(hex), "COSE_KEY_VALUE", hex);
    }
    assert.strictEqual(outcome("80"), "COSE_KEY_VALUE");
    assert.strictEqual(outcome(`${KEY}00`), `CBOR_TRAILING_BYTES@${KEY.length / 2}`);
  });

  it("keeps to the caller's limits", () => {
    const length = KEY.length / 2;
    for (const [limit, thrown] of [
      [length - 1, "CBOR_LIMIT_LENGTH"],
      [length, "nothing"],
      [length + 1, "nothing"],
    ] as const) {
      const limits = { length: limit, depth: 1, count: 9 };
      assert.strictEqual(
        thrownBy(() => parsePublicKey(decodeHex(KEY), limits)),
        thrown,
      );
    }
  });

  it("writes only points of 65 bytes that begin with 0x04, or 33 with 0x02 or 0x03", () => {
    for (const point of [POINT.slice(2), `04${X}`, `${POINT}00`, `03${X}${Y}`]) {
      assert.strictEqual(
        thrownBy(() => encodeKey({ kty: "EC2", crv: "P-256", publicKey: decodeHex(point) })),
        "RangeError",
      );
    }
  });
});
