// SPDX-License-Identifier: Apache-2.0
/** ECDSA-Sig-Value (RFC 3279 §2.2.3) on P-256 in DER, to and from r‖s. Negatives from X.690. */
import { encodeEcdsaSigValue, parseEcdsaSigValue } from "../../../sdk/crypto/der.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { messageOf } from "../thrown.js";
import { ascii, encodeHex, flipped, hex, NONE, thrownBy, using } from "./support.js";

/** Numbers as 32 bytes, and as content of an INTEGER. */
const ZERO = "00".repeat(32);
const ONE = `${"00".repeat(31)}01`;
const HIGH = "80".repeat(32);
const LOW = "7f".repeat(32);
const SMALL = `${"00".repeat(30)}0080`;

/** r‖s, and its one encoding. */
const PAIRS: ReadonlyArray<readonly [title: string, fixed: string, der: string]> = [
  ["both short", ONE + ONE, "3006020101020101"],
  ["0, which has one byte", ZERO + ONE, "3006020100020101"],
  ["a top bit that needs a zero before it", SMALL + ONE, "300702020080020101"],
  ["33 bytes each, the longest", HIGH + HIGH, `3046022100${HIGH}022100${HIGH}`],
  ["32 bytes each", LOW + LOW, `30440220${LOW}0220${LOW}`],
  ["above n, which is the verifier's to refuse", `${"ff".repeat(32)}${ONE}`, `3026022100${"ff".repeat(32)}020101`],
];

const REFUSED: ReadonlyArray<readonly [title: string, der: string, at: number]> = [
  ["nothing", "", 0],
  ["a SET for the SEQUENCE", "3106020101020101", 0],
  ["a primitive SEQUENCE (§8.9.1)", "1006020101020101", 0],
  ["a SEQUENCE of a private class", "f006020101020101", 0],
  ["the length of the SEQUENCE in the long form (§10.1)", "308106020101020101", 1],
  ["the length of the SEQUENCE with a zero before it", "30820006020101020101", 1],
  ["128 in two bytes of length", `30820080${ZERO.repeat(4)}`, 1],
  ["2^15 in three bytes of length", "3083008000", 1],
  ["2^23 in four bytes of length", "308400800000", 1],
  ["the length in five bytes", "30850000000006020101020101", 1],
  ["the length in 127 bytes", "30ff06020101020101", 1],
  ["a length of 2^32-1", "3084ffffffff020101020101", 0],
  ["a length of 2^32+6", "30850100000006020101020101", 1],
  ["an indefinite length (§10.1)", "30800201010201010000", 1],
  ["a SEQUENCE shorter than what is there", "3005020101020101", 7],
  ["a SEQUENCE longer than what is there", "3007020101020101", 0],
  ["a byte after the SEQUENCE", "300602010102010100", 8],
  ["a byte after s in the SEQUENCE", "300702010102010100", 8],
  ["a third INTEGER", "3009020101020101020101", 8],
  ["r alone", "3003020101", 5],
  ["an empty SEQUENCE", "3000", 2],
  ["an OCTET STRING for r", "3006040101020101", 2],
  ["a constructed INTEGER for s (§8.3.1)", "3006020101220101", 5],
  ["the length of r in the long form", "300702810101020101", 3],
  ["an INTEGER without content (§8.3.1)", "30050200020101", 4],
  ["s without content", "30050201010200", 7],
  ["an INTEGER that goes beyond the SEQUENCE", "3006020101020201", 5],
  ["r that takes in s and more", "3006020701020101", 2],
  ["-1", "30060201ff020101", 4],
  ["-128", "3006020180020101", 4],
  ["1 in two bytes (§8.3.2)", "300702020001020101", 4],
  ["0 in two bytes", "300702020000020101", 4],
  ["-1 in two bytes", "30070202ffff020101", 4],
  ["s with zeros before a top bit that needs one", "30080201010203000080", 7],
  ["33 bytes without a zero in front", `3026022101${ZERO}020101`, 4],
  ["34 bytes", `30270222017f${ZERO}020101`, 4],
  ["34 bytes, a zero in front", `3027022200ff${ZERO}020101`, 4],
  ["s of 33 bytes", `3026020101022101${ZERO}`, 7],
  ["NULL for r", "30050500020101", 2],
];

describe("ECDSA-Sig-Value in DER (RFC 3279 §2.2.3)", () => {
  for (const [title, fixed, der] of PAIRS) {
    it(`reads and writes ${title}`, () => {
      assert.strictEqual(encodeHex(parseEcdsaSigValue(hex(der))), fixed);
      assert.strictEqual(encodeHex(encodeEcdsaSigValue(hex(fixed))), der);
    });
  }

  for (const [title, der, at] of REFUSED) {
    it(`refuses ${title}`, () => {
      assert.strictEqual(
        thrownBy(() => parseEcdsaSigValue(hex(der))),
        `DER_ENCODING@${at}`,
      );
    });
  }

  it("refuses every truncation, and any byte more", () => {
    const whole = hex(PAIRS[3]?.[2] as string);
    for (let length = 0; length < whole.length; length++) {
      assert.isTrue(thrownBy(() => parseEcdsaSigValue(whole.subarray(0, length))).startsWith("DER_ENCODING@"));
    }
    assert.strictEqual(
      thrownBy(() => parseEcdsaSigValue(Uint8Array.of(...whole, 0))),
      `DER_ENCODING@${whole.length}`,
    );
  });

  it("takes of the bytes with one bit flipped only what it would write so", () => {
    for (const [, , der] of PAIRS.slice(0, 3)) {
      for (let bit = 0; bit < 4 * der.length; bit++) {
        const bytes = flipped(hex(der), bit);
        const end = thrownBy(() =>
          assert.strictEqual(encodeHex(encodeEcdsaSigValue(parseEcdsaSigValue(bytes))), encodeHex(bytes)),
        );
        assert.isTrue(end === "nothing" || end.startsWith("DER_ENCODING@"), `${der}, bit ${bit}: ${end}`);
      }
    }
  });

  it("reads a view in the middle of other bytes, and gives new ones", () => {
    const around = hex(`ffff${PAIRS[0]?.[2]}ffff`);
    const fixed = parseEcdsaSigValue(around.subarray(2, 10));
    around.fill(0);
    assert.strictEqual(encodeHex(fixed), ONE + ONE);
    assert.strictEqual(fixed.buffer.byteLength, 64);
  });

  it("carries a signature to the verifier, which refuses 0", () => {
    const alg = "DETERMINISTIC_ECDSA_SHA_256";
    const usage = ["signMessage", "verifyMessage"] as const;
    using(crypto.generateKey({ type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage, alg }), (key) => {
      const der = encodeEcdsaSigValue(crypto.signMessage(key, alg, ascii("abc")));
      crypto.verifyMessage(key, alg, ascii("abc"), parseEcdsaSigValue(der));
      for (const zero of ["3006020100020101", "3006020101020100"]) {
        assert.strictEqual(
          thrownBy(() => crypto.verifyMessage(key, alg, ascii("abc"), parseEcdsaSigValue(hex(zero)))),
          "PSA_ERROR_INVALID_SIGNATURE",
        );
      }
    });
  });

  it("refuses what its caller cannot mean", () => {
    assert.strictEqual(
      thrownBy(() => parseEcdsaSigValue("3006" as unknown as Uint8Array)),
      "TypeError",
    );
    assert.strictEqual(
      thrownBy(() => encodeEcdsaSigValue([1] as unknown as Uint8Array)),
      "TypeError",
    );
    for (const length of [0, 63, 65]) {
      assert.strictEqual(
        messageOf(() => encodeEcdsaSigValue(new Uint8Array(length))),
        `signature: expected 64 bytes, got ${length}`,
      );
    }
    assert.strictEqual(
      thrownBy(() => encodeEcdsaSigValue(NONE)),
      "RangeError",
    );
  });
});
