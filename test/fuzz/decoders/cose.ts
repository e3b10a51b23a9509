// SPDX-License-Identifier: Apache-2.0
/** COSE messages without recipients. Whatever the damage: what is accepted says what its maker said. */
import type { Crypto, KeyId } from "../../../sdk/contracts/crypto.js";
import { CoseAlgorithm } from "../../../sdk/cose/algorithms.js";
import { createEncrypt0, decryptEncrypt0 } from "../../../sdk/cose/encrypt0.js";
import type { HeaderMap } from "../../../sdk/cose/headers.js";
import { createMac0, verifyMac0 } from "../../../sdk/cose/mac0.js";
import { createSign, verifySign } from "../../../sdk/cose/sign.js";
import { createSign1, verifySign1 } from "../../../sdk/cose/sign1.js";
import type { Decoder } from "./decoder.js";
import { AAD, KID, messageDecoder, PAYLOAD, SECRET } from "./message.js";

function signingKey(crypto: Crypto): KeyId {
  const usage = ["signMessage", "verifyMessage"] as const;
  return crypto.importKey(
    { type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage, alg: "DETERMINISTIC_ECDSA_SHA_256" },
    SECRET,
  );
}

function sign1Decoders(crypto: Crypto): Decoder[] {
  const key = signingKey(crypto);
  const options = { algorithm: CoseAlgorithm.ES256, payload: PAYLOAD, kid: KID };
  const protectedHeader: HeaderMap = new Map([[3, "text/plain"]]);
  const detached = { ...options, protectedHeader, detached: true, externalAad: AAD };
  const reading = { externalAad: AAD, detachedPayload: PAYLOAD };
  return [
    messageDecoder("COSE_Sign1", createSign1(crypto, key, options), true, (bytes) => {
      const { payload, protectedHeader } = verifySign1(crypto, key, bytes);
      return { content: payload, protectedHeader };
    }),
    messageDecoder("COSE_Sign1, detached", createSign1(crypto, key, detached), true, (bytes) => {
      const { payload, protectedHeader } = verifySign1(crypto, key, bytes, reading);
      return { content: payload, protectedHeader };
    }),
  ];
}

function mac0Decoder(crypto: Crypto): Decoder {
  const usage = ["signMessage", "verifyMessage"] as const;
  const key = crypto.importKey({ type: "HMAC", bits: 256, usage, alg: "HMAC_SHA_256" }, SECRET);
  const options = { algorithm: CoseAlgorithm.HMAC_256, payload: PAYLOAD, kid: KID, externalAad: AAD };
  return messageDecoder("COSE_Mac0", createMac0(crypto, key, options), false, (bytes) => {
    const { payload, protectedHeader } = verifyMac0(crypto, key, bytes, { externalAad: AAD });
    return { content: payload, protectedHeader };
  });
}

function encrypt0Decoder(crypto: Crypto): Decoder {
  const usage = ["encrypt", "decrypt"] as const;
  const key = crypto.importKey({ type: "AES", bits: 128, usage, alg: "CCM" }, SECRET.subarray(0, 16));
  const iv = SECRET.subarray(0, 13);
  const options = { algorithm: CoseAlgorithm.AES_CCM_16_128_128, plaintext: PAYLOAD, iv, externalAad: AAD };
  return messageDecoder("COSE_Encrypt0", createEncrypt0(crypto, key, options).message, false, (bytes) => {
    const { plaintext, protectedHeader } = decryptEncrypt0(crypto, key, bytes, { externalAad: AAD });
    return { content: plaintext, protectedHeader };
  });
}

/** Two signers, of whom the second is asked for. */
function signDecoder(crypto: Crypto): Decoder {
  const key = signingKey(crypto);
  const signer = { key, algorithm: CoseAlgorithm.ES256 };
  const protectedHeader: HeaderMap = new Map([[3, "text/plain"]]);
  const signers = [signer, { ...signer, kid: KID, externalAad: AAD }];
  return messageDecoder(
    "COSE_Sign",
    createSign(crypto, { payload: PAYLOAD, protectedHeader, signers }),
    true,
    (bytes) => {
      const { payload, protectedHeader, signer } = verifySign(crypto, key, bytes, { which: KID, externalAad: AAD });
      return { content: payload, protectedHeader, signerHeader: signer.protectedHeader };
    },
  );
}

export function coseDecoders(crypto: Crypto): Decoder[] {
  return [...sign1Decoders(crypto), signDecoder(crypto), mac0Decoder(crypto), encrypt0Decoder(crypto)];
}
