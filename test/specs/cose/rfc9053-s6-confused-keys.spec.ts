// SPDX-License-Identifier: Apache-2.0
/** Real keys in the wrong place: of another algorithm, length or curve, and points that are none. RFC 9053 §3.1, §4, §6. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import type { KeyAttributes, KeyId } from "../../../sdk/contracts/crypto.js";
import { decryptEncrypt } from "../../../sdk/cose/encrypt.js";
import { verifyMac } from "../../../sdk/cose/mac.js";
import { verifySign } from "../../../sdk/cose/sign.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import {
  bstr,
  DIRECT,
  derived,
  ES256,
  EXTRACT_256,
  encryptMessage,
  GCM_128,
  HMAC_256,
  KW,
  KW_128,
  keyOf,
  list,
  macMessage,
  macOf,
  P256,
  recipient,
  sealed,
  withKeys,
  wrapped,
  X25519,
} from "./by-hand.js";
import { CONTENT } from "./symmetric.js";

const FORGED = bstr("5a".repeat(36));
const WRAPPED = bstr("5a".repeat(24));
/** P-256: x of the base point, and p, and a coordinate that has no y. RFC 7748 §6.1: small orders of X25519. */
const GX = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
const GY = "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
const P = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
const SMALL = [
  "00".repeat(32),
  `01${"00".repeat(31)}`,
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  `ec${"ff".repeat(30)}7f`,
  `ed${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(30)}7f`,
];

function decrypt(key: KeyId, to: string, ciphertext = FORGED): string {
  return thrownBy(() => decryptEncrypt(crypto, { key }, encryptMessage(ciphertext, to))).replace(/@.*/, "");
}

const ephemeral = (coseKey: string) => recipient("a1013818", `a120${coseKey}`, "40");
const ec2 = (x: string, y: string) => `a40102200121${x}22${y}`;
const okp = (x: string, crv = "04") => `a3010120${crv}21${x}`;

describe("RFC 9053 §6 keys in the wrong place", () => {
  it("the caller's key is of another kind than the recipient's algorithm", () => {
    const others: readonly KeyAttributes[] = [KW_128, GCM_128, HMAC_256, EXTRACT_256];
    const ways = [
      [recipient("", DIRECT, "40"), GCM_128],
      [recipient("", KW, WRAPPED), KW_128],
      [recipient("a10129", "a1334101", "40"), EXTRACT_256],
    ] as const;
    for (const [to, right] of ways) {
      for (const attributes of others) {
        const thrown = withKeys([keyOf(1, attributes)], (key) => decrypt(key, to));
        const expected =
          attributes === right
            ? /^PSA_ERROR_INVALID_SIGNATURE$/
            : /^(?:COSE_KEY_USE|PSA_ERROR_(?:NOT_PERMITTED|INVALID_ARGUMENT))$/;
        assert.isTrue(expected.test(thrown), `${attributes.alg} for ${to}: ${thrown}`);
      }
    }
    const agreement = ephemeral(ec2(bstr(GX), bstr(GY)));
    for (const attributes of others) {
      const thrown = withKeys([keyOf(1, attributes)], (key) => decrypt(key, agreement));
      assert.isTrue(/^PSA_ERROR_(?:NOT_PERMITTED|INVALID_ARGUMENT)$/.test(thrown), `${attributes.alg}: ${thrown}`);
    }
  });

  it("a key pair of the right kind but for signatures, or without derive, agrees on nothing", () => {
    const agreement = ephemeral(ec2(bstr(GX), bstr(GY)));
    const alg = "DETERMINISTIC_ECDSA_SHA_256";
    withKeys([crypto.generateKey({ ...P256, usage: ["signMessage"], alg })], (key) => {
      assert.strictEqual(decrypt(key, agreement), "PSA_ERROR_NOT_PERMITTED");
      assert.strictEqual(decrypt(key, recipient("", KW, WRAPPED)), "COSE_KEY_USE");
    });
  });

  it("a handle of a key that is gone is a handle of nothing", () => {
    const key = keyOf(1, KW_128);
    crypto.destroyKey(key);
    assert.strictEqual(decrypt(key, recipient("", KW, WRAPPED)), "PSA_ERROR_INVALID_HANDLE");
    assert.strictEqual(decrypt(key, recipient("", DIRECT, "40")), "PSA_ERROR_INVALID_HANDLE");
    assert.strictEqual(decrypt(key, recipient("a10129", "a0", "40")), "PSA_ERROR_INVALID_HANDLE");
  });

  it("a content key has its algorithm's length, wherever it comes from", () => {
    const long: KeyAttributes = { ...GCM_128, bits: 256 };
    const kek256: KeyAttributes = { ...KW_128, bits: 256 };
    withKeys([keyOf(1, KW_128), keyOf(2, long), keyOf(1, kek256), keyOf(2, GCM_128)], (kek, key, kek2, right) => {
      assert.strictEqual(decrypt(key, recipient("", DIRECT, "40"), sealed(key)), "COSE_KEY_USE");
      assert.strictEqual(decrypt(kek, recipient("", KW, wrapped(kek, key)), sealed(key)), "COSE_RECIPIENT");
      assert.strictEqual(decrypt(kek2, recipient("", KW, wrapped(kek2, right)), sealed(right)), "COSE_KEY_USE");
      assert.strictEqual(decrypt(kek, recipient("", KW, wrapped(kek, right)), sealed(right)), "nothing");
    });
  });

  it("a MAC key may have another length when it was wrapped, as §3.1 recommends no more than it", () => {
    for (const bits of [128, 256, 512]) {
      withKeys([keyOf(1, KW_128), keyOf(2, { ...HMAC_256, bits })], (kek, key) => {
        const message = macMessage(macOf(key), recipient("", KW, wrapped(kek, key)));
        const thrown = thrownBy(() => verifyMac(crypto, { key: kek }, message));
        assert.strictEqual(thrown, "nothing", `${bits} bits`);
      });
    }
  });

  it("a signer's key is of the signature's algorithm", () => {
    const message = decodeHex(`8440a0${bstr(CONTENT)}81${list(ES256, "a0", bstr("5a".repeat(64)))}`);
    for (const attributes of [HMAC_256, P256]) {
      const key = crypto.generateKey(attributes);
      assert.strictEqual(
        withKeys([key], () => thrownBy(() => verifySign(crypto, key, message))),
        "PSA_ERROR_NOT_PERMITTED",
      );
    }
  });
});

describe("RFC 9053 §6.3.1 the sender's key", () => {
  const INVALID = "PSA_ERROR_INVALID_ARGUMENT";

  it("is a point of P-256: not off the curve, not infinity, not beyond p", () => {
    withKeys([crypto.generateKey(P256)], (own) => {
      const at = (x: string, y: string) => decrypt(own, ephemeral(ec2(x, y)));
      assert.strictEqual(at(bstr(GX), bstr(GY)), "PSA_ERROR_INVALID_SIGNATURE");
      const zero = "00".repeat(32);
      for (const [x, y] of [
        [GX, GX],
        [GY, GX],
        [zero, zero],
        [GX, zero],
        [P, GY],
        [GX, P],
        ["ff".repeat(32), GY],
      ] as const) {
        assert.strictEqual(at(bstr(x), bstr(y)), INVALID, x + y);
      }
      for (const sign of ["f4", "f5"]) {
        assert.strictEqual(at(bstr(GX), sign), "PSA_ERROR_INVALID_SIGNATURE", sign);
        for (const x of [P, "ff".repeat(32), `${"00".repeat(31)}01`]) assert.strictEqual(at(bstr(x), sign), INVALID, x);
      }
    });
  });

  it("has coordinates of 32 bytes, both", () => {
    withKeys([crypto.generateKey(P256)], (own) => {
      const at = (key: string) => decrypt(own, ephemeral(key));
      for (const x of [bstr(GX.slice(2)), bstr(`00${GX}`), "40", "00", "f6", "f5", bstr(`04${GX}${GY}`)]) {
        assert.strictEqual(at(ec2(x, bstr(GY))), "COSE_KEY_VALUE", x);
      }
      for (const y of [bstr(GY.slice(2)), bstr(`00${GY}`), "40", "00", "01", "f6", "f7"]) {
        assert.strictEqual(at(ec2(bstr(GX), y)), "COSE_KEY_VALUE", y);
      }
      assert.strictEqual(at(`a301022001215820${GX}`), "COSE_KEY_VALUE");
      assert.strictEqual(at(`a301022001225820${GY}`), "COSE_KEY_VALUE");
      assert.strictEqual(at(`a32001215820${GX}225820${GY}`), "COSE_KEY_VALUE");
    });
  });

  it("is on the curve of the caller's key", () => {
    withKeys([crypto.generateKey(P256), crypto.generateKey(X25519)], (p256, x25519) => {
      assert.strictEqual(decrypt(p256, ephemeral(okp(bstr(`09${"00".repeat(31)}`)))), INVALID);
      assert.strictEqual(decrypt(x25519, ephemeral(ec2(bstr(GX), bstr(GY)))), INVALID);
      assert.strictEqual(decrypt(x25519, ephemeral(ec2(bstr(GX), "f5"))), INVALID);
      for (const key of [p256, x25519]) {
        assert.strictEqual(decrypt(key, ephemeral(okp(bstr(`09${"00".repeat(31)}`), "06"))), "COSE_KEY_USE");
        for (const crv of ["02", "03", "05", "07", "08", "00", "20"]) {
          assert.strictEqual(decrypt(key, ephemeral(okp(bstr(GX), crv))), "COSE_KEY_UNSUPPORTED", crv);
        }
      }
    });
  });

  it("has this algorithm or none, and no operations", () => {
    withKeys([crypto.generateKey(P256)], (own) => {
      const at = (more: string) => decrypt(own, ephemeral(`a5${ec2(bstr(GX), bstr(GY)).slice(2)}${more}`));
      for (const right of ["033818", "0480", "024101", "054101", "186300"]) {
        assert.strictEqual(at(right), "PSA_ERROR_INVALID_SIGNATURE", right);
      }
      for (const other of [
        "033819",
        "03381a",
        "0326",
        "0301",
        "036445434448",
        "048107",
        "048108",
        "048101",
        "04816161",
      ]) {
        assert.strictEqual(at(other), "COSE_KEY_USE", other);
      }
    });
  });

  it("of X25519 is of 32 bytes and of no small order", () => {
    withKeys([crypto.generateKey(X25519)], (own) => {
      assert.strictEqual(decrypt(own, ephemeral(okp(bstr(`09${"00".repeat(31)}`)))), "PSA_ERROR_INVALID_SIGNATURE");
      for (const point of SMALL) assert.strictEqual(decrypt(own, ephemeral(okp(bstr(point)))), INVALID, point);
      for (const x of [bstr("09".repeat(31)), bstr("09".repeat(33)), "40", "f6", "09"]) {
        assert.strictEqual(decrypt(own, ephemeral(okp(x))), "COSE_KEY_VALUE", x);
      }
    });
  });

  it("in a message does not count where the caller names the sender: then only that one can have sent it", () => {
    const [own, sender, thief] = [crypto.generateKey(P256), crypto.generateKey(P256), crypto.generateKey(P256)];
    withKeys([own, sender, thief], () => {
      const publicOf = (key: KeyId) => crypto.exportPublicKey(key);
      /** With the sender's key under label -1 or -2, and the algorithm that goes with it, or another. */
      const made = (key: KeyId, label = "21", alg = "381a") => {
        const point = encodeHex(publicOf(key)).slice(2);
        const context = `840183f6f6f683f6f6f6821880${bstr(`a101${alg}`)}`;
        const shared = crypto.keyAgreement(key, publicOf(own), EXTRACT_256);
        const content = derived(shared, "HKDF_EXTRACT_SHA_256", "aa", context, GCM_128);
        return withKeys([shared, content], () => {
          const header = `a2${label}${ec2(bstr(point.slice(0, 64)), bstr(point.slice(64)))}3341aa`;
          return encryptMessage(sealed(content), recipient(`a101${alg}`, header, "40"));
        });
      };
      const read = (message: Uint8Array, senderPublicKey?: Uint8Array) =>
        thrownBy(() => decryptEncrypt(crypto, { key: own, ...(senderPublicKey && { senderPublicKey }) }, message));
      assert.strictEqual(read(made(sender), publicOf(sender)), "nothing");
      assert.strictEqual(read(made(sender, "22"), publicOf(sender)), "nothing");
      assert.strictEqual(read(made(sender, "22")), "COSE_RECIPIENT");
      assert.strictEqual(read(made(thief), publicOf(sender)), "PSA_ERROR_INVALID_SIGNATURE");
      assert.strictEqual(read(made(thief)), "nothing");
      assert.strictEqual(read(made(thief, "20", "3818")), "nothing");
      assert.strictEqual(read(made(thief, "20", "3818"), publicOf(sender)), "COSE_ALG_NOT_ALLOWED");
      assert.strictEqual(read(made(sender, "20", "3818"), publicOf(sender)), "COSE_ALG_NOT_ALLOWED");
    });
  });
});
