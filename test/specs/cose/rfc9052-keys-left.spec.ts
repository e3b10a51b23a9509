// SPDX-License-Identifier: Apache-2.0
/** Keys that are made on the way are destroyed, whichever call fails; the caller's own never is. RFC 9052 §5.3, §6.3, §7. */
import { decodeHex } from "../../../sdk/bytes/hex.js";
import type { Crypto, KeyAttributes, KeyId } from "../../../sdk/contracts/crypto.js";
import { CoseAlgorithm } from "../../../sdk/cose/algorithms.js";
import { createEncrypt, decryptEncrypt } from "../../../sdk/cose/encrypt.js";
import { importKey } from "../../../sdk/cose/key-import.js";
import { createMac, verifyMac } from "../../../sdk/cose/mac.js";
import { RecipientAlgorithm } from "../../../sdk/cose/recipient-algorithms.js";
import { SecurityError } from "../../../sdk/errors/security-error.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { bstr, DIRECT, GCM, HMAC, IV, KW, recipient } from "./by-hand.js";

const OWN = 1 as KeyId;
const POINT = new Uint8Array(65).fill(4);
const COSE_POINT = `a401022001215820${"04".repeat(32)}225820${"04".repeat(32)}`;
const WRAPPED = bstr("5a".repeat(24));
const MAKING = ["generateKey", "importKey", "unwrapKey", "keyAgreement", "hkdfExtract", "hkdfExpand"];

const RESULTS: Readonly<Record<string, unknown>> = {
  wrapKey: new Uint8Array(24),
  aeadEncrypt: new Uint8Array(17),
  aeadDecrypt: new Uint8Array(1),
  macCompute: new Uint8Array(32),
  generateRandom: new Uint8Array(32),
  exportPublicKey: POINT,
  getKeyAttributes: { type: "AES", bits: 128, usage: [], alg: "KW" } satisfies KeyAttributes,
};

/** Grants everything but the call with that number, which fails; knows which keys there are. */
function failingAt(number: number): {
  readonly crypto: Crypto;
  readonly alive: Set<KeyId>;
  readonly calls: () => number;
} {
  const alive = new Set<KeyId>();
  let calls = 0;
  let next = 2;
  const crypto = new Proxy({} as Crypto, {
    get(_target, name) {
      return (key: KeyId) => {
        if (name === "destroyKey") {
          assert.isTrue(alive.delete(key), "destroys a key of its own, once");
          return;
        }
        if (++calls === number) throw new SecurityError("PSA_ERROR_HARDWARE_FAILURE", "stand-in");
        if (!MAKING.includes(name as string)) return RESULTS[name as string];
        alive.add(next as KeyId);
        return next++;
      };
    },
  });
  return { crypto, alive, calls: () => calls };
}

/** Fails each call in turn, and then none. @param kept - keys that are the caller's afterwards. */
function failEach(use: (crypto: Crypto) => unknown, kept = 0): number {
  for (let number = 1; ; number++) {
    const { crypto, alive, calls } = failingAt(number);
    const thrown = thrownBy(() => use(crypto));
    if (calls() < number) {
      assert.strictEqual(thrown, "nothing");
      assert.strictEqual(alive.size, kept);
      return calls();
    }
    assert.strictEqual(thrown, "PSA_ERROR_HARDWARE_FAILURE", `call ${number}`);
    assert.strictEqual(alive.size, 0, `keys left after call ${number} failed`);
  }
}

const RECIPIENTS = [
  recipient("", DIRECT, "40"),
  recipient("", KW, WRAPPED),
  recipient("a10129", "a0", "40"),
  recipient("a1012b", "a0", "40"),
  recipient("a1013818", `a120${COSE_POINT}`, "40"),
  recipient("a101381a", `a121${COSE_POINT}`, "40"),
  recipient("a101381c", `a120${COSE_POINT}`, WRAPPED),
  recipient("", KW, WRAPPED, `81${recipient("a10129", "a0", "40")}`),
  recipient("", KW, WRAPPED, `81${recipient("a1013818", `a120${COSE_POINT}`, "40")}`),
];

describe("RFC 9052 keys that are made on the way", () => {
  it("are gone after a message was read, or was not", () => {
    for (const one of RECIPIENTS) {
      const encrypted = decodeHex(`84${GCM}a105${bstr(IV)}${bstr("5a".repeat(17))}81${one}`);
      assert.isAbove(
        failEach((crypto) => decryptEncrypt(crypto, { key: OWN }, encrypted)),
        0,
      );
      const mac = decodeHex(`85${HMAC}a04100${bstr("5a".repeat(32))}81${one}`);
      assert.isAbove(
        failEach((crypto) => verifyMac(crypto, { key: OWN }, mac)),
        0,
      );
    }
  });

  it("are gone after a message was made, or was not", () => {
    const payload = Uint8Array.of(1);
    const iv = new Uint8Array(12);
    for (const algorithm of Object.values(RecipientAlgorithm)) {
      const bits = [RecipientAlgorithm.A192KW, RecipientAlgorithm.A256KW, RecipientAlgorithm.direct_HKDF_AES_256];
      if (bits.some((other) => other === algorithm)) continue; // the stand-in's keys have 128 bits
      const recipients = [{ algorithm, key: OWN, publicKey: POINT }];
      const encrypt = (crypto: Crypto) =>
        createEncrypt(crypto, { algorithm: CoseAlgorithm.A128GCM, plaintext: payload, iv, recipients });
      assert.isAbove(failEach(encrypt), 0);
      const mac = (crypto: Crypto) => createMac(crypto, { algorithm: CoseAlgorithm.HMAC_256, payload, recipients });
      assert.isAbove(failEach(mac), 0);
    }
    const { A128KW, ECDH_ES_A128KW } = RecipientAlgorithm;
    const recipients = [A128KW, ECDH_ES_A128KW].map((algorithm) => ({ algorithm, key: OWN, publicKey: POINT }));
    assert.isAbove(
      failEach((crypto) => createMac(crypto, { algorithm: CoseAlgorithm.HMAC_256, payload, recipients })),
      5,
    );
  });

  it("are gone when a private key is not that of its public part, or that cannot be told", () => {
    const d = new Uint8Array(32);
    const purpose = { alg: "ECDH", usage: ["derive"] } as const;
    const imported = (publicKey: Uint8Array) => (crypto: Crypto) =>
      importKey(crypto, { kty: "EC2", crv: "P-256", d, publicKey }, purpose);
    assert.strictEqual(failEach(imported(POINT), 1), 2);
    const { crypto, alive } = failingAt(0);
    assert.strictEqual(
      thrownBy(() => imported(new Uint8Array(65))(crypto)),
      "COSE_KEY_VALUE",
    );
    assert.strictEqual(alive.size, 0);
  });
});
