// SPDX-License-Identifier: Apache-2.0
/** importKey, exportKey, exportPublicKey, getKeyAttributes, destroyKey; what attributes fit together. */
import type { KeyAttributes, KeyId } from "../../../sdk/contracts/crypto.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { encodeHex, hex, NONE, thrownBy, using, withKey } from "./support.js";
import { P256_ORDER, RFC6979, X_OF_NO_POINT } from "./vectors.js";

const AES: KeyAttributes = { type: "AES", bits: 128, usage: ["encrypt"], alg: "GCM" };
const PAIR: KeyAttributes = { type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage: ["export"], alg: "ECDH" };
const POINT: KeyAttributes = { type: "ECC_PUBLIC_KEY_SECP_R1", bits: 256, usage: [], alg: "ECDH" };
const X25519: KeyAttributes = { type: "ECC_KEY_PAIR_MONTGOMERY", bits: 255, usage: ["export"], alg: "ECDH" };
const SECRET16 = "000102030405060708090a0b0c0d0e0f";

function importing(attributes: KeyAttributes, bytes: Uint8Array): string {
  return thrownBy(() => crypto.destroyKey(crypto.importKey(attributes, bytes)));
}

describe("Crypto keys", () => {
  it("exports what was imported, where the policy allows it", () => {
    withKey({ ...AES, usage: ["export"] }, SECRET16, (key) => {
      assert.strictEqual(encodeHex(crypto.exportKey(key)), SECRET16);
    });
    withKey(AES, SECRET16, (key) => {
      assert.strictEqual(
        thrownBy(() => crypto.exportKey(key)),
        "PSA_ERROR_NOT_PERMITTED",
      );
      assert.strictEqual(
        thrownBy(() => crypto.exportPublicKey(key)),
        "PSA_ERROR_INVALID_ARGUMENT",
      );
    });
  });

  it("copies the bytes it imports and exports", () => {
    const bytes = hex(SECRET16);
    using(crypto.importKey({ ...AES, usage: ["export"] }, bytes), (key) => {
      bytes.fill(0);
      crypto.exportKey(key).fill(1);
      assert.strictEqual(encodeHex(crypto.exportKey(key)), SECRET16);
    });
    withKey(POINT, RFC6979.public, (key) => {
      crypto.exportPublicKey(key).fill(0);
      assert.strictEqual(encodeHex(crypto.exportPublicKey(key)), RFC6979.public);
    });
  });

  it("exports the public half of a P-256 pair, and a public key, without any usage", () => {
    withKey({ ...PAIR, usage: [] }, RFC6979.secret, (key) => {
      assert.strictEqual(encodeHex(crypto.exportPublicKey(key)), RFC6979.public);
    });
    withKey(POINT, RFC6979.public, (key) => {
      assert.strictEqual(encodeHex(crypto.exportPublicKey(key)), RFC6979.public);
      assert.strictEqual(encodeHex(crypto.exportKey(key)), RFC6979.public);
    });
  });

  it("clamps an X25519 scalar at import", () => {
    withKey(X25519, "ff".repeat(32), (key) => {
      assert.strictEqual(encodeHex(crypto.exportKey(key)), `f8${"ff".repeat(30)}7f`);
    });
  });

  it("tells the attributes of a key, completed, in order and frozen", () => {
    const usage = ["verifyHash", "signHash", "export"] as const;
    const alg = "DETERMINISTIC_ECDSA_SHA_256";
    withKey({ ...PAIR, usage, alg }, RFC6979.secret, (key) => {
      const attributes = crypto.getKeyAttributes(key);
      assert.strictEqual(attributes.usage.join(), "export,signMessage,verifyMessage,signHash,verifyHash");
      assert.strictEqual(attributes.type, "ECC_KEY_PAIR_SECP_R1");
      assert.strictEqual(attributes.bits, 256);
      assert.strictEqual(attributes.alg, alg);
      assert.strictEqual(attributes.lifetime, "volatile");
      assert.strictEqual("id" in attributes, false);
      assert.strictEqual(Object.isFrozen(attributes) && Object.isFrozen(attributes.usage), true);
    });
  });

  it("knows a destroyed key no more, even when another takes its place", () => {
    const old = crypto.importKey({ ...AES, usage: ["export"] }, hex(SECRET16));
    crypto.destroyKey(old);
    withKey({ ...AES, usage: ["export"] }, "ff".repeat(16), () => {
      assert.strictEqual(
        thrownBy(() => crypto.exportKey(old)),
        "PSA_ERROR_INVALID_HANDLE",
      );
      assert.strictEqual(
        thrownBy(() => crypto.getKeyAttributes(old)),
        "PSA_ERROR_INVALID_HANDLE",
      );
      assert.strictEqual(
        thrownBy(() => crypto.destroyKey(old)),
        "PSA_ERROR_INVALID_HANDLE",
      );
      assert.strictEqual(
        thrownBy(() => crypto.aeadEncrypt(old, "GCM", new Uint8Array(12), NONE, NONE)),
        "PSA_ERROR_INVALID_HANDLE",
      );
    });
  });

  it("refuses handles that it never gave", () => {
    for (const key of [0, -1, 1.5, 1, 0x3fffffff, 0x40000000, 0x7fffffff, 2 ** 31, 2 ** 53]) {
      assert.strictEqual(
        thrownBy(() => crypto.exportPublicKey(key as KeyId)),
        "PSA_ERROR_INVALID_HANDLE",
        `${key}`,
      );
      assert.strictEqual(
        thrownBy(() => crypto.destroyKey(key as KeyId)),
        "PSA_ERROR_INVALID_HANDLE",
        `${key}`,
      );
    }
    assert.strictEqual(
      thrownBy(() => crypto.exportKey("1" as unknown as KeyId)),
      "TypeError",
    );
  });

  it("refuses bytes of another length than the attributes say", () => {
    for (const length of [0, 15, 17, 24, 32]) {
      assert.strictEqual(importing(AES, new Uint8Array(length)), "PSA_ERROR_INVALID_ARGUMENT", `AES ${length}`);
    }
    for (const length of [0, 31, 33]) {
      assert.strictEqual(importing(PAIR, new Uint8Array(length).fill(1)), "PSA_ERROR_INVALID_ARGUMENT");
      assert.strictEqual(importing(X25519, new Uint8Array(length).fill(1)), "PSA_ERROR_INVALID_ARGUMENT");
    }
    for (const length of [0, 33, 64, 66]) {
      const point = new Uint8Array(length); // of 33, it does not begin as a compressed one does
      point.set(hex(RFC6979.public).subarray(0, length));
      assert.strictEqual(importing(POINT, point), "PSA_ERROR_INVALID_ARGUMENT", `point of ${length}`);
    }
  });

  it("refuses private scalars out of range", () => {
    assert.strictEqual(importing(PAIR, new Uint8Array(32)), "PSA_ERROR_INVALID_ARGUMENT");
    assert.strictEqual(importing(PAIR, hex(P256_ORDER)), "PSA_ERROR_INVALID_ARGUMENT");
    assert.strictEqual(importing(PAIR, new Uint8Array(32).fill(255)), "PSA_ERROR_INVALID_ARGUMENT");
    assert.strictEqual(importing(PAIR, hex(`${"00".repeat(31)}01`)), "nothing");
  });

  it("takes a compressed point, and gives it whole", () => {
    const [x, y] = [RFC6979.public.slice(2, 66), RFC6979.public.slice(66)];
    const [own, other] = Number.parseInt(y.slice(-1), 16) % 2 === 0 ? ["02", "03"] : ["03", "02"];
    withKey(POINT, own + x, (key) => assert.strictEqual(encodeHex(crypto.exportPublicKey(key)), RFC6979.public));
    withKey(POINT, other + x, (key) => {
      const mirrored = encodeHex(crypto.exportPublicKey(key));
      assert.strictEqual(mirrored.slice(0, 66), RFC6979.public.slice(0, 66));
      assert.notStrictEqual(mirrored, RFC6979.public);
    });
  });

  it("refuses compressed points of another first byte, or whose x no point has", () => {
    const x = RFC6979.public.slice(2, 66);
    for (const first of ["00", "01", "04", "05", "06", "07", "82"]) {
      assert.strictEqual(importing(POINT, hex(first + x)), "PSA_ERROR_INVALID_ARGUMENT", first);
    }
    for (const parity of ["02", "03"]) {
      assert.strictEqual(importing(POINT, hex(parity + X_OF_NO_POINT)), "PSA_ERROR_INVALID_ARGUMENT");
      assert.strictEqual(importing(POINT, hex(parity + "ff".repeat(32))), "PSA_ERROR_INVALID_ARGUMENT");
    }
  });

  it("refuses points that are not on the curve, infinity, and other encodings", () => {
    const point = hex(RFC6979.public);
    assert.strictEqual(importing(POINT, point), "nothing");
    for (const first of [0, 2, 3, 5, 6, 7]) {
      assert.strictEqual(importing(POINT, Uint8Array.of(first, ...point.subarray(1))), "PSA_ERROR_INVALID_ARGUMENT");
    }
    const off = point.slice();
    off[64] = (off[64] as number) ^ 1;
    assert.strictEqual(importing(POINT, off), "PSA_ERROR_INVALID_ARGUMENT");
    assert.strictEqual(importing(POINT, Uint8Array.of(4, ...new Uint8Array(64))), "PSA_ERROR_INVALID_ARGUMENT");
    assert.strictEqual(
      importing(POINT, Uint8Array.of(4, ...new Uint8Array(64).fill(255))),
      "PSA_ERROR_INVALID_ARGUMENT",
    );
  });
});
