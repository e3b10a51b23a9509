// SPDX-License-Identifier: Apache-2.0
/** What only the Node back-ends can get wrong: Buffers that share memory, entropy that fails, stores. */
import { createHmac } from "node:crypto";
import { assert } from "chai";
import { describe, it } from "mocha";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import type { KeyAttributes } from "../../sdk/contracts/crypto.js";
import type { StoredKey } from "../../sdk/crypto/key-table.js";
import { createNobleCrypto } from "../../sdk/crypto/noble.js";
import { scalarFromSeed } from "../../sdk/crypto/seed.js";
import { thrownBy } from "../specs/thrown.js";

const AES: KeyAttributes = { type: "AES", bits: 128, usage: ["export"], alg: "GCM" };
/** What an HMAC_DRBG with SHA-512 (SP 800-90A §10.1.2), written in Python for this, gives second to a seed of 32 times 0x5a. */
const SECOND_CANDIDATE = "342be26efaa4e2d6551550c9173c4346401d35ce5946eadca697bdadd4f56310";
const PAIR: KeyAttributes = { type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage: [], alg: "ECDH" };

describe("Crypto back-ends on Node", () => {
  it("copy the bytes of a Buffer, whose slice() shares memory", () => {
    const crypto = createNodeCrypto();
    const bytes = Buffer.alloc(16, 7);
    const key = crypto.importKey(AES, bytes);
    bytes.fill(0);
    assert.deepEqual(crypto.exportKey(key), new Uint8Array(16).fill(7));
  });

  it("give plain Uint8Arrays with memory of their own", () => {
    const crypto = createNodeCrypto();
    for (const bytes of [crypto.generateRandom(8), crypto.hashCompute("SHA_256", Buffer.from("abc"))]) {
      assert.strictEqual(bytes.constructor, Uint8Array);
      assert.strictEqual(bytes.buffer.byteLength, bytes.length);
    }
  });

  it("fail without entropy, with too few bytes, and with a source that never gives a scalar", () => {
    for (const random of [() => undefined, (length: number) => new Uint8Array(length - 1)]) {
      const crypto = createNobleCrypto({ random });
      assert.strictEqual(
        thrownBy(() => crypto.generateRandom(16)),
        "PSA_ERROR_INSUFFICIENT_ENTROPY",
      );
      assert.strictEqual(
        thrownBy(() => crypto.generateKey(AES)),
        "PSA_ERROR_INSUFFICIENT_ENTROPY",
      );
    }
    const stuck = createNobleCrypto({ random: (length) => new Uint8Array(length) });
    assert.strictEqual(
      thrownBy(() => stuck.generateKey(PAIR)),
      "PSA_ERROR_INSUFFICIENT_ENTROPY",
    );
  });

  it("draw another scalar from a seed where the first is none (RFC 6979 §3.2, step h)", () => {
    const hmac = (_: string, key: Uint8Array, message: Uint8Array) =>
      new Uint8Array(createHmac("sha512", key).update(message).digest());
    const candidates: string[] = [];
    /** Takes the nth candidate; NaN takes none. */
    const taking = (n: number) => (_: string, candidate: Uint8Array) => {
      candidates.push(Buffer.from(candidate).toString("hex"));
      return candidates.length === n ? new Uint8Array(65) : undefined;
    };
    const seed = new Uint8Array(32).fill(0x5a);
    const scalar = scalarFromSeed({ hmac, publicKey: taking(2) }, seed);
    assert.strictEqual(Buffer.from(scalar).toString("hex"), SECOND_CANDIDATE);
    assert.notStrictEqual(candidates[0], candidates[1]);
    assert.strictEqual(
      thrownBy(() => scalarFromSeed({ hmac, publicKey: taking(Number.NaN) }, seed)),
      "PSA_ERROR_GENERIC_ERROR",
    );
    assert.lengthOf(candidates, 2 + 8);
  });

  it("keep persistent keys in the store they are given, and have none without", () => {
    const store = new Map<number, StoredKey>();
    const persistent: KeyAttributes = { ...AES, lifetime: "persistent", id: 5 };
    createNodeCrypto({ store }).importKey(persistent, new Uint8Array(16).fill(9));
    const again = createNodeCrypto({ store });
    assert.deepEqual(again.exportKey(again.openKey(5)), new Uint8Array(16).fill(9));
    assert.strictEqual(
      thrownBy(() => createNodeCrypto().importKey(persistent, new Uint8Array(16))),
      "PSA_ERROR_NOT_SUPPORTED",
    );
    assert.strictEqual(
      thrownBy(() => createNodeCrypto().openKey(5)),
      "PSA_ERROR_DOES_NOT_EXIST",
    );
  });
});
