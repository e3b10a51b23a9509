// SPDX-License-Identifier: Apache-2.0
/** Two back-ends, one contract: the same arguments give the same bytes or the same error, whoever chose them. */
import { randomBytes } from "node:crypto";
import { assert } from "chai";
import fc from "fast-check";
import { describe } from "mocha";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import { encodeHex } from "../../sdk/bytes/hex.js";
import type { Crypto, KeyAttributes, KeyId } from "../../sdk/contracts/crypto.js";
import { createNobleCrypto } from "../../sdk/crypto/noble.js";
import { thrownBy } from "../specs/thrown.js";
import { defineProperties, type Property } from "./property.js";

const BACK_ENDS: readonly Crypto[] = [
  createNodeCrypto(),
  createNobleCrypto({ random: (length) => randomBytes(length) }),
];
const ECDSA = "DETERMINISTIC_ECDSA_SHA_256";
const P256_PAIR: KeyAttributes = {
  ...{ type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage: ["signMessage", "verifyMessage"], alg: ECDSA },
};
const P256_PUBLIC: KeyAttributes = {
  ...{ type: "ECC_PUBLIC_KEY_SECP_R1", bits: 256, usage: ["verifyMessage"], alg: ECDSA },
};
const ED_PAIR: KeyAttributes = {
  ...{ type: "ECC_KEY_PAIR_TWISTED_EDWARDS", bits: 255, usage: ["signMessage", "verifyMessage"], alg: "PURE_EDDSA" },
};
const ED_PUBLIC: KeyAttributes = {
  ...{ type: "ECC_PUBLIC_KEY_TWISTED_EDWARDS", bits: 255, usage: ["verifyMessage"], alg: "PURE_EDDSA" },
};
const SHARED: KeyAttributes = { type: "DERIVE", bits: 256, usage: ["export"], alg: "HKDF_EXTRACT_SHA_256" };
const P256_P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const P256_N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const ED_P = 2n ** 255n - 19n;
const ED_L = 2n ** 252n + 27742317777372353535851937790883648493n;

function numberBytes(value: bigint, littleEndian: boolean): Uint8Array {
  const out = new Uint8Array(32);
  for (let i = 0, rest = value & (2n ** 256n - 1n); i < 32; i++, rest >>= 8n)
    out[littleEndian ? i : 31 - i] = Number(rest & 255n);
  return out;
}

/** Numbers of 32 bytes: any, and often those around 0 and around the bounds where encodings begin to have a second form. */
function field(littleEndian: boolean, ...bounds: readonly bigint[]): fc.Arbitrary<Uint8Array> {
  const near = fc.tuple(fc.constantFrom(0n, 2n ** 255n, 2n ** 256n, ...bounds), fc.bigInt({ min: -20n, max: 20n }));
  return fc.oneof(
    near.map(([bound, difference]) => numberBytes(bound + difference, littleEndian)),
    fc.uint8Array({ minLength: 32, maxLength: 32 }),
  );
}

const p256Scalar = field(false, P256_N, P256_P);
const p256X = field(false, P256_N, P256_P);
const first = fc.oneof(fc.constantFrom(0, 2, 3, 4, 5, 6, 7), fc.nat({ max: 255 }));
const edPoint = field(true, ED_P, ED_P + 2n ** 255n);
const message = fc.uint8Array({ maxLength: 40 });

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** What came of it: a result in hexadecimal, or the error. */
function outcome(action: () => Uint8Array | undefined): string {
  let result: Uint8Array | undefined;
  const thrown = thrownBy(() => {
    result = action();
  });
  return thrown === "nothing" ? encodeHex(result ?? new Uint8Array(0)) : thrown;
}

function using(crypto: Crypto, key: KeyId, use: (key: KeyId) => Uint8Array | undefined): Uint8Array | undefined {
  try {
    return use(key);
  } finally {
    crypto.destroyKey(key);
  }
}

function agree(run: (crypto: Crypto) => Uint8Array | undefined): void {
  const [node, noble] = BACK_ENDS.map((crypto) => outcome(() => run(crypto)));
  assert.strictEqual(node, noble);
}

function importing(attributes: KeyAttributes, bytes: Uint8Array): (crypto: Crypto) => Uint8Array | undefined {
  return (crypto) => using(crypto, crypto.importKey(attributes, bytes), (key) => crypto.exportPublicKey(key));
}

const PROPERTIES: readonly Property[] = [
  {
    name: "what a private scalar of P-256 is, and its public key",
    property: fc.property(p256Scalar, (scalar) => agree(importing(P256_PAIR, scalar))),
  },
  {
    name: "what a point of P-256 is, whole",
    property: fc.property(first, p256X, p256X, (form, x, y) =>
      agree(importing(P256_PUBLIC, join(Uint8Array.of(form), x, y))),
    ),
  },
  {
    name: "what a point of P-256 is, compressed",
    property: fc.property(first, p256X, (form, x) => agree(importing(P256_PUBLIC, join(Uint8Array.of(form), x)))),
  },
  {
    name: "what a public key of Ed25519 is",
    property: fc.property(edPoint, (point) => agree(importing(ED_PUBLIC, point))),
  },
  {
    name: "what X25519 makes of a peer's key",
    property: fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), edPoint, (secret, peer) =>
      agree((crypto) => {
        const attributes: KeyAttributes = {
          type: "ECC_KEY_PAIR_MONTGOMERY",
          bits: 255,
          usage: ["derive"],
          alg: "ECDH",
        };
        return using(crypto, crypto.importKey(attributes, secret), (key) =>
          using(crypto, crypto.keyAgreement(key, peer, SHARED), (shared) => crypto.exportKey(shared)),
        );
      }),
    ),
    cost: 3,
  },
  {
    name: "signatures of Ed25519: the same, and the same ones accepted, R and S of anyone's choice",
    property: fc.property(
      ...[
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        message,
        edPoint,
        field(true, ED_L, 8n * ED_L),
        fc.nat({ max: 3 }),
      ],
      (secret, text, r, s, keep) =>
        agree((crypto) =>
          using(crypto, crypto.importKey(ED_PAIR, secret), (key) => {
            const good = crypto.signMessage(key, "PURE_EDDSA", text);
            const made = join(keep & 1 ? good.subarray(0, 32) : r, keep & 2 ? good.subarray(32) : s);
            crypto.verifyMessage(key, "PURE_EDDSA", text, made);
            return good;
          }),
        ),
    ),
    cost: 3,
  },
  {
    name: "signatures of ECDSA: the same, and the same ones accepted, r and s of anyone's choice",
    property: fc.property(
      ...[p256Scalar, message, field(false, P256_N), field(false, P256_N), fc.nat({ max: 3 })],
      (secret, text, r, s, keep) =>
        agree((crypto) =>
          using(crypto, crypto.importKey(P256_PAIR, secret), (key) => {
            const good = crypto.signMessage(key, ECDSA, text);
            const made = join(keep & 1 ? good.subarray(0, 32) : r, keep & 2 ? good.subarray(32) : s);
            crypto.verifyMessage(key, ECDSA, text, made);
            return good;
          }),
        ),
    ),
    cost: 3,
  },
];

describe("properties of two back-ends", () => defineProperties(PROPERTIES));
