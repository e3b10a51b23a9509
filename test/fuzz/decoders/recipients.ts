// SPDX-License-Identifier: Apache-2.0
/** COSE messages with recipients: one for each way to a content key, of which there is an entry in WAYS. */
import type { Crypto, KeyAttributes } from "../../../sdk/contracts/crypto.js";
import { CoseAlgorithm } from "../../../sdk/cose/algorithms.js";
import { createEncrypt, decryptEncrypt } from "../../../sdk/cose/encrypt.js";
import { createMac, verifyMac } from "../../../sdk/cose/mac.js";
import { RecipientAlgorithm } from "../../../sdk/cose/recipient-algorithms.js";
import type { RecipientOptions } from "../../../sdk/cose/recipient-make.js";
import type { RecipientKey } from "../../../sdk/cose/recipient-open.js";
import type { Decoder } from "./decoder.js";
import { AAD, KID, messageDecoder, PAYLOAD, SECRET } from "./message.js";

interface Sides {
  readonly to: RecipientOptions;
  readonly own: RecipientKey;
}

const SHARED: Readonly<Record<string, KeyAttributes>> = Object.freeze({
  A128KW: { type: "AES", bits: 128, usage: ["wrap", "unwrap"], alg: "KW" },
  direct_HKDF_SHA_256: { type: "DERIVE", bits: 256, usage: ["derive"], alg: "HKDF_EXTRACT_SHA_256" },
  direct_HKDF_AES_128: { type: "AES", bits: 128, usage: ["derive"], alg: "HKDF_EXPAND_AES_CBC_MAC" },
});
const P256 = { type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage: ["derive"], alg: "ECDH" } as const;
const X25519 = { type: "ECC_KEY_PAIR_MONTGOMERY", bits: 255, usage: ["derive"], alg: "ECDH" } as const;

function shared(crypto: Crypto, name: "A128KW" | "direct_HKDF_SHA_256" | "direct_HKDF_AES_128"): Sides {
  const attributes = SHARED[name] as KeyAttributes;
  const key = crypto.importKey(attributes, SECRET.subarray(0, attributes.bits / 8));
  return { to: { algorithm: RecipientAlgorithm[name], key, kid: KID }, own: { key, which: KID } };
}

function agreed(crypto: Crypto, algorithm: number, pair: KeyAttributes): Sides {
  const key = crypto.importKey(pair, SECRET);
  return { to: { algorithm, publicKey: crypto.exportPublicKey(key), kid: KID }, own: { key, which: KID } };
}

/** The sender's key is the recipient's own: enough to read it from a message. */
function agreedStatic(crypto: Crypto): Sides {
  const { to, own } = agreed(crypto, RecipientAlgorithm.ECDH_SS_HKDF_256, P256);
  const senderPublicKey = to.publicKey as Uint8Array;
  return { to: { ...to, key: own.key }, own: { ...own, senderPublicKey } };
}

const WAYS: readonly [name: string, isSlow: boolean, sides: (crypto: Crypto) => Sides][] = [
  ["A128KW", false, (crypto) => shared(crypto, "A128KW")],
  ["direct+HKDF-SHA-256", false, (crypto) => shared(crypto, "direct_HKDF_SHA_256")],
  ["direct+HKDF-AES-128", false, (crypto) => shared(crypto, "direct_HKDF_AES_128")],
  ["ECDH-ES+HKDF-256", true, (crypto) => agreed(crypto, RecipientAlgorithm.ECDH_ES_HKDF_256, P256)],
  ["ECDH-ES+A128KW, X25519", true, (crypto) => agreed(crypto, RecipientAlgorithm.ECDH_ES_A128KW, X25519)],
  ["ECDH-SS+HKDF-256", true, agreedStatic],
];

function encryptDecoder(crypto: Crypto, name: string, isSlow: boolean, { to, own }: Sides): Decoder {
  const iv = SECRET.subarray(0, 12);
  const options = { plaintext: PAYLOAD, algorithm: CoseAlgorithm.A128GCM, iv, externalAad: AAD, recipients: [to] };
  const { message } = createEncrypt(crypto, options);
  return messageDecoder(`COSE_Encrypt, ${name}`, message, isSlow, (bytes) => {
    const { plaintext, protectedHeader } = decryptEncrypt(crypto, own, bytes, { externalAad: AAD });
    return { content: plaintext, protectedHeader };
  });
}

function macDecoder(crypto: Crypto, name: string, isSlow: boolean, { to, own }: Sides): Decoder {
  const options = { payload: PAYLOAD, algorithm: CoseAlgorithm.HMAC_256, externalAad: AAD, recipients: [to] };
  return messageDecoder(`COSE_Mac, ${name}`, createMac(crypto, options), isSlow, (bytes) => {
    const { payload, protectedHeader } = verifyMac(crypto, own, bytes, { externalAad: AAD });
    return { content: payload, protectedHeader };
  });
}

/** COSE_Encrypt and COSE_Mac by turns. */
export function recipientDecoders(crypto: Crypto): Decoder[] {
  return WAYS.map(([name, isSlow, sides], i) => {
    const make = i % 2 === 0 ? encryptDecoder : macDecoder;
    return make(crypto, name, isSlow, sides(crypto));
  });
}
