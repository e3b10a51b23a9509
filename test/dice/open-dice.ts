// SPDX-License-Identifier: Apache-2.0
/** The Open Profile for DICE v2.6 by Node's crypto, from its text: a second computation beside ours. */
import {
  createECDH,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  type KeyObject,
} from "node:crypto";

/** What open-dice's known values are computed from: hexadecimal. */
export interface Layer {
  readonly cdi_attest: string;
  readonly cdi_seal: string;
  readonly code_hash: string;
  readonly config_value: string;
  readonly authority_hash: string;
  readonly mode: number;
  readonly hidden: string;
}

export interface Cdis {
  readonly attest: string;
  readonly seal: string;
}

export type Curve = "Ed25519" | "P-256" | "P-384";

const ASYM_SALT =
  "63B6A04D2C077FC10F639F21DA793844356CC2B0B441B3A77124035C03F8E1BE6035D31F282821A7450A02222AB1B3CFF1679B05AB1CA5D1AFFB789CCD2B0B3B";
const ID_SALT =
  "DBDBAEBC8020DA9FF0DD5A24C83AA5A54286DFC263031E329B4DA148430659FE62CDB5B7E1E00FC680306711EB444AF77209359496FCFF1DB9520BA51C7B29EA";
/** PKCS #8 of Ed25519 (RFC 8410 §7), before the key. */
const ED25519_HEAD = "302e020100300506032b657004220420";
const EC = { "P-256": { name: "prime256v1", bytes: 32 }, "P-384": { name: "secp384r1", bytes: 48 } } as const;

function kdf(length: number, secret: Uint8Array, salt: Uint8Array, info: string): Buffer {
  return Buffer.from(hkdfSync("sha512", secret, salt, info, length));
}

/** §"Computing CDI Values". */
export function nextCdis({ cdi_attest, cdi_seal, code_hash, config_value, authority_hash, mode, hidden }: Layer): Cdis {
  const derive = (secret: string, info: string, ...inputs: readonly string[]): string => {
    const salt = createHash("sha512")
      .update(Buffer.from(inputs.join(""), "hex"))
      .digest();
    return kdf(32, Buffer.from(secret, "hex"), salt, info).toString("hex");
  };
  const rest = [authority_hash, mode.toString(16).padStart(2, "0"), hidden];
  return {
    attest: derive(cdi_attest, "CDI_Attest", code_hash, config_value, ...rest),
    seal: derive(cdi_seal, "CDI_Seal", ...rest),
  };
}

/** RFC 6979 §3.2, steps b to h, with HMAC-SHA-512; the first candidate is a scalar, but for one seed in 2^32. */
function scalarOf(seed: Uint8Array, length: number): Buffer {
  let k: Buffer = Buffer.alloc(64);
  let v: Buffer = Buffer.alloc(64, 1);
  const hmac = (...parts: readonly Uint8Array[]): Buffer =>
    createHmac("sha512", k).update(Buffer.concat(parts)).digest();
  for (const step of [0, 1]) {
    k = hmac(v, Buffer.of(step), seed);
    v = hmac(v);
  }
  return hmac(v).subarray(0, length);
}

/** ASYM_KDF. @returns The private key. */
export function keyPairOf(secret: string, curve: Curve): KeyObject {
  const seed = kdf(32, Buffer.from(secret, "hex"), Buffer.from(ASYM_SALT, "hex"), "Key Pair");
  if (curve === "Ed25519") {
    const key = Buffer.concat([Buffer.from(ED25519_HEAD, "hex"), seed]);
    return createPrivateKey({ key, format: "der", type: "pkcs8" });
  }
  const { name, bytes } = EC[curve];
  const scalar = scalarOf(seed, bytes);
  const pair = createECDH(name);
  pair.setPrivateKey(scalar);
  const point = pair.getPublicKey();
  const part = (from: number): string => point.subarray(from, from + bytes).toString("base64url");
  const jwk = { kty: "EC", crv: curve, d: scalar.toString("base64url"), x: part(1), y: part(1 + bytes) };
  return createPrivateKey({ key: jwk, format: "jwk" });
}

/** x‖y, or an Ed25519 public key. */
export function rawPublicKey(key: KeyObject): Buffer {
  const { x = "", y = "" } = createPublicKey(key).export({ format: "jwk" });
  return Buffer.concat([x, y].map((part) => Buffer.from(part, "base64url")));
}

/** UDS_ID or CDI_ID. */
export function identifierOf(key: KeyObject): string {
  const id = kdf(20, rawPublicKey(key), Buffer.from(ID_SALT, "hex"), "ID");
  id.writeUInt8(id.readUInt8(0) & 0x7f, 0);
  return id.toString("hex");
}
