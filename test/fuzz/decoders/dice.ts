// SPDX-License-Identifier: Apache-2.0
/** Claims of DICE certificates, as if they were rightly signed: what is accepted has all that the profile asks for. */
import { encodeHex } from "../../../sdk/bytes/hex.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import type { Crypto, KeyAttributes } from "../../../sdk/contracts/crypto.js";
import { CoseAlgorithm } from "../../../sdk/cose/algorithms.js";
import { HeaderLabel } from "../../../sdk/cose/headers.js";
import { verifySign1 } from "../../../sdk/cose/sign1.js";
import { parseClaims } from "../../../sdk/cwt/claims.js";
import { createDiceCertificate, DICE_INPUT_LENGTH, KEY_CERT_SIGN } from "../../../sdk/dice/certificate.js";
import { diceIdentifier } from "../../../sdk/dice/keys.js";
import { type DiceCertificate, type DiceVerifier, verifyDiceCertificate } from "../../../sdk/dice/verify.js";
import { type Decoder, Finding } from "./decoder.js";
import { SECRET } from "./message.js";

const PAIR: KeyAttributes = {
  ...{ type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage: ["signMessage", "verifyMessage"] },
  alg: "DETERMINISTIC_ECDSA_SHA_256",
};

/** A back-end that finds each signature right. */
function believing(crypto: Crypto): DiceVerifier {
  return {
    verifyMessage: () => undefined,
    exportPublicKey: (key) => crypto.exportPublicKey(key),
    importKey: (attributes, bytes) => crypto.importKey(attributes, bytes),
    hkdfExtract: (alg, salt, ikm, attributes) => crypto.hkdfExtract(alg, salt, ikm, attributes),
    hkdfExpandBytes: (prk, info, length) => crypto.hkdfExpandBytes(prk, info, length),
    hashCompute: (alg, input) => crypto.hashCompute(alg, input),
    destroyKey: (key) => crypto.destroyKey(key),
  };
}

function isWhole(crypto: Crypto, content: DiceCertificate): boolean {
  const { codeHash, authorityHash, configurationHash, configurationDescriptor } = content;
  const inputs = [codeHash, authorityHash, configurationHash ?? configurationDescriptor];
  const { mode, keyUsage, subject, subjectPublicKey } = content;
  return (
    inputs.every(({ length }) => length === DICE_INPUT_LENGTH) &&
    ["notConfigured", "normal", "debug", "recovery"].includes(mode) &&
    keyUsage === KEY_CERT_SIGN &&
    encodeHex(diceIdentifier(crypto, subjectPublicKey)) === subject
  );
}

export function diceDecoder(crypto: Crypto): Decoder {
  const key = crypto.importKey(PAIR, SECRET);
  const own = crypto.exportPublicKey(key);
  const next = crypto.importKey(PAIR, SECRET.slice().reverse());
  const subjectPublicKey = crypto.exportPublicKey(next);
  crypto.destroyKey(next);
  const configurationDescriptor = Uint8Array.of(0xa0);
  const measured = { codeHash: new Uint8Array(64), authorityHash: new Uint8Array(64).fill(1), subjectPublicKey };
  const samples = [
    { ...measured, configurationDescriptor: new Uint8Array(64), mode: "normal", profileName: "fuzz" } as const,
    {
      ...{ ...measured, codeDescriptor: Uint8Array.of(1), authorityDescriptor: Uint8Array.of(2) },
      ...{ configurationDescriptor, configurationHash: crypto.hashCompute("SHA_512", configurationDescriptor) },
      mode: "debug",
    } as const,
  ].map((options) => verifySign1(crypto, key, createDiceCertificate(crypto, key, options)).payload.slice());
  const issuer = encodeHex(diceIdentifier(crypto, own));
  const header = encodeCbor(new Map([[HeaderLabel.alg, CoseAlgorithm.ES256]]));
  return {
    name: "DICE claims",
    samples,
    isSlow: true,
    check(bytes) {
      const certificate = encodeCbor([header, new Map(), bytes, new Uint8Array(64)]);
      const content = verifyDiceCertificate(believing(crypto), key, certificate);
      const { iss, sub } = parseClaims(bytes);
      if (content.issuer !== issuer || iss !== issuer) throw new Finding(`accepted from ${iss}`);
      if (content.subject !== sub) throw new Finding(`accepted for ${sub}`);
      if (!isWhole(crypto, content)) throw new Finding("accepted, and not whole");
    },
  };
}
