// SPDX-License-Identifier: Apache-2.0
/** Runs one Wycheproof case on a crypto back-end. Portable: a case is plain data, which boards are given too (files.ts). */
import { concatBytes } from "../../../sdk/bytes/bytes.js";
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import type {
  AeadAlg,
  Crypto,
  HkdfExtractAlg,
  HmacAlg,
  KeyAttributes,
  KeyId,
  MacAlg,
} from "../../../sdk/contracts/crypto.js";
import { hashBytes, hashOf, isKnownAlg } from "../../../sdk/crypto/arguments.js";
import {
  encodeEcdsaSigValue,
  encodeSubjectPublicKeyInfo,
  parseEcdsaSigValue,
  parseSubjectPublicKeyInfo,
} from "../../../sdk/crypto/der.js";
import { judge, mustThrow, type Outcome } from "../outcome.js";

interface Base {
  readonly tcId: number;
  readonly result: "valid" | "invalid" | "acceptable";
  readonly flags: readonly string[];
}

/** All byte strings are hexadecimal. */
export type WycheproofCase = Base &
  (
    | {
        kind: "aead";
        cipher: "GCM" | "CCM" | "CHACHA20_POLY1305";
        key: string;
        iv: string;
        aad: string;
        msg: string;
        ct: string;
        tag: string;
      }
    | { kind: "mac"; alg: HmacAlg; key: string; msg: string; tag: string }
    | { kind: "hkdf"; hash: "SHA_256" | "SHA_512"; ikm: string; salt: string; info: string; size: number; okm: string }
    | { kind: "wrap"; key: string; msg: string; ct: string }
    | { kind: "eddsa"; publicKey: string; msg: string; sig: string }
    | { kind: "ecdsa"; isDer?: true; publicKey: string; msg: string; sig: string }
    | { kind: "ecdh"; isDer?: true; curve: "P-256" | "X25519"; public: string; private: string; shared: string }
  );

/** "acceptable" there: a machine may take it or not; where that is so, the runner says. */
function isValid({ result }: WycheproofCase): boolean {
  return result !== "invalid";
}

function using<T>(crypto: Crypto, key: KeyId, use: (key: KeyId) => T): T {
  try {
    return use(key);
  } finally {
    crypto.destroyKey(key);
  }
}

/** The algorithm whose tags are as long as this case's; undefined where the contract has none. */
function macAlgOf({ alg, tag }: WycheproofCase & { kind: "mac" }): MacAlg | undefined {
  const bytes = tag.length / 2;
  const truncated = `${alg}_${bytes}`;
  if (bytes === hashBytes(hashOf(alg))) return alg;
  return isKnownAlg(truncated) ? (truncated as MacAlg) : undefined;
}

/** Why the contract does not offer what a case needs; undefined where it does. */
function outsideContract(c: WycheproofCase): string | undefined {
  if (c.kind === "aead") {
    const [nonce, tag, ccm] = [c.iv.length / 2, c.tag.length / 2, c.cipher === "CCM"];
    if (tag !== 16 && !(ccm && [4, 6, 8, 10, 12, 14].includes(tag))) return `${c.cipher} with a tag of ${tag} bytes`;
    const [min, max] = ccm ? [7, 13] : c.cipher === "GCM" ? [1, 128] : [12, 12];
    if (nonce < min || nonce > max) return `${c.cipher} with a nonce of ${nonce} bytes`;
  }
  if (c.kind === "mac" && macAlgOf(c) === undefined) return `${c.alg} with a tag of ${c.tag.length / 2} bytes`;
  return undefined;
}

function runAead(crypto: Crypto, c: WycheproofCase & { kind: "aead" }): Outcome {
  const short = c.cipher === "CCM" && c.tag.length < 32 && outsideContract(c) === undefined;
  const alg = (short ? `CCM_${c.tag.length / 2}` : c.cipher) as AeadAlg;
  const attributes: KeyAttributes = {
    type: c.cipher === "CHACHA20_POLY1305" ? "CHACHA20" : "AES",
    bits: 4 * c.key.length,
    usage: ["encrypt", "decrypt"],
    alg,
  };
  const [iv, aad, msg] = [decodeHex(c.iv), decodeHex(c.aad), decodeHex(c.msg)];
  const sealed = concatBytes(decodeHex(c.ct), decodeHex(c.tag));
  return using(crypto, crypto.importKey(attributes, decodeHex(c.key)), (key) => {
    if (outsideContract(c)) return mustThrow(() => crypto.aeadDecrypt(key, alg, iv, aad, sealed));
    const opened = judge(isValid(c), c.msg, () => encodeHex(crypto.aeadDecrypt(key, alg, iv, aad, sealed)));
    if (opened.kind !== "passed" || c.result === "invalid") return opened;
    return judge(isValid(c), c.ct + c.tag, () => encodeHex(crypto.aeadEncrypt(key, alg, iv, aad, msg)));
  });
}

function runMac(crypto: Crypto, c: WycheproofCase & { kind: "mac" }): Outcome {
  const alg = macAlgOf(c) ?? c.alg;
  const attributes: KeyAttributes = {
    type: "HMAC",
    bits: 4 * c.key.length,
    usage: ["signMessage", "verifyMessage"],
    alg,
  };
  return using(crypto, crypto.importKey(attributes, decodeHex(c.key)), (key) => {
    const verify = () => {
      crypto.macVerify(key, alg, decodeHex(c.msg), decodeHex(c.tag));
      return "";
    };
    const computed = encodeHex(crypto.macCompute(key, alg, decodeHex(c.msg)));
    if (outsideContract(c)) return mustThrow(verify);
    const verified = judge(isValid(c), "", verify);
    return verified.kind === "passed" && c.result === "valid" ? judge(isValid(c), c.tag, () => computed) : verified;
  });
}

function runWrap(crypto: Crypto, c: WycheproofCase & { kind: "wrap" }): Outcome {
  const kek: KeyAttributes = { type: "AES", bits: 4 * c.key.length, usage: ["wrap", "unwrap"], alg: "KW" };
  const [msg, ct] = [decodeHex(c.msg), decodeHex(c.ct)];
  // Its policy does not matter: bytes of any length, which may be looked at.
  const content = (bytes: number): KeyAttributes => ({
    ...{ type: "RAW_DATA", bits: 8 * bytes, usage: ["export"], alg: "HKDF_EXTRACT_SHA_256" },
  });
  return using(crypto, crypto.importKey(kek, decodeHex(c.key)), (key) => {
    const unwrap = () =>
      using(crypto, crypto.unwrapKey(content(Math.max(ct.length - 8, 1)), key, "KW", ct), (k) =>
        encodeHex(crypto.exportKey(k)),
      );
    // Keys of one semiblock are "acceptable" there; RFC 3394 §2 wraps two at least.
    if (c.flags.includes("ShortKey")) return judge(false, "", unwrap);
    const unwrapped = judge(isValid(c), c.msg, unwrap);
    if (unwrapped.kind !== "passed" || c.result === "invalid") return unwrapped;
    const wrap = (k: KeyId) => encodeHex(crypto.wrapKey(key, "KW", k));
    return judge(isValid(c), c.ct, () => using(crypto, crypto.importKey(content(msg.length), msg), wrap));
  });
}

function runHkdf(crypto: Crypto, c: WycheproofCase & { kind: "hkdf" }): Outcome {
  const extract: HkdfExtractAlg = `HKDF_EXTRACT_${c.hash}`;
  const ikm: KeyAttributes = { type: "DERIVE", bits: 4 * c.ikm.length, usage: ["derive"], alg: extract };
  const prk: KeyAttributes = {
    type: "DERIVE",
    bits: c.hash === "SHA_256" ? 256 : 512,
    usage: ["derive", "deriveBytes"],
    alg: `HKDF_EXPAND_${c.hash}`,
  };
  return using(crypto, crypto.importKey(ikm, decodeHex(c.ikm)), (secret) =>
    using(crypto, crypto.hkdfExtract(extract, decodeHex(c.salt), secret, prk), (key) => {
      const use = () => encodeHex(crypto.hkdfExpandBytes(key, decodeHex(c.info), c.size));
      return c.result === "invalid" ? mustThrow(use) : judge(isValid(c), c.okm, use);
    }),
  );
}

/** @throws Error - what was read is written otherwise, which strict DER rules out. */
function publicKeyOf(encoded: string, isDer: true | undefined): Uint8Array {
  const bytes = decodeHex(encoded);
  if (!isDer) return bytes;
  const { crv, publicKey } = parseSubjectPublicKeyInfo(bytes);
  if (encodeHex(encodeSubjectPublicKeyInfo(crv, publicKey)) !== encoded) throw new Error("written otherwise than read");
  return publicKey;
}

function runEcdsa(crypto: Crypto, c: WycheproofCase & { kind: "ecdsa" }): Outcome {
  const alg = "DETERMINISTIC_ECDSA_SHA_256";
  const attributes: KeyAttributes = { type: "ECC_PUBLIC_KEY_SECP_R1", bits: 256, usage: ["verifyHash"], alg };
  return using(crypto, crypto.importKey(attributes, publicKeyOf(c.publicKey, c.isDer)), (key) => {
    const message = decodeHex(c.msg);
    const signature = () => (c.isDer ? parseEcdsaSigValue(decodeHex(c.sig)) : decodeHex(c.sig));
    const encoded = (bytes: Uint8Array) => encodeHex(c.isDer ? encodeEcdsaSigValue(bytes) : bytes);
    const whole = judge(isValid(c), c.sig, () => {
      crypto.verifyMessage(key, alg, message, signature());
      return encoded(signature());
    });
    if (whole.kind !== "passed") return whole;
    return judge(isValid(c), "", () => {
      crypto.verifyHash(key, alg, crypto.hashCompute("SHA_256", message), signature());
      return "";
    });
  });
}

function runEddsa(crypto: Crypto, c: WycheproofCase & { kind: "eddsa" }): Outcome {
  const alg = "PURE_EDDSA";
  const attributes: KeyAttributes = {
    type: "ECC_PUBLIC_KEY_TWISTED_EDWARDS",
    bits: 255,
    usage: ["verifyMessage"],
    alg,
  };
  return using(crypto, crypto.importKey(attributes, decodeHex(c.publicKey)), (key) =>
    judge(isValid(c), "", () => {
      crypto.verifyMessage(key, alg, decodeHex(c.msg), decodeHex(c.sig));
      return "";
    }),
  );
}

/** "acceptable" there and refused here: all-zero secrets, what is not strictly DER, and curves by their parameters. */
const REFUSED: readonly string[] = Object.freeze(["ZeroSharedSecret", "InvalidAsn", "UnnamedCurve"]);
/** DER_UNSUPPORTED among them: other curves. */
const DER_REFUSALS: readonly string[] = Object.freeze(["PSA_ERROR_INVALID_ARGUMENT", "PSA_ERROR_NOT_SUPPORTED"]);

function runEcdh(crypto: Crypto, c: WycheproofCase & { kind: "ecdh" }): Outcome {
  const p256 = c.curve === "P-256";
  const attributes: KeyAttributes = p256
    ? { type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage: ["derive"], alg: "ECDH" }
    : { type: "ECC_KEY_PAIR_MONTGOMERY", bits: 255, usage: ["derive"], alg: "ECDH" };
  const secret: KeyAttributes = { type: "DERIVE", bits: 256, usage: ["export"], alg: "HKDF_EXTRACT_SHA_256" };
  // The private scalar is an integer in two's complement there: fixed to 32 bytes.
  const scalar = p256 ? c.private.replace(/^0+/, "").padStart(64, "0") : c.private;
  return using(crypto, crypto.importKey(attributes, decodeHex(scalar)), (key) => {
    const agree = () => {
      const made = crypto.keyAgreement(key, publicKeyOf(c.public, c.isDer), secret);
      return using(crypto, made, (k) => encodeHex(crypto.exportKey(k)));
    };
    const isRefused = c.result === "invalid" || c.flags.some((flag) => REFUSED.includes(flag));
    return judge(!isRefused, c.shared, agree, c.isDer ? DER_REFUSALS : undefined);
  });
}

export function runWycheproof(crypto: Crypto, c: WycheproofCase): Outcome {
  if (c.kind === "eddsa" && !crypto.supports("PURE_EDDSA")) return { kind: "unsupported", text: "no Ed25519 here" };
  const reason = outsideContract(c);
  if (reason !== undefined && c.result !== "invalid") return { kind: "unsupported", text: reason };
  if (c.kind === "aead") return runAead(crypto, c);
  if (c.kind === "mac") return runMac(crypto, c);
  if (c.kind === "hkdf") return runHkdf(crypto, c);
  if (c.kind === "wrap") return runWrap(crypto, c);
  if (c.kind === "eddsa") return runEddsa(crypto, c);
  if (c.kind === "ecdsa") return runEcdsa(crypto, c);
  return runEcdh(crypto, c);
}
