// SPDX-License-Identifier: Apache-2.0
/** keyAgreement with a prefix: DHKEM's ExtractAndExpand (RFC 9180 §4.1) from handle to handle, as Appendix A prints it. */
import type { KeyAttributes } from "../../../sdk/contracts/crypto.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { ascii, encodeHex, exported, hex, NONE, thrownBy, using, withKey } from "./support.js";
import { RFC5903, RFC7748 } from "./vectors.js";

const P256: KeyAttributes = { type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage: ["derive"], alg: "ECDH" };
const X25519: KeyAttributes = { type: "ECC_KEY_PAIR_MONTGOMERY", bits: 255, usage: ["derive"], alg: "ECDH" };
const EXTRACT = "HKDF_EXTRACT_SHA_256";

interface Case {
  readonly name: string;
  readonly pair: KeyAttributes;
  readonly skEm: string;
  readonly pkEm: string;
  readonly skRm: string;
  readonly pkRm: string;
  readonly sharedSecret: string;
}

const CASES: readonly Case[] = [
  {
    name: "A.1.1, X25519, base",
    pair: X25519,
    skEm: "52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736",
    pkEm: "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431",
    skRm: "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8",
    pkRm: "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d",
    sharedSecret: "fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc",
  },
  {
    name: "A.2.2, X25519, PSK",
    pair: X25519,
    skEm: "0c35fdf49df7aa01cd330049332c40411ebba36e0c718ebc3edf5845795f6321",
    pkEm: "2261299c3f40a9afc133b969a97f05e95be2c514e54f3de26cbe5644ac735b04",
    skRm: "77d114e0212be51cb1d76fa99dd41cfd4d0166b08caa09074430a6c59ef17879",
    pkRm: "13640af826b722fc04feaa4de2f28fbd5ecc03623b317834e7ff4120dbe73062",
    sharedSecret: "4be079c5e77779d0215b3f689595d59e3e9b0455d55662d1f3666ec606e50ea7",
  },
  {
    name: "A.3.2, P-256, PSK",
    pair: P256,
    skEm: "57427244f6cc016cddf1c19c8973b4060aa13579b4c067fd5d93a5d74e32a90f",
    pkEm: "04305d35563527bce037773d79a13deabed0e8e7cde61eecee403496959e89e4d0ca701726696d1485137ccb5341b3c1c7aaee90a4a02449725e744b1193b53b5f",
    skRm: "438d8bcef33b89e0e9ae5eb0957c353c25a94584b0dd59c991372a75b43cb661",
    pkRm: "040d97419ae99f13007a93996648b2674e5260a8ebd2b822e84899cd52d87446ea394ca76223b76639eccdf00e1967db10ade37db4e7db476261fcc8df97c5ffd1",
    sharedSecret: "2e783ad86a1beae03b5749e0f3f5e9bb19cb7eb382f2fb2dd64c99f15ae0661b",
  },
  {
    name: "A.5.1, P-256, base",
    pair: P256,
    skEm: "7550253e1147aae48839c1f8af80d2770fb7a4c763afe7d0afa7e0f42a5b3689",
    pkEm: "04c07836a0206e04e31d8ae99bfd549380b072a1b1b82e563c935c095827824fc1559eac6fb9e3c70cd3193968994e7fe9781aa103f5b50e934b5b2f387e381291",
    skRm: "a4d1c55836aa30f9b3fbb6ac98d338c877c2867dd3a77396d13f68d3ab150d3b",
    pkRm: "04a697bffde9405c992883c5c439d6cc358170b51af72812333b015621dc0f40bad9bb726f68a5c013806a790ec716ab8669f84f6b694596c2987cf35baba2a006",
    sharedSecret: "806520f82ef0b03c823b7fc524b6b55a088f566b9751b89551c170f4113bd850",
  },
];

/** "HPKE-v1" ‖ suite_id ‖ label, all that LabeledExtract puts before the secret. */
function labeled({ pair }: Case, label: string): Uint8Array {
  return Uint8Array.of(...ascii("HPKE-v1KEM"), 0, pair === P256 ? 0x10 : 0x20, ...ascii(label));
}

function sharedSecret(c: Case, own: string, peer: string): string {
  const prefix = labeled(c, "eae_prk");
  const dh: KeyAttributes = { type: "DERIVE", bits: 8 * (prefix.length + 32), usage: ["derive"], alg: EXTRACT };
  const prk: KeyAttributes = { type: "DERIVE", bits: 256, usage: ["derive"], alg: "HKDF_EXPAND_SHA_256" };
  const info = Uint8Array.of(0, 32, ...labeled(c, "shared_secret"), ...hex(c.pkEm), ...hex(c.pkRm));
  return withKey(c.pair, own, (key) =>
    using(crypto.keyAgreement(key, hex(peer), dh, prefix), (secret) =>
      using(crypto.hkdfExtract(EXTRACT, NONE, secret, prk), (eaePrk) =>
        encodeHex(
          exported(crypto.hkdfExpand(eaePrk, info, { type: "DERIVE", bits: 256, usage: ["export"], alg: EXTRACT })),
        ),
      ),
    ),
  );
}

describe("RFC 9180 §4.1 DHKEM through keyAgreement with a prefix", () => {
  for (const c of CASES) {
    it(`gives both sides the shared_secret of ${c.name}`, () => {
      assert.strictEqual(sharedSecret(c, c.skEm, c.pkRm), c.sharedSecret);
      assert.strictEqual(sharedSecret(c, c.skRm, c.pkEm), c.sharedSecret);
    });
  }

  it("puts the prefix before the secret, 0 to 64 bytes of it", () => {
    for (const [pair, own, peer, secret] of [
      [P256, RFC5903.i, RFC5903.gr, RFC5903.shared],
      [X25519, RFC7748.a, RFC7748.gb, RFC7748.shared],
    ] as const) {
      withKey(pair, own, (key) => {
        for (const length of [0, 1, 63, 64]) {
          const attributes = { type: "DERIVE", bits: 8 * (length + 32), usage: ["export"], alg: EXTRACT } as const;
          const made = crypto.keyAgreement(key, hex(peer), attributes, new Uint8Array(length).fill(0xa5));
          assert.strictEqual(encodeHex(exported(made)), "a5".repeat(length) + secret, `${length}`);
        }
      });
    }
  });

  it("refuses a longer prefix, bits that do not count it, and what is not bytes", () => {
    withKey(X25519, RFC7748.a, (key) => {
      const agreeing = (bits: number, prefix: unknown, peer: string = RFC7748.gb) =>
        thrownBy(() =>
          crypto.keyAgreement(
            key,
            hex(peer),
            { type: "DERIVE", bits, usage: ["derive"], alg: EXTRACT },
            prefix as Uint8Array,
          ),
        );
      assert.strictEqual(agreeing(8 * (65 + 32), new Uint8Array(65)), "RangeError");
      assert.strictEqual(agreeing(256, new Uint8Array(1)), "PSA_ERROR_INVALID_ARGUMENT");
      assert.strictEqual(agreeing(264, NONE), "PSA_ERROR_INVALID_ARGUMENT");
      assert.strictEqual(agreeing(264, undefined), "PSA_ERROR_INVALID_ARGUMENT");
      assert.strictEqual(agreeing(264, "x"), "TypeError");
      assert.strictEqual(agreeing(256, null), "TypeError");
      assert.strictEqual(agreeing(264, new Uint8Array(1), "00".repeat(32)), "PSA_ERROR_INVALID_ARGUMENT");
    });
  });
});
