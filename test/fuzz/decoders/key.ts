// SPDX-License-Identifier: Apache-2.0
/** COSE_Key. No signature protects one: another may come out, but then it is written, read and imported as that one. */
import { encodeHex } from "../../../sdk/bytes/hex.js";
import type { Crypto } from "../../../sdk/contracts/crypto.js";
import { type CoseKey, encodeKey, KeyOperation, parseKey } from "../../../sdk/cose/key.js";
import { importPublicKey } from "../../../sdk/cose/key-import.js";
import { type Decoder, Finding } from "./decoder.js";
import { KID, SECRET } from "./message.js";

const UNCOMPRESSED_LENGTH = 65;

function samples(publicKey: Uint8Array): CoseKey[] {
  const compressed = publicKey.slice(0, 33);
  compressed[0] = 2 + ((publicKey[64] as number) & 1);
  return [
    { kty: "EC2", crv: "P-256", publicKey, kid: KID, alg: -7, keyOps: [KeyOperation.verify] },
    { kty: "EC2", crv: "P-256", publicKey: compressed },
    { kty: "EC2", crv: "P-256", publicKey, d: SECRET },
    { kty: "OKP", crv: "X25519", publicKey: SECRET },
    { kty: "Symmetric", k: SECRET, kid: KID },
  ];
}

/** Of a private, symmetric or X25519 key it is a refusal. */
function checkImported(crypto: Crypto, bytes: Uint8Array, { kty, publicKey }: Exclude<CoseKey, { k: unknown }>): void {
  const key = importPublicKey(crypto, bytes);
  const imported = crypto.exportPublicKey(key);
  crypto.destroyKey(key);
  const isComparable = kty === "OKP" || publicKey?.length === UNCOMPRESSED_LENGTH;
  if (isComparable && encodeHex(imported) !== encodeHex(publicKey as Uint8Array))
    throw new Finding("imported as another");
}

export function keyDecoder(crypto: Crypto): Decoder {
  const usage = ["signMessage"] as const;
  const alg = "DETERMINISTIC_ECDSA_SHA_256";
  const pair = crypto.importKey({ type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage, alg }, SECRET);
  const publicKey = crypto.exportPublicKey(pair);
  crypto.destroyKey(pair);
  return {
    name: "COSE_Key",
    samples: samples(publicKey).map(encodeKey),
    isSlow: true,
    check(bytes) {
      const found = parseKey(bytes);
      const names = [found.alg, ...(found.keyOps ?? [])];
      if (names.some((name) => typeof name === "number" && !Number.isSafeInteger(name))) {
        throw new Finding("a float stands for an integer");
      }
      const written = encodeKey(found);
      const again = encodeHex(encodeKey(parseKey(written)));
      if (again !== encodeHex(written)) throw new Finding(`${encodeHex(written)} is read as ${again}`);
      if (found.kty !== "Symmetric" && found.d === undefined && found.crv !== "X25519")
        checkImported(crypto, bytes, found);
    },
  };
}
