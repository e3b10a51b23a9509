// SPDX-License-Identifier: Apache-2.0
/** Persistent keys: openKey, destroyKey, the id as handle. */
import type { KeyAttributes, KeyId } from "../../../sdk/contracts/crypto.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { encodeHex, thrownBy } from "./support.js";

const ID = 0x2dc0ffe;

function attributes(id: number): KeyAttributes {
  return { type: "AES", bits: 128, usage: ["export"], alg: "GCM", lifetime: "persistent", id };
}

/** Runs with no key at these ids, before and after. */
function apart(ids: readonly number[], use: () => void): void {
  const clear = () => {
    for (const id of ids) if (thrownBy(() => crypto.openKey(id)) === "nothing") crypto.destroyKey(id as KeyId);
  };
  clear();
  try {
    use();
  } finally {
    clear();
  }
}

describe("Crypto persistent keys", () => {
  it("finds a key by its id, with its bytes and attributes", () => {
    apart([ID], () => {
      assert.strictEqual(
        thrownBy(() => crypto.openKey(ID)),
        "PSA_ERROR_DOES_NOT_EXIST",
      );
      const bytes = Uint8Array.from({ length: 16 }, (_, index) => index);
      assert.strictEqual(crypto.importKey(attributes(ID), bytes), ID);
      const key = crypto.openKey(ID);
      assert.strictEqual(encodeHex(crypto.exportKey(key)), encodeHex(bytes));
      assert.strictEqual(crypto.getKeyAttributes(key).lifetime, "persistent");
      assert.strictEqual(crypto.getKeyAttributes(key).id, ID);
    });
  });

  it("does not put a key in the place of another", () => {
    apart([ID], () => {
      crypto.importKey(attributes(ID), new Uint8Array(16).fill(1));
      assert.strictEqual(
        thrownBy(() => crypto.importKey(attributes(ID), new Uint8Array(16).fill(2))),
        "PSA_ERROR_ALREADY_EXISTS",
      );
      assert.strictEqual(
        thrownBy(() => crypto.generateKey(attributes(ID))),
        "PSA_ERROR_ALREADY_EXISTS",
      );
      assert.strictEqual(encodeHex(crypto.exportKey(crypto.openKey(ID))), "01".repeat(16));
    });
  });

  it("destroys a key for good, and leaves the others alone", () => {
    apart([ID, ID + 1], () => {
      crypto.importKey(attributes(ID), new Uint8Array(16).fill(1));
      crypto.importKey(attributes(ID + 1), new Uint8Array(16).fill(2));
      crypto.destroyKey(ID as KeyId);
      assert.strictEqual(
        thrownBy(() => crypto.openKey(ID)),
        "PSA_ERROR_DOES_NOT_EXIST",
      );
      assert.strictEqual(
        thrownBy(() => crypto.exportKey(ID as KeyId)),
        "PSA_ERROR_INVALID_HANDLE",
      );
      assert.strictEqual(encodeHex(crypto.exportKey(crypto.openKey(ID + 1))), "02".repeat(16));
    });
  });

  it("keeps more keys than a board has places in RAM", () => {
    const ids = Array.from({ length: 40 }, (_, index) => ID + index);
    apart(ids, () => {
      for (const id of ids) crypto.importKey(attributes(id), new Uint8Array(16).fill(id & 255));
      for (const id of ids) {
        assert.strictEqual(crypto.exportKey(crypto.openKey(id))[0], id & 255);
      }
    });
  });

  it("gives keys back from storage with all that they are for", () => {
    const others = Array.from({ length: 40 }, (_, index) => ID + 10 + index);
    const persistent = (id: number, change: Pick<KeyAttributes, "alg" | "usage">): KeyAttributes => ({
      ...attributes(id),
      ...change,
    });
    apart([ID, ID + 1, ID + 2, ...others], () => {
      const key = new Uint8Array(16).fill(3);
      const [mac, prk, pair] = [ID, ID + 1, ID + 2] as KeyId[] as [KeyId, KeyId, KeyId];
      crypto.importKey(persistent(mac, { usage: ["signMessage"], alg: "CBC_MAC" }), key);
      crypto.importKey(persistent(prk, { usage: ["derive", "deriveBytes"], alg: "HKDF_EXPAND_AES_CBC_MAC" }), key);
      crypto.hkdfExpand(prk, key, {
        ...persistent(pair, { usage: ["signMessage"], alg: "DETERMINISTIC_ECDSA_SHA_256" }),
        ...{ type: "ECC_KEY_PAIR_SECP_R1", bits: 256 },
      });
      const uses = () =>
        [
          crypto.macCompute(mac, "CBC_MAC", key),
          crypto.hkdfExpandBytes(prk, key, 40),
          crypto.signMessage(pair, "DETERMINISTIC_ECDSA_SHA_256", key),
        ].map(encodeHex);
      const before = uses();
      for (const id of others) crypto.importKey(attributes(id), key); // each takes a place in RAM
      assert.deepEqual(uses(), before);
      assert.strictEqual(crypto.getKeyAttributes(mac).usage.join(), "signMessage");
    });
  });

  it("refuses ids out of range", () => {
    for (const id of [0, -1, 1.5, 0x40000000])
      assert.strictEqual(
        thrownBy(() => crypto.openKey(id)),
        "RangeError",
      );
    assert.strictEqual(
      thrownBy(() => crypto.openKey("1" as unknown as number)),
      "TypeError",
    );
  });
});
