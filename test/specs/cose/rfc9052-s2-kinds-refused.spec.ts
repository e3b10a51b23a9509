// SPDX-License-Identifier: Apache-2.0
/** One kind of message shown as another: the tags of RFC 9052 §2 and the contexts of §4.4, §5.3 and §6.3. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import type { KeyId } from "../../../sdk/contracts/crypto.js";
import { CoseAlgorithm } from "../../../sdk/cose/algorithms.js";
import { createEncrypt, decryptEncrypt } from "../../../sdk/cose/encrypt.js";
import { createEncrypt0, decryptEncrypt0 } from "../../../sdk/cose/encrypt0.js";
import { createMac, verifyMac } from "../../../sdk/cose/mac.js";
import { createMac0, verifyMac0 } from "../../../sdk/cose/mac0.js";
import { RecipientAlgorithm } from "../../../sdk/cose/recipient-algorithms.js";
import { createSign, verifySign } from "../../../sdk/cose/sign.js";
import { createSign1, verifySign1 } from "../../../sdk/cose/sign1.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { after, before, describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { bstr, DIRECT, ES256, GCM, GCM_128, HMAC, HMAC_256, IV, keyOf, macOf, recipient, sealed } from "./by-hand.js";
import { CONTENT } from "./symmetric.js";

const payload = decodeHex(CONTENT);
const { A128GCM, ES256: es256, HMAC_256: hmac } = CoseAlgorithm;
const alg = "DETERMINISTIC_ECDSA_SHA_256";
const TAGS = { Sign: 98, Sign1: 18, Mac: 97, Mac0: 17, Encrypt: 96, Encrypt0: 16 } as const;
type Kind = keyof typeof TAGS;
const KINDS = Object.keys(TAGS) as Kind[];

let signer: KeyId;
let macKey: KeyId;
let aesKey: KeyId;

before(() => {
  const usage = ["signMessage", "verifyMessage"] as const;
  signer = crypto.generateKey({ type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage, alg });
  macKey = keyOf(1, HMAC_256);
  aesKey = keyOf(2, GCM_128);
});

after(() => {
  for (const key of [signer, macKey, aesKey]) crypto.destroyKey(key);
});

/** Every kind is made with the same few keys, so that nothing but kind and context tells them apart. Untagged. */
function make(kind: Kind): Uint8Array {
  const tagged = false;
  const { direct } = RecipientAlgorithm;
  const iv = decodeHex(IV);
  switch (kind) {
    case "Sign":
      return createSign(crypto, { payload, tagged, signers: [{ key: signer, algorithm: es256 }] });
    case "Sign1":
      return createSign1(crypto, signer, { payload, tagged, algorithm: es256 });
    case "Mac":
      return createMac(crypto, { payload, tagged, algorithm: hmac, recipients: [{ algorithm: direct, key: macKey }] });
    case "Mac0":
      return createMac0(crypto, macKey, { payload, tagged, algorithm: hmac });
    case "Encrypt": {
      const recipients = [{ algorithm: direct, key: aesKey }];
      return createEncrypt(crypto, { plaintext: payload, tagged, algorithm: A128GCM, iv, recipients }).message;
    }
    case "Encrypt0":
      return createEncrypt0(crypto, aesKey, { plaintext: payload, tagged, algorithm: A128GCM, iv }).message;
  }
}

/** @param message - bytes, or hexadecimal. @returns What reading it as that kind throws. */
function read(kind: Kind, message: Uint8Array | string): string {
  const bytes = typeof message === "string" ? decodeHex(message) : message;
  const reading: Record<Kind, () => unknown> = {
    Sign: () => verifySign(crypto, signer, bytes),
    Sign1: () => verifySign1(crypto, signer, bytes),
    Mac: () => verifyMac(crypto, { key: macKey }, bytes),
    Mac0: () => verifyMac0(crypto, macKey, bytes),
    Encrypt: () => decryptEncrypt(crypto, { key: aesKey }, bytes),
    Encrypt0: () => decryptEncrypt0(crypto, aesKey, bytes),
  };
  return thrownBy(reading[kind]).replace(/@.*/, "");
}

function head(tag: number): string {
  return tag < 24 ? (0xc0 + tag).toString(16) : `d8${tag.toString(16)}`;
}

describe("RFC 9052 §2 kinds of messages", () => {
  for (const made of KINDS) {
    it(`COSE_${made} is read as itself, tagged and untagged, and as no other kind, whatever its tag says`, () => {
      const message = encodeHex(make(made));
      assert.strictEqual(read(made, message), "nothing");
      assert.strictEqual(read(made, head(TAGS[made]) + message), "nothing");
      for (const kind of KINDS) {
        if (kind === made) continue;
        assert.strictEqual(read(kind, head(TAGS[made]) + message), "COSE_TAG", kind);
        assert.strictEqual(read(made, head(TAGS[kind]) + message), "COSE_TAG", kind);
        for (const disguised of [message, head(TAGS[kind]) + message]) {
          const thrown = read(kind, disguised);
          assert.isTrue(/^(?:COSE|CBOR)_|^PSA_ERROR_INVALID_SIGNATURE$/.test(thrown), `${kind}: ${thrown}`);
        }
      }
    });
  }

  it("a tag stands once, alone and in its shortest form", () => {
    for (const kind of KINDS) {
      const message = encodeHex(make(kind));
      const tag = head(TAGS[kind]);
      assert.strictEqual(read(kind, tag + tag + message), "CBOR_UNEXPECTED_TYPE", kind);
      assert.strictEqual(read(kind, `d9d9f7${tag}${message}`), "COSE_TAG", kind);
      assert.strictEqual(read(kind, `d900${TAGS[kind].toString(16)}${message}`), "CBOR_NON_SHORTEST", kind);
      assert.strictEqual(read(kind, `db${"ff".repeat(8)}${message}`), "COSE_TAG", kind);
      assert.strictEqual(read(kind, bstr(message)), "CBOR_UNEXPECTED_TYPE", kind);
    }
  });

  it("tag and ciphertext are bound to their context, where all else is the same", () => {
    const mac = (context: string) => `85${HMAC}a0${bstr(CONTENT)}${macOf(macKey, HMAC, context)}81`;
    const direct = recipient("", DIRECT, "40");
    assert.strictEqual(read("Mac", mac("MAC") + direct), "nothing");
    for (const context of ["MAC0", "MAC1", "mac", "Signature", ""]) {
      assert.strictEqual(read("Mac", mac(context) + direct), "PSA_ERROR_INVALID_SIGNATURE", context);
    }
    const encrypted = (context: string) => `84${GCM}a105${bstr(IV)}${sealed(aesKey, GCM, context)}81`;
    assert.strictEqual(read("Encrypt", encrypted("Encrypt") + direct), "nothing");
    for (const context of ["Encrypt0", "Enc_Recipient", "Rec_Recipient", "Mac_Recipient", ""]) {
      assert.strictEqual(read("Encrypt", encrypted(context) + direct), "PSA_ERROR_INVALID_SIGNATURE", context);
    }
  });

  it("a COSE_Mac without its recipients is no COSE_Mac0, a COSE_Encrypt none of COSE_Encrypt0, and back", () => {
    const mac = (context: string) => `84${HMAC}a0${bstr(CONTENT)}${macOf(macKey, HMAC, context)}`;
    assert.strictEqual(read("Mac0", mac("MAC0")), "nothing");
    assert.strictEqual(read("Mac0", mac("MAC")), "PSA_ERROR_INVALID_SIGNATURE");
    const encrypted = (context: string) => `83${GCM}a105${bstr(IV)}${sealed(aesKey, GCM, context)}`;
    assert.strictEqual(read("Encrypt0", encrypted("Encrypt0")), "nothing");
    assert.strictEqual(read("Encrypt0", encrypted("Encrypt")), "PSA_ERROR_INVALID_SIGNATURE");
  });

  it("a signature of COSE_Sign1 signs no COSE_Sign, and back, whichever bucket its alg stands in", () => {
    const signed = (structure: string) => encodeHex(crypto.signMessage(signer, alg, decodeHex(structure)));
    const rest = `40${bstr(CONTENT)}`;
    const four = (body: string) => signed(`846a5369676e617475726531${body}${rest}`);
    const five = (body: string, own: string) => signed(`85695369676e6174757265${body}${own}${rest}`);
    const sign = (body: string, own: string, signature: string) =>
      `84${body}a0${bstr(CONTENT)}8183${own}a0${bstr(signature)}`;
    const sign1 = (signature: string) => `84${ES256}a0${bstr(CONTENT)}${bstr(signature)}`;
    assert.strictEqual(read("Sign", sign("40", ES256, five("40", ES256))), "nothing");
    assert.strictEqual(read("Sign1", sign1(four(ES256))), "nothing");
    for (const body of ["40", ES256]) {
      assert.strictEqual(read("Sign", sign(body, ES256, four(ES256))), "PSA_ERROR_INVALID_SIGNATURE");
      assert.strictEqual(read("Sign1", sign1(five(body, ES256))), "PSA_ERROR_INVALID_SIGNATURE");
    }
    assert.strictEqual(read("Sign", sign("43a10300", ES256, five("40", ES256))), "PSA_ERROR_INVALID_SIGNATURE");
    assert.strictEqual(read("Sign", sign("40", ES256, five(ES256, "40"))), "PSA_ERROR_INVALID_SIGNATURE");
  });
});
