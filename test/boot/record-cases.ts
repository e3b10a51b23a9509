// SPDX-License-Identifier: Apache-2.0
/** Trust records: which are believed, by which roots and from which version on, and each part as it must not be. */
import { type Case, NO_POLICY, type Policy } from "./cases.js";
import {
  CLASS,
  hashedPart,
  type ImageParts,
  image,
  type Listed,
  OTHER_ROOT,
  ROLE,
  recordPayload,
  recordTlvs,
  sha256,
  signatureTlvs,
  TLV,
  type Tlv,
  testSigner,
  u32,
} from "./maker.js";

const ROOT = testSigner("root");
const SPARE = testSigner("spare root");
const STRANGER = testSigner("strange root");
const VERSION = 3;

/** In the order of a record. */
function listed(...keys: readonly Listed[]): readonly Listed[] {
  return [...keys].sort(([role, point], [otherRole, other]) => role - otherRole || Buffer.compare(point, other));
}

const POINTS = Array.from({ length: 9 }, (_, i) => testSigner(`listed ${i}`).point);
const KEYS = listed(
  [ROLE.IMAGE, POINTS[0] as Buffer],
  [ROLE.IMAGE, POINTS[1] as Buffer],
  [ROLE.MANIFEST, POINTS[1] as Buffer],
);
const EIGHT = listed(...POINTS.slice(0, 8).map((point): Listed => [ROLE.IMAGE, point]));

const SEC_CNT: Tlv = [TLV.SEC_CNT, u32(VERSION)];
const RECORD: Tlv = [TLV.CLASS, u32(CLASS.TRUST)];

const POLICY: Policy = Object.freeze({
  ...NO_POLICY,
  leastCounter: VERSION,
  roots: [
    { hash: ROOT.keyHash, isValid: true },
    { hash: SPARE.keyHash, isValid: true },
  ],
} as const);
/** What is left when the first root is revoked. */
const REVOKED: Policy = {
  ...POLICY,
  roots: [
    { hash: ROOT.keyHash, isValid: false },
    { hash: SPARE.keyHash, isValid: true },
  ],
};

const parts = (change: Partial<ImageParts> = {}): ImageParts => ({
  payload: recordPayload(KEYS),
  version: [0, 0, 0, 0],
  protectedTlvs: [SEC_CNT, RECORD],
  ...change,
});

function record(change: Partial<ImageParts> = {}, root = ROOT): Buffer {
  const hashed = hashedPart(parts(change));
  return image(hashed, recordTlvs(hashed, root));
}

function behind(change: (tlvs: readonly Tlv[], hashed: Buffer) => readonly Tlv[]): Buffer {
  const hashed = hashedPart(parts());
  return image(hashed, change(recordTlvs(hashed, ROOT), hashed));
}

const withPayload = (payload: Uint8Array): Buffer => record({ payload });
const withKeys = (...keys: readonly Listed[]): Buffer => withPayload(recordPayload(keys));

interface Says {
  readonly policy?: Policy;
  readonly keys?: readonly Listed[];
  readonly version?: number;
  readonly otherRoot?: number;
  /** Index of the root key that signed. */
  readonly root?: 0 | 1;
}

function accepts(name: string, bytes: Buffer, says: Says = {}): Case {
  const { policy = POLICY, keys = KEYS, version = VERSION, otherRoot = OTHER_ROOT.STAYS, root = 0 } = says;
  return {
    name: `record: ${name}`,
    kind: "record",
    bytes,
    expected: "IMAGE_OK",
    values: [version, keys.length, otherRoot, root],
    policy: { ...policy, keys },
  };
}

function refuses(expected: string, name: string, bytes: Uint8Array, policy = POLICY): Case {
  return { name: `record: ${name}: ${expected}`, kind: "record", bytes, expected, policy };
}

const REVOKES = { payload: recordPayload(KEYS, undefined, undefined, OTHER_ROOT.REVOKED) };

function accepted(): Case[] {
  const one = KEYS.slice(0, 1);
  const version = (value: number): Buffer => record({ protectedTlvs: [[TLV.SEC_CNT, u32(value)], RECORD] });
  return [
    accepts("of the first root", record()),
    accepts("of the second root", record({}, SPARE), { root: 1 }),
    accepts("of the second root, with the first revoked", record({}, SPARE), { policy: REVOKED, root: 1 }),
    accepts("newer than the device's", record(), { policy: { ...POLICY, leastCounter: 2 } }),
    accepts("the first version on a new device", version(1), { policy: { ...POLICY, leastCounter: 0 }, version: 1 }),
    accepts("the last version", version(64), { version: 64 }),
    accepts("one key", withKeys(...one), { keys: one }),
    accepts("eight keys", withKeys(...EIGHT), { keys: EIGHT }),
    accepts("that revokes the second root", record(REVOKES), { otherRoot: OTHER_ROOT.REVOKED }),
    accepts("that revokes the first root", record(REVOKES, SPARE), { otherRoot: OTHER_ROOT.REVOKED, root: 1 }),
    accepts("of the second root, with the first revoked before", record(REVOKES, SPARE), {
      policy: REVOKED,
      otherRoot: OTHER_ROOT.REVOKED,
      root: 1,
    }),
  ];
}

/** A root's hash may be of anything; this is of 91 bytes that are not a P-256 key's. */
function otherCurve(): Case {
  const hashed = hashedPart(parts());
  const spki = Buffer.from(ROOT.spki);
  spki.writeUInt8(spki.readUInt8(22) ^ 1, 22);
  const tlvs = recordTlvs(hashed, ROOT).map(([type, value]): Tlv => [type, type === TLV.PUBKEY ? spki : value]);
  const policy = { ...POLICY, roots: [{ hash: sha256(spki), isValid: true }] };
  return refuses("IMAGE_E_KEY", "a root of another curve", image(hashed, tlvs), policy);
}

/** The root's hash is of a point that is not on the curve. */
function offCurve(): Case {
  const hashed = hashedPart(parts());
  const spki = Buffer.from(ROOT.spki);
  spki.writeUInt8(spki.readUInt8(90) ^ 1, 90);
  const tlvs = recordTlvs(hashed, ROOT).map(([type, value]): Tlv => [type, type === TLV.PUBKEY ? spki : value]);
  const policy = { ...POLICY, roots: [{ hash: sha256(spki), isValid: true }] };
  return refuses("IMAGE_E_SIGNATURE", "a root off the curve", image(hashed, tlvs), policy);
}

function envelopes(): Case[] {
  const missing = (type: number): Buffer => behind((tlvs) => tlvs.filter(([known]) => known !== type));
  const twice = (type: number): Buffer => behind((tlvs) => [...tlvs, tlvs.find(([known]) => known === type) as Tlv]);
  const counter = (value: number): Buffer => record({ protectedTlvs: [[TLV.SEC_CNT, u32(value)], RECORD] });
  const more = (tlv: Tlv): Buffer => record({ protectedTlvs: [SEC_CNT, RECORD, tlv] });
  return [
    otherCurve(),
    offCurve(),
    refuses("IMAGE_E_KEY", "of an unknown root", record({}, STRANGER)),
    refuses("IMAGE_E_KEY", "of a device without roots", record(), { ...POLICY, roots: [] }),
    refuses("IMAGE_E_REVOKED", "of a revoked root", record(), REVOKED),
    refuses("IMAGE_E_REVOKED", "of a revoked root that revokes the other one", record(REVOKES), REVOKED),
    refuses(
      "IMAGE_E_SIGNATURE",
      "signed by the other root",
      behind((tlvs, hashed) =>
        tlvs.map(([type, value]) => [type, type === TLV.ECDSA_SIG ? SPARE.sign(hashed) : value]),
      ),
    ),
    refuses("IMAGE_E_COUNTER", "older than the device's", record(), { ...POLICY, leastCounter: VERSION + 1 }),
    refuses("IMAGE_E_COUNTER", "of version 0", counter(0), { ...POLICY, leastCounter: 0 }),
    refuses("IMAGE_E_COUNTER", "of version 65", counter(65)),
    refuses("IMAGE_E_CLASS", "an app as a record", record({ protectedTlvs: [SEC_CNT, [TLV.CLASS, u32(CLASS.APP)]] })),
    refuses("IMAGE_E_RECORD", "a header with a version", record({ version: [0, 0, 0, 1] })),
    refuses(
      "IMAGE_E_UNSIGNED",
      "not signed",
      behind(([digest]) => [digest as Tlv]),
    ),
    refuses("IMAGE_E_TLV_MISSING", "no key", missing(TLV.PUBKEY)),
    refuses("IMAGE_E_TLV_MISSING", "no signature", missing(TLV.ECDSA_SIG)),
    refuses("IMAGE_E_TLV_MISSING", "no digest", missing(TLV.SHA256)),
    refuses("IMAGE_E_TLV_MISSING", "no class", record({ protectedTlvs: [SEC_CNT] })),
    refuses("IMAGE_E_TLV_MISSING", "no counter", record({ protectedTlvs: [RECORD] })),
    refuses("IMAGE_E_TLV_REPEATED", "two keys of the signer", twice(TLV.PUBKEY)),
    refuses(
      "IMAGE_E_TLV_UNKNOWN",
      "the key's hash instead of the key",
      behind((_, hashed) => signatureTlvs(hashed, ROOT)),
    ),
    refuses(
      "IMAGE_E_TLV_UNKNOWN",
      "the key's hash beside the key",
      behind((tlvs) => [...tlvs, [TLV.KEYHASH, ROOT.keyHash]]),
    ),
    refuses("IMAGE_E_TLV_UNKNOWN", "an ABI", more([TLV.ABI, Buffer.alloc(32)])),
    refuses("IMAGE_E_TLV_UNKNOWN", "CREATION", more([TLV.CREATION, Buffer.alloc(8)])),
    refuses("IMAGE_E_TLV_UNKNOWN", "a dependency", more([TLV.DEPENDENCY, Buffer.alloc(12)])),
    ...[-1, 1].map((change) =>
      refuses(
        "IMAGE_E_TLV",
        `a key of ${91 + change} bytes`,
        behind((tlvs) =>
          tlvs.map(([type, value]) => [
            type,
            type === TLV.PUBKEY ? Buffer.concat([value, Buffer.alloc(1)]).subarray(0, 91 + change) : value,
          ]),
        ),
      ),
    ),
  ];
}

function payloads(): Case[] {
  const [first, second, third] = KEYS as readonly [Listed, Listed, Listed];
  const point = Buffer.from(first[1]);
  const off = Buffer.from(point);
  off.writeUInt8(off.readUInt8(63) ^ 1, 63);
  const nine = listed(...POINTS.map((one): Listed => [ROLE.IMAGE, one]));
  const content = recordPayload(KEYS);
  const bad: readonly (readonly [name: string, payload: Uint8Array])[] = [
    ["a payload of a byte", content.subarray(0, 1)],
    ["a head alone", recordPayload([])],
    ["a byte more than the keys", Buffer.concat([content, Buffer.of(0)])],
    ["a byte less than the keys", content.subarray(0, -1)],
    ["another format", recordPayload(KEYS, 0x32525454)],
    ["a count of one more", recordPayload(KEYS, undefined, 4)],
    ["a count of one less", recordPayload(KEYS, undefined, 2)],
    ["a count of 2^32 - 1", recordPayload(KEYS, undefined, 0xffffffff)],
    ["nine keys", recordPayload(nine)],
    ["a head of 8 bytes", Buffer.concat([content.subarray(0, 8), content.subarray(12)])],
    ...[0, 1, OTHER_ROOT.STAYS ^ 1, OTHER_ROOT.REVOKED ^ 0x80000000, 0xffffffff].map(
      (word) => [`${word >>> 0} for the other root`, recordPayload(KEYS, undefined, undefined, word >>> 0)] as const,
    ),
  ];
  return [
    ...bad.map(([name, payload]) => refuses("IMAGE_E_RECORD", name, withPayload(payload))),
    refuses("IMAGE_E_RECORD", "keys of one role out of order", withKeys(second, first, third)),
    refuses("IMAGE_E_RECORD", "roles out of order", withKeys(third, first, second)),
    refuses("IMAGE_E_RECORD", "a key twice", withKeys(first, first, second, third)),
    refuses("IMAGE_E_RECORD", "a role that there is not", withKeys(...listed([1, point], second))),
    refuses("IMAGE_E_RECORD", "a key off the curve", withKeys([ROLE.IMAGE, off])),
    refuses("IMAGE_E_RECORD", "a key of zeros", withKeys([ROLE.IMAGE, Buffer.alloc(64)])),
  ];
}

/** @param step - of damaged forms. */
export function recordCases(step: number): readonly Case[] {
  const damaged = accepts("every damaged form", record());
  return [...accepted(), ...envelopes(), ...payloads(), { ...damaged, kind: "damagedRecord", step }];
}
