// SPDX-License-Identifier: Apache-2.0
/** Each way to a content key, made and opened on this machine: RFC 9053 §6.1 to §6.4, in COSE_Encrypt and COSE_Mac. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import type { Crypto, KeyAttributes, KeyId } from "../../../sdk/contracts/crypto.js";
import { CoseAlgorithm } from "../../../sdk/cose/algorithms.js";
import { createEncrypt, decryptEncrypt, parseEncryptHeaders } from "../../../sdk/cose/encrypt.js";
import { KdfLabel } from "../../../sdk/cose/kdf.js";
import { createMac, verifyMac } from "../../../sdk/cose/mac.js";
import { RecipientAlgorithm } from "../../../sdk/cose/recipient-algorithms.js";
import type { RecipientOptions } from "../../../sdk/cose/recipient-make.js";
import type { RecipientKey } from "../../../sdk/cose/recipient-open.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { CONTENT } from "./symmetric.js";

const { A128GCM, AES_MAC_128_64, AES_MAC_256_128, HMAC_256_64, HMAC_256, HMAC_512 } = CoseAlgorithm;
const payload = decodeHex(CONTENT);
const iv = new Uint8Array(12);
const kid = Uint8Array.of(0x31, 0x31);
const P256 = { type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage: ["derive"], alg: "ECDH" } as const;
const X25519 = { type: "ECC_KEY_PAIR_MONTGOMERY", bits: 255, usage: ["derive"], alg: "ECDH" } as const;

const MAKING = ["generateKey", "importKey", "unwrapKey", "keyAgreement", "hkdfExtract", "hkdfExpand"];

/** The crypto contract, with a note of each key that is made and not destroyed. */
function counted(): { readonly crypto: Crypto; readonly alive: Set<KeyId> } {
  const alive = new Set<KeyId>();
  const watched = new Proxy(crypto, {
    get(target, name) {
      const method = target[name as keyof Crypto] as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => {
        const result = method.apply(target, args);
        if (MAKING.includes(name as string)) alive.add(result as KeyId);
        if (name === "destroyKey") alive.delete(args[0] as KeyId);
        return result;
      };
    },
  });
  return { crypto: watched, alive };
}

interface Sides {
  readonly to: RecipientOptions;
  readonly own: RecipientKey;
  readonly keys: readonly KeyId[];
}

function symmetric(algorithm: number, attributes: KeyAttributes): Sides {
  const key = crypto.generateKey(attributes);
  return { to: { algorithm, key, kid }, own: { key }, keys: [key] };
}

/** One key that both have, or a pair of each. */
function sidesOf(algorithm: number, pair: KeyAttributes = P256): Sides {
  const name = Object.entries(RecipientAlgorithm).find(([, id]) => id === algorithm)?.[0] as string;
  const [, bits] = /^A(\d+)KW$/.exec(name) ?? [];
  if (bits !== undefined) {
    return symmetric(algorithm, { type: "AES", bits: Number(bits), usage: ["wrap", "unwrap"], alg: "KW" });
  }
  const [, hash] = /^direct_HKDF_SHA_(\d+)$/.exec(name) ?? [];
  if (hash !== undefined) {
    const alg = hash === "256" ? "HKDF_EXTRACT_SHA_256" : "HKDF_EXTRACT_SHA_512";
    return symmetric(algorithm, { type: "DERIVE", bits: 256, usage: ["derive"], alg });
  }
  const [, aes] = /^direct_HKDF_AES_(\d+)$/.exec(name) ?? [];
  if (aes !== undefined) {
    const attributes = { type: "AES", bits: Number(aes), usage: ["derive"], alg: "HKDF_EXPAND_AES_CBC_MAC" } as const;
    return symmetric(algorithm, attributes);
  }
  const recipient = crypto.generateKey(pair);
  const publicKey = crypto.exportPublicKey(recipient);
  if (name.startsWith("ECDH_ES"))
    return { to: { algorithm, publicKey, kid }, own: { key: recipient }, keys: [recipient] };
  const sender = crypto.generateKey(pair);
  const senderPublicKey = crypto.exportPublicKey(sender);
  const to = { algorithm, key: sender, publicKey, kid };
  return { to, own: { key: recipient, senderPublicKey }, keys: [recipient, sender] };
}

function destroy(keys: readonly KeyId[]): void {
  for (const key of keys) crypto.destroyKey(key);
}

/** All but `direct`, which takes the content key itself, and what has an algorithm of its own for its keys. */
const ALL = Object.entries(RecipientAlgorithm).filter(([name]) => name !== "direct");

describe("RFC 9053 §6 ways to a content key", () => {
  for (const [name, algorithm] of ALL) {
    it(`${name} brings it in COSE_Encrypt and COSE_Mac, and leaves no key behind`, () => {
      const { to, own, keys } = sidesOf(algorithm);
      const made = counted();
      const { message } = createEncrypt(made.crypto, { plaintext: payload, algorithm: A128GCM, iv, recipients: [to] });
      const decrypted = decryptEncrypt(made.crypto, own, message);
      assert.strictEqual(encodeHex(decrypted.plaintext), CONTENT);
      const mac = createMac(made.crypto, { payload, algorithm: HMAC_256, recipients: [to] });
      assert.strictEqual(encodeHex(verifyMac(made.crypto, own, mac).payload), CONTENT);
      assert.strictEqual(made.alive.size, 0);
      const [recipient] = parseEncryptHeaders(message).recipients;
      assert.strictEqual(encodeHex(recipient?.kid as Uint8Array), "3131");
      message[message.length - 1] = (message[message.length - 1] as number) ^ 1;
      const thrown = thrownBy(() => decryptEncrypt(made.crypto, own, message));
      assert.isTrue(/^(?:COSE|CBOR|PSA)_/.test(thrown), thrown);
      assert.strictEqual(made.alive.size, 0);
      destroy(keys);
    });
  }

  it("direct: the content key is the caller's, and stays", () => {
    const key = crypto.generateKey({ type: "AES", bits: 128, usage: ["encrypt", "decrypt"], alg: "GCM" });
    const recipients = [{ algorithm: RecipientAlgorithm.direct, key, kid }];
    const { message } = createEncrypt(crypto, { plaintext: payload, algorithm: A128GCM, iv, recipients });
    assert.strictEqual(encodeHex(decryptEncrypt(crypto, { key }, message).plaintext), CONTENT);
    assert.strictEqual(encodeHex(decryptEncrypt(crypto, { key, which: kid }, message).plaintext), CONTENT);
    destroy([key]);
  });

  for (const algorithm of [RecipientAlgorithm.ECDH_ES_HKDF_256, RecipientAlgorithm.ECDH_SS_A256KW]) {
    it(`${algorithm} agrees on X25519 as well`, () => {
      const { to, own, keys } = sidesOf(algorithm, X25519);
      const mac = createMac(crypto, { payload, algorithm: HMAC_512, recipients: [to] });
      assert.strictEqual(encodeHex(verifyMac(crypto, own, mac).payload), CONTENT);
      destroy(keys);
    });
  }

  it("several recipients have the same content key, each by its own way", () => {
    const sides = [RecipientAlgorithm.A256KW, RecipientAlgorithm.ECDH_ES_A128KW, RecipientAlgorithm.A128KW].map((id) =>
      sidesOf(id),
    );
    const recipients = sides.map(({ to }, i) => ({ ...to, kid: Uint8Array.of(i) }));
    const mac = createMac(crypto, { payload, algorithm: HMAC_256_64, recipients });
    sides.forEach(({ own }, i) => {
      assert.strictEqual(encodeHex(verifyMac(crypto, { ...own, which: Uint8Array.of(i) }, mac).payload), CONTENT);
      assert.strictEqual(encodeHex(verifyMac(crypto, { ...own, which: i }, mac).payload), CONTENT);
      const other = { ...own, which: (i + 1) % 3 };
      const thrown = thrownBy(() => verifyMac(crypto, other, mac));
      assert.isTrue(/^(?:PSA_ERROR_(?:NOT_PERMITTED|INVALID_SIGNATURE)|COSE_KEY_USE)$/.test(thrown), thrown);
    });
    for (const which of [undefined, 3, -1, 0.5, Uint8Array.of(3), new Uint8Array(0)]) {
      const own = { key: (sides[0] as Sides).own.key, ...(which === undefined ? {} : { which }) };
      assert.strictEqual(
        thrownBy(() => verifyMac(crypto, own, mac)),
        "COSE_NOT_FOUND",
      );
    }
    for (const { keys } of sides) destroy(keys);
  });

  it("AES-MAC has a content key of its own length, whoever brings it", () => {
    for (const algorithm of [AES_MAC_128_64, AES_MAC_256_128]) {
      const { to, own, keys } = sidesOf(RecipientAlgorithm.direct_HKDF_AES_256);
      const mac = createMac(crypto, { payload, algorithm, recipients: [to] });
      assert.strictEqual(encodeHex(verifyMac(crypto, own, mac).payload), CONTENT);
      destroy(keys);
    }
    const key = crypto.generateKey({ type: "AES", bits: 256, usage: ["signMessage"], alg: "CBC_MAC_8" });
    const recipients = [{ algorithm: RecipientAlgorithm.direct, key }];
    assert.strictEqual(
      thrownBy(() => createMac(crypto, { payload, algorithm: AES_MAC_128_64, recipients })),
      "COSE_KEY_USE",
    );
    destroy([key]);
  });

  it("HKDF on AES-CBC-MAC has a key of the algorithm's length", () => {
    const { to, keys } = sidesOf(RecipientAlgorithm.direct_HKDF_AES_256);
    const recipients = [{ ...to, algorithm: RecipientAlgorithm.direct_HKDF_AES_128 }];
    assert.strictEqual(
      thrownBy(() => createMac(crypto, { payload, algorithm: HMAC_256, recipients })),
      "COSE_KEY_USE",
    );
    destroy(keys);
  });

  it("what is hashed and not sent has to be the same on both sides", () => {
    const context = {
      partyU: { identity: Uint8Array.of(1), nonce: 7, other: Uint8Array.of(2) },
      partyV: { identity: Uint8Array.of(3), nonce: Uint8Array.of(4), other: Uint8Array.of(5) },
      suppPubOther: Uint8Array.of(6),
      suppPrivInfo: Uint8Array.of(8),
    };
    const { to, own, keys } = sidesOf(RecipientAlgorithm.direct_HKDF_SHA_256);
    const mac = createMac(crypto, { payload, algorithm: HMAC_256, recipients: [{ ...to, salt: kid, context }] });
    assert.strictEqual(encodeHex(verifyMac(crypto, { ...own, context }, mac).payload), CONTENT);
    const others = [
      {},
      { ...context, partyU: { ...context.partyU, nonce: 8 } },
      { ...context, partyU: { ...context.partyU, other: Uint8Array.of(1) } },
      { ...context, partyV: { ...context.partyV, identity: Uint8Array.of(1) } },
      { ...context, partyV: context.partyU },
      { ...context, suppPubOther: Uint8Array.of(1) },
      { ...context, suppPrivInfo: Uint8Array.of(1) },
    ];
    for (const other of others) {
      assert.strictEqual(
        thrownBy(() => verifyMac(crypto, { ...own, context: other }, mac)),
        "PSA_ERROR_INVALID_SIGNATURE",
      );
    }
    destroy(keys);
  });

  it("ECDH-SS has a nonce of its own in each message, unless the sender gave one or a salt", () => {
    const { to, own, keys } = sidesOf(RecipientAlgorithm.ECDH_SS_HKDF_256);
    const make = (more: Partial<RecipientOptions>) =>
      createEncrypt(crypto, { plaintext: payload, algorithm: A128GCM, iv, recipients: [{ ...to, ...more }] }).message;
    const nonceOf = (message: Uint8Array) =>
      parseEncryptHeaders(message).recipients[0]?.unprotectedHeader.get(KdfLabel.partyUNonce) as Uint8Array;
    const [first, second] = [nonceOf(make({})), nonceOf(make({}))];
    assert.strictEqual(first.length, 32);
    assert.notStrictEqual(encodeHex(first), encodeHex(second));
    assert.isUndefined(nonceOf(make({ salt: kid })));
    const message = make({});
    const { senderPublicKey: _, ...unknown } = own;
    assert.strictEqual(encodeHex(decryptEncrypt(crypto, unknown, message).plaintext), CONTENT);
    const forgotten = { ...own, senderPublicKey: undefined } as unknown as typeof own;
    assert.strictEqual(
      thrownBy(() => decryptEncrypt(crypto, forgotten, message)),
      "TypeError",
    );
    const stranger = crypto.generateKey(P256);
    const wrong = { ...own, senderPublicKey: crypto.exportPublicKey(stranger) };
    assert.strictEqual(
      thrownBy(() => decryptEncrypt(crypto, wrong, message)),
      "PSA_ERROR_INVALID_SIGNATURE",
    );
    destroy([...keys, stranger]);
  });

  it("accepts the recipient algorithms that the caller lists, and no other", () => {
    const { to, own, keys } = sidesOf(RecipientAlgorithm.A128KW);
    const mac = createMac(crypto, { payload, algorithm: HMAC_256, recipients: [to] });
    const outcome = (recipientAlgorithms: number[]) =>
      thrownBy(() => verifyMac(crypto, { ...own, recipientAlgorithms }, mac));
    assert.strictEqual(outcome([RecipientAlgorithm.A128KW]), "nothing");
    assert.strictEqual(outcome([RecipientAlgorithm.A256KW]), "COSE_ALG_NOT_ALLOWED");
    assert.strictEqual(outcome([]), "COSE_ALG_NOT_ALLOWED");
    assert.strictEqual(outcome(`${RecipientAlgorithm.A128KW}` as unknown as number[]), "TypeError");
    destroy(keys);
  });
});
