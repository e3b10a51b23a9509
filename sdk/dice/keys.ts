// SPDX-License-Identifier: Apache-2.0
/** Key pairs and identifiers of the Open Profile for DICE v2.6, section "Cryptography", with HKDF-SHA-512 and P-256. */
import { requireBytes } from "../bytes/bytes.js";
import { decodeHex } from "../bytes/hex.js";
import { encodeUtf8 } from "../bytes/utf8.js";
import type { Crypto, KeyAttributes, KeyId } from "../contracts/crypto.js";

/** Section "Salt", in hexadecimal: bytes made at the top level would be in a board's RAM. */
const ASYM_SALT =
  "63b6a04d2c077fc10f639f21da793844356cc2b0b441b3a77124035c03f8e1be" +
  "6035d31f282821a7450a02222ab1b3cff1679b05ab1ca5d1affb789ccd2b0b3b";
const ID_SALT =
  "dbdbaebc8020da9ff0dd5a24c83aa5a54286dfc263031e329b4da148430659fe" +
  "62cdb5b7e1e00fc680306711eb444af77209359496fcff1db9520ba51c7b29ea";

const EXTRACT = "HKDF_EXTRACT_SHA_512";
const EXPAND = "HKDF_EXPAND_SHA_512";
const ID_LENGTH = 20;
const UNCOMPRESSED = 0x04;
const POINT_LENGTH = 65;

const KEY_PAIR: KeyAttributes = Object.freeze({
  type: "ECC_KEY_PAIR_SECP_R1",
  bits: 256,
  usage: Object.freeze(["signMessage"] as const),
  alg: "DETERMINISTIC_ECDSA_SHA_256",
} as const);

/** HKDF from a handle; the PRK is destroyed again. */
function derive<Result>(
  crypto: Pick<Crypto, "hkdfExtract" | "destroyKey">,
  salt: string,
  secret: KeyId,
  usage: KeyAttributes["usage"],
  expand: (prk: KeyId) => Result,
): Result {
  const attributes: KeyAttributes = { type: "DERIVE", bits: 512, usage, alg: EXPAND };
  const prk = crypto.hkdfExtract(EXTRACT, decodeHex(salt), secret, attributes);
  try {
    return expand(prk);
  } finally {
    crypto.destroyKey(prk);
  }
}

/**
 * Derives the key pair that belongs to a UDS or to an attestation CDI: ASYM_KDF.
 * @param secret - a DERIVE key of 256 bits that allows `derive` and HKDF_EXTRACT_SHA_512.
 * @returns A volatile P-256 key pair for `signMessage`; the caller destroys it.
 * @throws SecurityError - what `hkdfExtract` and `hkdfExpand` throw.
 */
export function deriveDiceKey(crypto: Pick<Crypto, "hkdfExtract" | "hkdfExpand" | "destroyKey">, secret: KeyId): KeyId {
  return derive(crypto, ASYM_SALT, secret, ["derive"], (prk) =>
    crypto.hkdfExpand(prk, encodeUtf8("Key Pair"), KEY_PAIR),
  );
}

/**
 * The identifier that certificates have in the place of names: UDS_ID or CDI_ID.
 * @param publicKey - 0x04‖x‖y, 65 bytes.
 * @returns 20 bytes, the first bit 0. In CBOR certificates it stands as hexadecimal in lower case.
 * @throws RangeError - a key of another length or form.
 * @throws SecurityError - what the crypto throws.
 */
export function diceIdentifier(
  crypto: Pick<Crypto, "importKey" | "hkdfExtract" | "hkdfExpandBytes" | "destroyKey">,
  publicKey: Uint8Array,
): Uint8Array {
  requireBytes(publicKey, "publicKey");
  if (publicKey.length !== POINT_LENGTH || publicKey[0] !== UNCOMPRESSED) {
    throw new RangeError("publicKey: expected 65 bytes that begin with 0x04");
  }
  const coordinates = publicKey.subarray(1);
  const attributes: KeyAttributes = { type: "DERIVE", bits: 8 * coordinates.length, usage: ["derive"], alg: EXTRACT };
  const key = crypto.importKey(attributes, coordinates);
  try {
    const identifier = derive(crypto, ID_SALT, key, ["derive", "deriveBytes"], (prk) =>
      crypto.hkdfExpandBytes(prk, encodeUtf8("ID"), ID_LENGTH),
    );
    identifier[0] = (identifier[0] as number) & 0x7f;
    return identifier;
  } finally {
    crypto.destroyKey(key);
  }
}
