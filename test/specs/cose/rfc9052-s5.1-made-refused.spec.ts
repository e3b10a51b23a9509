// SPDX-License-Identifier: Apache-2.0
/** Messages with signers and recipients are not made against the rules either: RFC 9052 §3, §4.1, §5.1, §6.1, §8.5. */
import { decodeHex } from "../../../sdk/bytes/hex.js";
import type { KeyId } from "../../../sdk/contracts/crypto.js";
import { CoseAlgorithm } from "../../../sdk/cose/algorithms.js";
import { createEncrypt } from "../../../sdk/cose/encrypt.js";
import { KdfLabel } from "../../../sdk/cose/kdf.js";
import { createMac } from "../../../sdk/cose/mac.js";
import { RecipientAlgorithm } from "../../../sdk/cose/recipient-algorithms.js";
import type { RecipientOptions } from "../../../sdk/cose/recipient-make.js";
import { createSign, type SignerOptions } from "../../../sdk/cose/sign.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { after, before, describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { EXTRACT_256, GCM_128, KW_128, keyOf, P256, X25519 } from "./by-hand.js";
import { CONTENT } from "./symmetric.js";

const payload = decodeHex(CONTENT);
const iv = new Uint8Array(12);
const { direct, A128KW, A256KW, direct_HKDF_SHA_256, ECDH_ES_HKDF_256, ECDH_ES_A128KW, ECDH_SS_HKDF_256 } =
  RecipientAlgorithm;

let kek: KeyId;
let secret: KeyId;
let content: KeyId;
let pair: KeyId;
let other: KeyId;
let signer: KeyId;

before(() => {
  [kek, secret, content] = [keyOf(1, KW_128), keyOf(3, EXTRACT_256), keyOf(2, GCM_128)];
  [pair, other] = [crypto.generateKey(P256), crypto.generateKey(X25519)];
  signer = crypto.generateKey({ ...P256, usage: ["signMessage"], alg: "DETERMINISTIC_ECDSA_SHA_256" });
});

after(() => {
  for (const key of [kek, secret, content, pair, other, signer]) crypto.destroyKey(key);
});

function encrypted(recipients: readonly RecipientOptions[], more: object = {}): string {
  return thrownBy(() =>
    createEncrypt(crypto, { algorithm: CoseAlgorithm.A128GCM, plaintext: payload, iv, recipients, ...more }),
  );
}

function signed(more: Partial<SignerOptions>, options: object = {}): string {
  const signers = [{ key: signer, algorithm: CoseAlgorithm.ES256, ...more }];
  return thrownBy(() => createSign(crypto, { payload, signers, ...options }));
}

describe("RFC 9052 §8.5 recipients that are not made", () => {
  it("none; one beside a direct one; ciphers in the place of ways to a key", () => {
    const one = { algorithm: A128KW, key: kek };
    assert.strictEqual(encrypted([one, one]), "nothing");
    assert.strictEqual(encrypted([]), "COSE_RECIPIENT");
    const publicKey = crypto.exportPublicKey(pair);
    for (const alone of [
      { algorithm: direct, key: content },
      { algorithm: direct_HKDF_SHA_256, key: secret },
      { algorithm: ECDH_ES_HKDF_256, publicKey },
    ]) {
      assert.strictEqual(encrypted([alone]), "nothing");
      for (const both of [
        [alone, one],
        [one, alone],
        [alone, alone],
      ])
        assert.strictEqual(encrypted(both), "COSE_RECIPIENT");
    }
    for (const algorithm of [0, 1, 5, -7, -999, 2 ** 53]) {
      assert.strictEqual(encrypted([{ algorithm, key: kek }]), "COSE_ALG_UNSUPPORTED", `${algorithm}`);
    }
  });

  it("protected headers where the algorithm authenticates none; labels that are given twice, or misused", () => {
    const protectedHeader = new Map([[99, 0]]);
    assert.strictEqual(encrypted([{ algorithm: A128KW, key: kek, protectedHeader }]), "COSE_RECIPIENT");
    assert.strictEqual(encrypted([{ algorithm: direct, key: content, protectedHeader }]), "COSE_RECIPIENT");
    assert.strictEqual(encrypted([{ algorithm: direct_HKDF_SHA_256, key: secret, protectedHeader }]), "nothing");
    const hkdf = { algorithm: direct_HKDF_SHA_256, key: secret, salt: iv };
    const twice = "COSE_DUPLICATE_LABEL";
    assert.strictEqual(encrypted([{ ...hkdf, protectedHeader: new Map([[1, -10]]) }]), twice);
    assert.strictEqual(encrypted([{ ...hkdf, unprotectedHeader: new Map([[1, -10]]) }]), twice);
    assert.strictEqual(encrypted([{ ...hkdf, unprotectedHeader: new Map([[KdfLabel.salt, iv]]) }]), twice);
    assert.strictEqual(encrypted([{ ...hkdf, protectedHeader: new Map([[KdfLabel.salt, iv]]) }]), twice);
    assert.strictEqual(encrypted([{ ...hkdf, kid: iv, protectedHeader: new Map([[4, iv]]) }]), twice);
    assert.strictEqual(encrypted([{ ...hkdf, unprotectedHeader: new Map([[2, [4]]]) }]), "COSE_CRIT");
    assert.strictEqual(encrypted([{ ...hkdf, protectedHeader: new Map([[2, [99]]]) }]), "COSE_CRIT");
    assert.strictEqual(encrypted([{ ...hkdf, unprotectedHeader: new Map([[4, "kid"]]) }]), "COSE_HEADER_VALUE");
    assert.strictEqual(encrypted([{ ...hkdf, unprotectedHeader: new Map([[-22, "nonce"]]) }]), "COSE_HEADER_VALUE");
    assert.strictEqual(
      encrypted([{ ...hkdf, unprotectedHeader: new Map([[-21, new Uint8Array(4096)]]) }]),
      "COSE_LENGTH",
    );
  });

  it("with keys of another kind, length or curve, or with none", () => {
    for (const algorithm of [direct, A128KW, direct_HKDF_SHA_256, ECDH_ES_HKDF_256, ECDH_ES_A128KW]) {
      assert.strictEqual(encrypted([{ algorithm }]), "TypeError", `${algorithm}`);
    }
    const publicKey = crypto.exportPublicKey(pair);
    assert.strictEqual(encrypted([{ algorithm: ECDH_SS_HKDF_256, publicKey }]), "TypeError");
    assert.strictEqual(encrypted([{ algorithm: A256KW, key: kek }]), "COSE_KEY_USE");
    assert.strictEqual(
      encrypted([{ algorithm: direct, key: content }], { algorithm: CoseAlgorithm.A256GCM }),
      "COSE_KEY_USE",
    );
    assert.strictEqual(encrypted([{ algorithm: A128KW, key: content }]), "PSA_ERROR_NOT_PERMITTED");
    assert.strictEqual(encrypted([{ algorithm: direct_HKDF_SHA_256, key: kek }]), "PSA_ERROR_NOT_PERMITTED");
    assert.strictEqual(
      encrypted([{ algorithm: ECDH_SS_HKDF_256, key: other, publicKey }]),
      "PSA_ERROR_INVALID_ARGUMENT",
    );
    const invalid = [new Uint8Array(65), new Uint8Array(33), new Uint8Array(32), new Uint8Array(0), publicKey.slice(1)];
    for (const point of invalid) {
      for (const algorithm of [ECDH_ES_HKDF_256, ECDH_ES_A128KW]) {
        assert.strictEqual(
          encrypted([{ algorithm, publicKey: point }]),
          "PSA_ERROR_INVALID_ARGUMENT",
          `${point.length}`,
        );
      }
    }
  });

  it("with content that is not made either", () => {
    const one = [{ algorithm: A128KW, key: kek }];
    assert.strictEqual(encrypted(one, { iv: new Uint8Array(11) }), "COSE_IV");
    assert.strictEqual(encrypted(one, { iv: undefined }), "COSE_IV");
    assert.strictEqual(encrypted(one, { algorithm: CoseAlgorithm.HMAC_256 }), "COSE_ALG_UNSUPPORTED");
    assert.strictEqual(encrypted(one, { protectedHeader: new Map([[1, 1]]) }), "COSE_DUPLICATE_LABEL");
    const mac = (algorithm: number) => thrownBy(() => createMac(crypto, { algorithm, payload, recipients: one }));
    assert.strictEqual(mac(CoseAlgorithm.HMAC_256), "nothing");
    for (const algorithm of [CoseAlgorithm.A128GCM, CoseAlgorithm.ES256, A128KW]) {
      assert.strictEqual(mac(algorithm), "COSE_ALG_UNSUPPORTED", `${algorithm}`);
    }
  });
});

describe("RFC 9052 §4.1 signers that are not made", () => {
  it("none, of another algorithm, or with headers that break the rules", () => {
    assert.strictEqual(signed({}), "nothing");
    assert.strictEqual(signed({}, { signers: [] }), "COSE_STRUCTURE");
    assert.strictEqual(signed({}, { signers: undefined }), "TypeError");
    assert.strictEqual(signed({}, { payload: undefined }), "TypeError");
    assert.strictEqual(signed({ algorithm: CoseAlgorithm.HMAC_256 }), "COSE_ALG_UNSUPPORTED");
    assert.strictEqual(signed({ key: kek }), "PSA_ERROR_NOT_PERMITTED");
    for (const where of [(more: object) => signed(more), (more: object) => signed({}, more)]) {
      assert.strictEqual(where({ unprotectedHeader: new Map([[2, [4]]]) }), "COSE_CRIT");
      assert.strictEqual(where({ protectedHeader: new Map([[2, [99]]]) }), "COSE_CRIT");
      assert.strictEqual(
        where({ protectedHeader: new Map([[99, 0]]), unprotectedHeader: new Map([[99, 0]]) }),
        "COSE_DUPLICATE_LABEL",
      );
      assert.strictEqual(where({ protectedHeader: new Map([[3, -1]]) }), "COSE_HEADER_VALUE");
      assert.strictEqual(where({ kid: "kid" }), "TypeError");
    }
    assert.strictEqual(signed({ protectedHeader: new Map([[1, -7]]) }), "COSE_DUPLICATE_LABEL");
  });
});
