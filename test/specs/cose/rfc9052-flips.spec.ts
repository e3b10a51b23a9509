// SPDX-License-Identifier: Apache-2.0
/** Whole messages with recipients, with one bit flipped or cut short: nothing is accepted that was not sent. RFC 9052 §4.4, §5.3, §6.3. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import type { KeyId } from "../../../sdk/contracts/crypto.js";
import { decryptEncrypt } from "../../../sdk/cose/encrypt.js";
import { verifyMac } from "../../../sdk/cose/mac.js";
import { verifySign } from "../../../sdk/cose/sign.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import {
  bstr,
  ES256,
  EXTRACT_256,
  encryptMessage,
  GCM,
  GCM_128,
  HMAC,
  HMAC_256,
  IV,
  isCoded,
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
} from "./by-hand.js";
import { CONTENT } from "./symmetric.js";

interface Content {
  readonly content: Uint8Array;
  readonly protectedBytes: string;
}

/**
 * @param read - gives the content, or throws.
 * @param free - where a change is nobody's loss: headers that nothing authenticates. There the content must be what was sent.
 * @param step - every how many bits one is flipped.
 */
function flipAll(
  message: Uint8Array,
  read: (changed: Uint8Array) => Content,
  free: readonly string[],
  step: number,
): void {
  const hex = encodeHex(message);
  const spans = free.map((part) => [8 * (hex.indexOf(part) / 2), 8 * ((hex.indexOf(part) + part.length) / 2)] as const);
  const sent = read(message);
  assert.strictEqual(encodeHex(sent.content), CONTENT);
  for (let bit = 0; bit < 8 * message.length; bit += step) {
    const changed = message.slice();
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (0x80 >> (bit & 7));
    let got: Content | undefined;
    const thrown = thrownBy(() => {
      got = read(changed);
    });
    if (thrown === "nothing") {
      assert.isTrue(
        spans.some(([from, to]) => bit >= from && bit < to),
        `bit ${bit} was flipped and nobody saw it`,
      );
      assert.strictEqual(encodeHex((got as Content).content), CONTENT);
      assert.strictEqual((got as Content).protectedBytes, sent.protectedBytes);
    } else assert.isTrue(isCoded(thrown), `bit ${bit}: ${thrown}`);
  }
}

function cutAll(message: Uint8Array, read: (changed: Uint8Array) => unknown): void {
  for (let length = 0; length < message.length; length++) {
    const thrown = thrownBy(() => read(message.slice(0, length))).replace(/@.*/, "");
    assert.strictEqual(thrown, "CBOR_TRUNCATED", `${length} bytes`);
  }
  for (const more of [0x00, 0xf6, 0xff]) {
    const longer = new Uint8Array(message.length + 1).fill(more);
    longer.set(message);
    assert.strictEqual(thrownBy(() => read(longer)).replace(/@.*/, ""), "CBOR_TRAILING_BYTES");
  }
}

const headers = (map: ReadonlyMap<unknown, unknown>) => [...map].map(([label, value]) => `${label}:${value}`).join();

function decrypting(key: KeyId): (message: Uint8Array) => Content {
  return (message) => {
    const { plaintext, protectedHeader } = decryptEncrypt(crypto, { key }, message);
    return { content: plaintext, protectedBytes: headers(protectedHeader) };
  };
}

function verifying(key: KeyId): (message: Uint8Array) => Content {
  return (message) => {
    const { payload, protectedHeader } = verifyMac(crypto, { key }, message);
    return { content: payload, protectedBytes: headers(protectedHeader) };
  };
}

describe("RFC 9052 one bit flipped", () => {
  it("COSE_Encrypt with AES Key Wrap: every seventh bit, but of the recipient's kid", () => {
    withKeys([keyOf(1, KW_128), keyOf(2, GCM_128)], (kek, key) => {
      const kid = "04423131";
      const to = recipient("", `a20122${kid}`, wrapped(kek, key));
      const message = decodeHex(`d860${encodeHex(encryptMessage(sealed(key), to))}`);
      flipAll(message, decrypting(kek), [kid], 7);
      cutAll(message, decrypting(kek));
    });
  });

  it("COSE_Mac with AES Key Wrap: every seventh bit, but of the recipient's kid", () => {
    withKeys([keyOf(1, KW_128), keyOf(2, HMAC_256)], (kek, key) => {
      const kid = "04423131";
      const to = recipient("", `a20122${kid}`, wrapped(kek, key));
      const message = decodeHex(`d861${encodeHex(macMessage(macOf(key), to))}`);
      flipAll(message, verifying(kek), [kid], 7);
      cutAll(message, verifying(kek));
    });
  });

  it("COSE_Encrypt with a key that HKDF derived: the salt and the parties are authenticated by what they derive", () => {
    withKeys([keyOf(3, EXTRACT_256)], (secret) => {
      const context = `840183421234f6f683f6f6f6821880${bstr("a10129")}`;
      const prk = { type: "DERIVE", bits: 256, usage: ["derive"], alg: "HKDF_EXPAND_SHA_256" } as const;
      const extracted = crypto.hkdfExtract("HKDF_EXTRACT_SHA_256", decodeHex("aabb"), secret, prk);
      const key = crypto.hkdfExpand(extracted, decodeHex(context), GCM_128);
      withKeys([extracted, key], () => {
        const kid = "04423131";
        const to = recipient("a10129", `a3${kid}3342aabb34421234`, "40");
        const message = encryptMessage(sealed(key), to);
        flipAll(message, decrypting(secret), [kid], 11);
        cutAll(message, decrypting(secret));
      });
    });
  });

  it("COSE_Encrypt with ECDH-ES on P-256: also of the ephemeral key (a sample)", () => {
    const [own, ephemeral] = [crypto.generateKey(P256), crypto.generateKey(P256)];
    withKeys([own, ephemeral], () => {
      const point = encodeHex(crypto.exportPublicKey(ephemeral)).slice(2);
      const shared = crypto.keyAgreement(ephemeral, crypto.exportPublicKey(own), EXTRACT_256);
      const prk = { type: "DERIVE", bits: 256, usage: ["derive"], alg: "HKDF_EXPAND_SHA_256" } as const;
      const extracted = crypto.hkdfExtract("HKDF_EXTRACT_SHA_256", new Uint8Array(0), shared, prk);
      const context = decodeHex(`840183f6f6f683f6f6f6821880${bstr("a1013818")}`);
      const key = crypto.hkdfExpand(extracted, context, GCM_128);
      withKeys([shared, extracted, key], () => {
        const cose = `a401022001215820${point.slice(0, 64)}225820${point.slice(64)}`;
        const message = encryptMessage(sealed(key), recipient("a1013818", `a120${cose}`, "40"));
        flipAll(message, decrypting(own), [], 61);
        cutAll(message, decrypting(own));
      });
    });
  });

  it("COSE_Sign: any but those that only the other signer signs (a sample)", () => {
    const alg = "DETERMINISTIC_ECDSA_SHA_256";
    const usage = ["signMessage", "verifyMessage"] as const;
    const key = crypto.generateKey({ type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage, alg });
    withKeys([key], () => {
      const structure = `85695369676e617475726543a10300${ES256}40${bstr(CONTENT)}`;
      const signature = bstr(encodeHex(crypto.signMessage(key, alg, decodeHex(structure))));
      const other = list("43a10126", "a0", bstr("5a".repeat(64)));
      const message = decodeHex(`8443a10300a0${bstr(CONTENT)}82${list(ES256, "a0", signature)}${other}`);
      const read = (changed: Uint8Array): Content => {
        const { payload, protectedHeader } = verifySign(crypto, key, changed, { which: 0 });
        return { content: payload, protectedBytes: headers(protectedHeader) };
      };
      flipAll(message, read, [other], 61);
      cutAll(message, read);
    });
  });

  it("of two recipients' messages no part goes into the other", () => {
    withKeys([keyOf(1, KW_128), keyOf(4, KW_128), keyOf(2, GCM_128), keyOf(5, GCM_128)], (kek, other, key, second) => {
      const read = (ciphertext: string, wrap: string) =>
        thrownBy(() => decrypting(kek)(encryptMessage(ciphertext, recipient("", KW, wrap))));
      assert.strictEqual(read(sealed(key), wrapped(kek, key)), "nothing");
      assert.strictEqual(read(sealed(second), wrapped(kek, key)), "PSA_ERROR_INVALID_SIGNATURE");
      assert.strictEqual(read(sealed(key), wrapped(kek, second)), "PSA_ERROR_INVALID_SIGNATURE");
      assert.strictEqual(read(sealed(key), wrapped(other, key)), "PSA_ERROR_INVALID_SIGNATURE");
      const both = `84${GCM}a105${bstr(IV)}${sealed(key)}`;
      const [mine, theirs] = [recipient("", KW, wrapped(kek, key)), recipient("", KW, wrapped(other, key))];
      for (const [order, which] of [
        [mine + theirs, 0],
        [theirs + mine, 1],
      ] as const) {
        const outcomes = [0, 1].map((i) =>
          thrownBy(() => decryptEncrypt(crypto, { key: kek, which: i }, decodeHex(`${both}82${order}`))),
        );
        assert.strictEqual(outcomes[which], "nothing");
        assert.strictEqual(outcomes[1 - which], "PSA_ERROR_INVALID_SIGNATURE");
      }
    });
  });

  it("a MAC stays with its payload and its protected bucket", () => {
    withKeys([keyOf(1, KW_128), keyOf(2, HMAC_256)], (kek, key) => {
      const to = `81${recipient("", KW, wrapped(kek, key))}`;
      const read = (message: string) => thrownBy(() => verifying(kek)(decodeHex(message)));
      const tag = macOf(key);
      assert.strictEqual(read(`85${HMAC}a0${bstr(CONTENT)}${tag}${to}`), "nothing");
      assert.strictEqual(read(`85${HMAC}a0${bstr(`${CONTENT}00`)}${tag}${to}`), "PSA_ERROR_INVALID_SIGNATURE");
      assert.strictEqual(read(`85${HMAC}a040${tag}${to}`), "PSA_ERROR_INVALID_SIGNATURE");
      assert.strictEqual(read(`8545a201050300a0${bstr(CONTENT)}${tag}${to}`), "PSA_ERROR_INVALID_SIGNATURE");
      assert.strictEqual(read(`8543a10104a0${bstr(CONTENT)}${bstr(tag.slice(4, 20))}${to}`).slice(0, 10), "PSA_ERROR_");
      for (const bytes of [0, 8, 31]) {
        const short = bstr(tag.slice(4, 4 + 2 * bytes));
        assert.strictEqual(read(`85${HMAC}a0${bstr(CONTENT)}${short}${to}`), "COSE_TAG_LENGTH");
      }
    });
  });
});
