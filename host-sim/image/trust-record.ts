// SPDX-License-Identifier: Apache-2.0
/** The trust record: which keys a device believes, signed by a root key (docs/formats/image.md). */
import { encodeSubjectPublicKeyInfo, parseSubjectPublicKeyInfo } from "../../sdk/crypto/der.js";
import { publicKeyOf } from "../keys/public-key.js";
import { ImageError } from "./error.js";
import { COUNTER_MAX, encodeHeader, ImageClass, TLV_PROTECTED_MAGIC, Tlv, tlv, tlvArea, uint32 } from "./format.js";
import { type ParsedImage, single } from "./parse.js";
import { type Signer, seal } from "./sign.js";

/** "TTR1". */
const FORMAT = 0x31525454;
export const TRUST_KEYS_MAX = 8;
const KEY_SIZE = 68;
const HEAD_SIZE = 12;
const POINT = Uint8Array.of(4);
const ROLES = Object.freeze({ image: 0x5ac36996, manifest: 0xa5963c69 } as const);

type TrustRole = keyof typeof ROLES;

const OTHER_ROOT = Object.freeze({ stays: 0x5a96c33c, revoked: 0xc3695aa5 } as const);

/** What becomes of the root key that did not sign: a device that takes the record revokes it, for good. */
export type OtherRoot = keyof typeof OTHER_ROOT;

export interface TrustKey {
  readonly role: TrustRole;
  /** 0x04‖x‖y. */
  readonly publicKey: Uint8Array;
}

export interface TrustRecord {
  /** 1 to 64. */
  readonly version: number;
  readonly keys: readonly TrustKey[];
  readonly otherRoot: OtherRoot;
  /** The root key that signed it, 0x04‖x‖y. */
  readonly root: Uint8Array;
}

function byOrder(a: TrustKey, b: TrustKey): number {
  return ROLES[a.role] - ROLES[b.role] || Buffer.compare(a.publicKey, b.publicKey);
}

function encodePayload(keys: readonly TrustKey[], otherRoot: OtherRoot): Buffer {
  const entries = [...keys].sort(byOrder).map(({ role, publicKey }) => [uint32(ROLES[role]), publicKey.subarray(1)]);
  return Buffer.concat([uint32(FORMAT), uint32(keys.length), uint32(OTHER_ROOT[otherRoot]), ...entries.flat()]);
}

/** @param keys - 1 to 8, none twice, in any order. */
export function makeTrustRecord(
  version: number,
  keys: readonly TrustKey[],
  root: Signer,
  otherRoot: OtherRoot = "stays",
): Buffer {
  const payload = encodePayload(keys, otherRoot);
  const entries = [tlv(Tlv.SEC_CNT, uint32(version)), tlv(Tlv.CLASS, uint32(ImageClass["trust record"]))];
  const protectedArea = tlvArea(TLV_PROTECTED_MAGIC, entries);
  const header = encodeHeader(payload.length, protectedArea.length, { major: 0, minor: 0, revision: 0, build: 0 });
  const identity = tlv(Tlv.PUBKEY, encodeSubjectPublicKeyInfo("P-256", root.publicKey));
  return seal(Buffer.concat([header, payload, protectedArea]), [identity], root);
}

/** The name that a number has in a table. */
function nameIn<T extends string>(table: Readonly<Record<T, number>>, value: number): T | undefined {
  return (Object.keys(table) as T[]).find((name) => table[name] === value);
}

function parsePayload(payload: Uint8Array): Pick<TrustRecord, "keys" | "otherRoot"> {
  const fail = (message: string): never => {
    throw new ImageError("IMAGE_E_RECORD", message);
  };
  const view = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  if (view.length < HEAD_SIZE || view.readUInt32LE(0) !== FORMAT) {
    return fail("the payload is no trust record of format TTR1");
  }
  const count = view.readUInt32LE(4);
  if (count < 1 || count > TRUST_KEYS_MAX) return fail(`expected 1 to ${TRUST_KEYS_MAX} keys, got ${count}`);
  if (view.length !== HEAD_SIZE + count * KEY_SIZE) return fail("the payload does not end with the last key");
  const otherRoot = nameIn(OTHER_ROOT, view.readUInt32LE(8));
  if (otherRoot === undefined) return fail("it does not say whether the other root key stays");
  const keys: TrustKey[] = [];
  for (let at = HEAD_SIZE; at < view.length; at += KEY_SIZE) {
    const role = nameIn(ROLES, view.readUInt32LE(at));
    if (role === undefined) return fail(`key ${keys.length + 1} has an unknown role`);
    const key = { role, publicKey: Buffer.concat([POINT, view.subarray(at + 4, at + KEY_SIZE)]) };
    const before = keys.at(-1);
    if (before !== undefined && byOrder(before, key) >= 0) return fail("the keys are not in ascending order");
    try {
      publicKeyOf(key.publicKey);
    } catch {
      return fail(`key ${keys.length + 1} is not a point of P-256`);
    }
    keys.push(key);
  }
  return { keys, otherRoot };
}

/**
 * What a record says. Whether its signature is that of a root key, verify.ts checks.
 * @throws ImageError IMAGE_E_RECORD, IMAGE_E_COUNTER, IMAGE_E_CLASS, IMAGE_E_KEY, IMAGE_E_TLV_MISSING
 */
export function parseTrustRecord(image: ParsedImage): TrustRecord {
  const kind = single(image.protectedTlvs, Tlv.CLASS);
  if (kind?.length !== 4 || !Buffer.from(kind).equals(uint32(ImageClass["trust record"]))) {
    throw new ImageError("IMAGE_E_CLASS", "this is no trust record", "`thimble keys create` makes one: trust.img.");
  }
  const counter = single(image.protectedTlvs, Tlv.SEC_CNT);
  const version = counter?.length === 4 ? Buffer.from(counter).readUInt32LE(0) : 0;
  if (version < 1 || version > COUNTER_MAX) {
    throw new ImageError(
      "IMAGE_E_COUNTER",
      `the version of a trust record is 1 to ${COUNTER_MAX}, this has ${version}`,
    );
  }
  const content = parsePayload(image.payload);
  const spki = single(image.tlvs, Tlv.PUBKEY);
  if (spki === undefined) throw new ImageError("IMAGE_E_TLV_MISSING", "the trust record does not have its root's key");
  try {
    const { crv, publicKey } = parseSubjectPublicKeyInfo(spki);
    if (crv === "P-256" && publicKey.length === 65) return { version, ...content, root: publicKey };
  } catch {
    // Said below.
  }
  throw new ImageError("IMAGE_E_KEY", "the key in the trust record is not one on P-256");
}
