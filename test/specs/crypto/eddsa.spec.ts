// SPDX-License-Identifier: Apache-2.0
/** Ed25519: signMessage, verifyMessage; and what a board says that does not have it. */
import type { HashSignAlg, KeyAttributes } from "../../../sdk/contracts/crypto.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { encodeHex, exported, flipped, hex, NONE, thrownBy, using, withKey } from "./support.js";

const ALG = "PURE_EDDSA";
const PAIR: KeyAttributes = {
  ...{ type: "ECC_KEY_PAIR_TWISTED_EDWARDS", bits: 255, usage: ["signMessage", "verifyMessage", "export"], alg: ALG },
};
const PUBLIC: KeyAttributes = {
  ...{ type: "ECC_PUBLIC_KEY_TWISTED_EDWARDS", bits: 255, usage: ["verifyMessage"], alg: ALG },
};

/** RFC 8032 §7.1, TEST 1 to 3: secret, public key, message, signature. */
const RFC8032: ReadonlyArray<readonly [secret: string, publicKey: string, message: string, signature: string]> = [
  [
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  ],
  [
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  ],
  [
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  ],
];
const [SECRET, KEY, MESSAGE, SIGNATURE] = RFC8032[1] as (typeof RFC8032)[number];
/** L, the order of the base point (RFC 8032 §5.1), little endian. */
const ORDER = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";

/** S + L: the same signature to whoever does not look at its range. */
function withOrderAdded(signature: string): string {
  const order = hex(ORDER);
  const bytes = hex(signature);
  let carry = 0;
  for (let i = 0; i < 32; i++) {
    carry += (bytes[32 + i] as number) + (order[i] as number);
    bytes[32 + i] = carry & 0xff;
    carry >>= 8;
  }
  return encodeHex(bytes);
}

/** A board without Ed25519 says so when a key is made, and not later. */
function isRefusedWhole(): void {
  for (const make of [
    () => crypto.importKey(PAIR, hex(SECRET)),
    () => crypto.importKey(PUBLIC, hex(KEY)),
    () => crypto.generateKey(PAIR),
  ]) {
    assert.strictEqual(thrownBy(make), "PSA_ERROR_NOT_SUPPORTED");
  }
}

function itOrRefuses(title: string, body: () => void): void {
  it(`${title}; or has no Ed25519`, () => (crypto.supports(ALG) ? body() : isRefusedWhole()));
}

describe("Crypto Ed25519", () => {
  RFC8032.forEach(([secret, publicKey, message, signature], i) => {
    itOrRefuses(`signs and verifies TEST ${i + 1} of RFC 8032 §7.1`, () => {
      withKey(PAIR, secret, (key) => {
        assert.strictEqual(encodeHex(crypto.exportPublicKey(key)), publicKey);
        assert.strictEqual(encodeHex(crypto.signMessage(key, ALG, hex(message))), signature);
        crypto.verifyMessage(key, ALG, hex(message), hex(signature));
      });
      withKey(PUBLIC, publicKey, (key) => crypto.verifyMessage(key, ALG, hex(message), hex(signature)));
    });
  });

  itOrRefuses("refuses signatures with any bit flipped, of another message, and of another length", () => {
    withKey(PUBLIC, KEY, (key) => {
      const refused = (message: Uint8Array, signature: Uint8Array) =>
        thrownBy(() => crypto.verifyMessage(key, ALG, message, signature));
      const whole = hex(SIGNATURE);
      for (let bit = 0; bit < 512; bit++) {
        assert.strictEqual(refused(hex(MESSAGE), flipped(whole, bit)), "PSA_ERROR_INVALID_SIGNATURE", `bit ${bit}`);
      }
      assert.strictEqual(refused(NONE, whole), "PSA_ERROR_INVALID_SIGNATURE");
      for (const length of [0, 32, 63]) {
        assert.strictEqual(refused(hex(MESSAGE), whole.subarray(0, length)), "PSA_ERROR_INVALID_SIGNATURE");
      }
      assert.strictEqual(refused(hex(MESSAGE), Uint8Array.of(...whole, 0)), "PSA_ERROR_INVALID_SIGNATURE");
    });
  });

  itOrRefuses("refuses an S that is not below the order (RFC 8032 §5.1.7)", () => {
    withKey(PUBLIC, KEY, (key) => {
      assert.strictEqual(
        thrownBy(() => crypto.verifyMessage(key, ALG, hex(MESSAGE), hex(withOrderAdded(SIGNATURE)))),
        "PSA_ERROR_INVALID_SIGNATURE",
      );
    });
  });

  itOrRefuses(
    "refuses public keys that are no point, or one in another encoding than its own (RFC 8032 §5.1.3)",
    () => {
      const p = "ed".padEnd(62, "f").concat("7f");
      const bad = {
        "y of no point": `02${"00".repeat(31)}`,
        "y = p": p,
        "y = p + 1": `ee${p.slice(2)}`,
        "y = p + 3, where y = 3 is a point": `f0${p.slice(2)}`,
        "y = 2^255 - 1": "ff".repeat(32),
        "x = 0 with a sign": `01${"00".repeat(30)}80`,
      };
      for (const [what, encoded] of Object.entries(bad)) {
        assert.strictEqual(
          thrownBy(() => crypto.importKey(PUBLIC, hex(encoded))),
          "PSA_ERROR_INVALID_ARGUMENT",
          what,
        );
      }
    },
  );

  itOrRefuses("refuses public keys of small order, under which anyone could sign", () => {
    const small = [
      `01${"00".repeat(31)}`,
      `ec${"ff".repeat(30)}7f`,
      "00".repeat(32),
      `${"00".repeat(31)}80`,
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ];
    for (const point of small) {
      assert.strictEqual(
        thrownBy(() => crypto.importKey(PUBLIC, hex(point))),
        "PSA_ERROR_INVALID_ARGUMENT",
        point,
      );
    }
  });

  itOrRefuses("generates keys, and keeps the seed as it is", () => {
    withKey(PAIR, SECRET, (key) => assert.strictEqual(encodeHex(crypto.exportKey(key)), SECRET));
    using(crypto.generateKey(PAIR), (key) => {
      crypto.verifyMessage(key, ALG, NONE, crypto.signMessage(key, ALG, NONE));
    });
    assert.strictEqual(exported(crypto.generateKey(PAIR)).length, 32);
  });

  itOrRefuses("signs messages only, and keeps to the policy", () => {
    for (const usage of ["signHash", "derive", "encrypt"] as const) {
      assert.strictEqual(
        thrownBy(() => crypto.importKey({ ...PAIR, usage: [usage] }, hex(SECRET))),
        "PSA_ERROR_INVALID_ARGUMENT",
        usage,
      );
    }
    assert.strictEqual(
      thrownBy(() => crypto.importKey({ ...PUBLIC, usage: ["signMessage"] }, hex(KEY))),
      "PSA_ERROR_INVALID_ARGUMENT",
    );
    withKey(PAIR, SECRET, (key) => {
      assert.strictEqual(
        thrownBy(() => crypto.signHash(key, ALG as unknown as HashSignAlg, new Uint8Array(32))),
        "PSA_ERROR_NOT_SUPPORTED",
      );
      assert.strictEqual(
        thrownBy(() => crypto.signMessage(key, "DETERMINISTIC_ECDSA_SHA_256", NONE)),
        "PSA_ERROR_NOT_PERMITTED",
      );
      assert.strictEqual(
        thrownBy(() => crypto.keyAgreement(key, hex(KEY), { ...PAIR, type: "DERIVE" })),
        "PSA_ERROR_INVALID_ARGUMENT",
      );
    });
    withKey({ ...PAIR, usage: ["verifyMessage"] }, SECRET, (key) => {
      assert.strictEqual(
        thrownBy(() => crypto.signMessage(key, ALG, NONE)),
        "PSA_ERROR_NOT_PERMITTED",
      );
    });
  });
});
