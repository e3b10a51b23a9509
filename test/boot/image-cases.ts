// SPDX-License-Identifier: Apache-2.0
/** Signed images: each field as it must be, missing, too long, of the wrong kind, twice; and what policies make of them. */
import type { Case, Policy } from "./cases.js";
import {
  ABI,
  ABI_TLV,
  type Accepted,
  APP_POLICY,
  APP_TLVS,
  accepts,
  BOTH,
  behind,
  COUNTER,
  CREATION,
  dependency,
  FIRMWARE,
  FIRMWARE_POLICY,
  FIRMWARE_TLVS,
  firmware,
  MANIFEST,
  OPEN,
  OPEN_FIRMWARE,
  parts,
  refuses,
  replace,
  resize,
  SECOND,
  SIGNER,
  STRANGER,
  signed,
  unsigned,
  without,
} from "./image-parts.js";
import { area, CLASS, hashedPart, sha256, signatureTlvs, TLV, type Tlv, u32, type Version } from "./maker.js";

function accepted(): Case[] {
  const whole = { trust: "IMAGE_WHOLE" } as const;
  return [
    accepts("an app", signed(), APP_POLICY),
    accepts("a firmware", firmware(), FIRMWARE_POLICY, { heap: 0 }),
    accepts("an app of another key that is listed", signed({}, SECOND), APP_POLICY),
    accepts("an app of a key with both roles", signed({}, BOTH), APP_POLICY),
    accepts(
      "TLVs in any order",
      behind((tlvs) => [...tlvs].reverse(), { protectedTlvs: [...APP_TLVS].reverse() }),
      APP_POLICY,
    ),
    accepts("a counter above the device's", signed(), { ...APP_POLICY, leastCounter: 6 }),
    accepts("the highest counter", signed({ protectedTlvs: replace(APP_TLVS, TLV.SEC_CNT, u32(64)) }), APP_POLICY, {
      counter: 64,
    }),
    accepts(
      "a dependency on this firmware",
      signed({ protectedTlvs: [...APP_TLVS, dependency(FIRMWARE)] }),
      APP_POLICY,
    ),
    accepts(
      "a dependency on an older firmware",
      signed({ protectedTlvs: [...APP_TLVS, dependency([1, 255, 65535, 0xffffffff])] }),
      APP_POLICY,
    ),
    accepts("an app that is not signed, without root keys", unsigned(), OPEN, whole),
    accepts(
      "an app as thimble build makes it, without root keys",
      unsigned({ protectedTlvs: [ABI_TLV, CREATION] }),
      OPEN,
      {
        ...whole,
        counter: 0,
      },
    ),
    accepts("a signed app, without root keys", signed({}, STRANGER), OPEN, whole),
    accepts(
      "a firmware that is not signed, without root keys",
      unsigned({ protectedTlvs: FIRMWARE_TLVS }),
      OPEN_FIRMWARE,
      {
        ...whole,
        heap: 0,
      },
    ),
  ];
}

function headers(): Case[] {
  const cases: Case[] = [];
  const fields: readonly (readonly [name: string, offset: number, bytes: Uint8Array])[] = [
    ["another magic", 0, u32(0x96f3b83c)],
    ["a load address", 4, u32(0x10000)],
    ["a header of 28 bytes", 8, Buffer.of(28, 0)],
    ["a header of 64 bytes", 8, Buffer.of(64, 0)],
    ["the flag of an encrypted image", 16, u32(4)],
    ["a byte in the padding", 31, Buffer.of(1)],
  ];
  for (const [name, offset, bytes] of fields) {
    cases.push(refuses("IMAGE_E_HEADER", name, signed({ header: [[offset, bytes]] })));
  }
  for (const [name, size] of [
    ["a payload that reaches past the image", 0xfffffff0],
    ["a payload a byte longer than the image", signed().length - 31],
  ] as const) {
    cases.push(refuses("IMAGE_E_SIZE", name, signed({ header: [[12, u32(size)]] })));
  }
  cases.push(
    refuses("IMAGE_E_SIZE", "no payload", signed({ payload: Buffer.alloc(0) })),
    refuses(
      "IMAGE_E_SIZE",
      "protected TLVs that reach past the image",
      signed({ header: [[10, Buffer.of(255, 255)]] }),
    ),
    refuses("IMAGE_E_SIZE", "nothing", new Uint8Array(0)),
    refuses("IMAGE_E_SIZE", "31 bytes", signed().subarray(0, 31)),
  );
  return cases;
}

function areas(): Case[] {
  const whole = signed();
  const end = hashedPart(parts()).length;
  const patched = (at: number, ...bytes: number[]): Buffer => {
    const copy = Buffer.from(whole);
    copy.set(bytes, at);
    return copy;
  };
  const protectedWith = (change: (made: Buffer) => Buffer): Buffer =>
    signed({ protectedArea: change(area(0x6908, APP_TLVS)) });
  const total = whole.length - end;
  const cases = [0, 1, 2, 3].map((left) =>
    refuses("IMAGE_E_TLV", `${left} bytes of TLVs`, whole.subarray(0, end + left)),
  );
  for (const size of [0, 1, 3])
    cases.push(refuses("IMAGE_E_TLV", `TLVs that say ${size} bytes`, patched(end + 2, size, 0)));
  return [
    ...cases,
    refuses("IMAGE_E_TLV", "TLVs that say a byte more", patched(end + 2, total + 1)),
    refuses("IMAGE_E_TLV", "TLVs that say a byte less", patched(end + 2, total - 1)),
    refuses("IMAGE_E_TLV", "another magic of the TLVs", patched(end, 0x00, 0x69)),
    refuses("IMAGE_E_TLV", "the magic of protected TLVs behind", patched(end, 0x08)),
    refuses("IMAGE_E_TLV", "a byte after the end", Buffer.concat([whole, Buffer.of(0)])),
    refuses("IMAGE_E_TLV", "an erased sector after the end", Buffer.concat([whole, Buffer.alloc(4096, 0xff)])),
    ...[1, 2, 3].map((more) =>
      refuses(
        "IMAGE_E_TLV",
        `${more} bytes of a TLV's head at the end`,
        Buffer.concat([patched(end + 2, total + more), Buffer.alloc(more)]),
      ),
    ),
    refuses(
      "IMAGE_E_TLV",
      "a signature that reaches past the end",
      // the last entry says two bytes more than there are
      behind((tlvs) => tlvs.map(([type, value]) => [type, type === TLV.ECDSA_SIG ? value.subarray(0, 60) : value])).map(
        (byte, i) => (i === end + 4 + 36 + 36 + 2 ? byte + 2 : byte),
      ),
    ),
    refuses(
      "IMAGE_E_TLV",
      "protected TLVs of the other magic",
      protectedWith((made) => made.fill(0x07, 0, 1)),
    ),
    refuses(
      "IMAGE_E_TLV",
      "protected TLVs that say a byte less",
      protectedWith((made) => made.fill(made.length - 1, 2, 3)),
    ),
    refuses(
      "IMAGE_E_TLV",
      "a byte more behind the protected TLVs",
      protectedWith((made) => Buffer.concat([made, Buffer.of(0)])),
    ),
    refuses(
      "IMAGE_E_TLV",
      "a byte of a TLV's head at the end of the protected ones",
      protectedWith((made) => Buffer.concat([made.fill(made.length + 1, 2, 3), Buffer.of(0)])),
    ),
    refuses(
      "IMAGE_E_TLV",
      "protected TLVs of two bytes",
      protectedWith(() => Buffer.of(8, 0x69)),
    ),
    refuses("IMAGE_E_TLV_MISSING", "no protected TLVs", signed({ protectedTlvs: [] })),
    refuses("IMAGE_E_TLV_MISSING", "protected TLVs without one", signed({ protectedArea: area(0x6908, []) })),
  ];
}

const SIGNED_TYPES = ["SHA256", "KEYHASH", "ECDSA_SIG"] as const;
const PROTECTED_TYPES = ["SEC_CNT", "CLASS", "ABI", "CREATION", "DEPENDENCY"] as const;

function entries(): Case[] {
  const cases: Case[] = [];
  const all = [...APP_TLVS, dependency(FIRMWARE)];
  for (const name of PROTECTED_TYPES) {
    const type = TLV[name];
    const protect = (protectedTlvs: readonly Tlv[]): Buffer => signed({ protectedTlvs });
    const own = all.find(([known]) => known === type) as Tlv;
    if (name !== "DEPENDENCY") cases.push(refuses("IMAGE_E_TLV_MISSING", `no ${name}`, protect(without(all, type))));
    cases.push(
      refuses("IMAGE_E_TLV_REPEATED", `${name} twice`, protect([...all, own])),
      refuses("IMAGE_E_TLV", `${name} a byte longer`, protect(resize(all, type, 1))),
      refuses("IMAGE_E_TLV", `${name} a byte shorter`, protect(resize(all, type, -1))),
      refuses("IMAGE_E_TLV", `${name} empty`, protect(replace(all, type, Buffer.alloc(0)))),
      refuses(
        "IMAGE_E_TLV_UNKNOWN",
        `${name} where it is not protected`,
        behind((tlvs) => [...tlvs, own], { protectedTlvs: without(all, type) }),
      ),
      refuses(
        "IMAGE_E_TLV_UNKNOWN",
        `${name} also where it is not protected, without root keys`,
        behind(([digest]) => [digest as Tlv, own], { protectedTlvs: [ABI_TLV, CREATION] }),
        OPEN,
      ),
    );
  }
  for (const name of SIGNED_TYPES) {
    const type = TLV[name];
    const hashed = hashedPart(parts());
    const own = signatureTlvs(hashed, SIGNER).find(([known]) => known === type) as Tlv;
    cases.push(
      refuses(
        "IMAGE_E_TLV_MISSING",
        `no ${name}`,
        behind((tlvs) => without(tlvs, type)),
      ),
      refuses(
        "IMAGE_E_TLV_MISSING",
        `no ${name}, without root keys`,
        behind((tlvs) => without(tlvs, type)),
        OPEN,
      ),
      refuses(
        "IMAGE_E_TLV_REPEATED",
        `${name} twice`,
        behind((tlvs) => [...tlvs, own]),
      ),
      refuses(
        "IMAGE_E_TLV",
        `${name} empty`,
        behind((tlvs) => replace(tlvs, type, Buffer.alloc(0))),
      ),
      refuses("IMAGE_E_TLV_UNKNOWN", `${name} among the protected`, signed({ protectedTlvs: [...APP_TLVS, own] })),
    );
  }
  for (const type of [TLV.SHA256, TLV.KEYHASH]) {
    for (const more of [-1, 1]) {
      cases.push(
        refuses(
          "IMAGE_E_TLV",
          `TLV ${type} ${more} byte`,
          behind((tlvs) => resize(tlvs, type, more)),
        ),
      );
    }
  }
  for (const size of [7, 73]) {
    const bytes = behind((tlvs) => replace(tlvs, TLV.ECDSA_SIG, Buffer.alloc(size)));
    cases.push(refuses("IMAGE_E_TLV", `a signature of ${size} bytes`, bytes));
  }
  const unknown: Tlv = [0x60, Buffer.from("boot record")];
  return [
    ...cases,
    refuses(
      "IMAGE_E_TLV_UNKNOWN",
      "an unknown TLV",
      behind((tlvs) => [...tlvs, unknown]),
    ),
    refuses("IMAGE_E_TLV_UNKNOWN", "an unknown protected TLV", signed({ protectedTlvs: [...APP_TLVS, unknown] })),
    refuses(
      "IMAGE_E_TLV_UNKNOWN",
      "an unknown empty TLV",
      behind((tlvs) => [[0, Buffer.alloc(0)], ...tlvs]),
    ),
    refuses(
      "IMAGE_E_TLV_UNKNOWN",
      "the whole key beside its hash",
      behind((tlvs) => [...tlvs, [TLV.PUBKEY, SIGNER.spki]]),
    ),
    refuses(
      "IMAGE_E_TLV_UNKNOWN",
      "the whole key instead of its hash",
      behind((tlvs) => [...without(tlvs, TLV.KEYHASH), [TLV.PUBKEY, SIGNER.spki]]),
    ),
    refuses(
      "IMAGE_E_TLV_UNKNOWN",
      "CREATION of a firmware",
      firmware({ protectedTlvs: [...FIRMWARE_TLVS, CREATION] }),
      FIRMWARE_POLICY,
    ),
    refuses(
      "IMAGE_E_TLV_UNKNOWN",
      "a dependency of a firmware",
      firmware({ protectedTlvs: [...FIRMWARE_TLVS, dependency(FIRMWARE)] }),
      FIRMWARE_POLICY,
    ),
    refuses(
      "IMAGE_E_TLV_MISSING",
      "a firmware without ABI",
      firmware({ protectedTlvs: without(FIRMWARE_TLVS, TLV.ABI) }),
      FIRMWARE_POLICY,
    ),
    ...[TLV.CLASS, TLV.SEC_CNT].map((type) =>
      refuses(
        "IMAGE_E_TLV_MISSING",
        `an app that is not signed, with all but ${type}`,
        unsigned({ protectedTlvs: without(APP_TLVS, type) }),
        OPEN,
      ),
    ),
  ];
}

function meanings(): Case[] {
  const flipped = signed();
  flipped.writeUInt8(flipped.readUInt8(40) ^ 1, 40);
  const withTlv = ([type, value]: Tlv): Buffer => signed({ protectedTlvs: replace(APP_TLVS, type, value) });
  const depends = (tlv: Tlv): Buffer => signed({ protectedTlvs: [...APP_TLVS, tlv] });
  const { abi: _abi, ...noAbi } = APP_POLICY;
  const { firmware: _firmware, ...noFirmware } = APP_POLICY;
  const newer: readonly Version[] = [
    [3, 0, 0, 0],
    [2, 4, 0, 0],
    [2, 3, 5, 0],
    [2, 3, 4, 6],
    [255, 255, 65535, 0xffffffff],
  ];
  return [
    refuses("IMAGE_E_UNSIGNED", "an app that is not signed", unsigned()),
    refuses("IMAGE_E_UNSIGNED", "an app as thimble build makes it", unsigned({ protectedTlvs: [ABI_TLV, CREATION] })),
    refuses("IMAGE_E_DIGEST", "a flipped bit of the payload", flipped),
    refuses("IMAGE_E_DIGEST", "a flipped bit of the payload, without root keys", flipped, OPEN),
    refuses(
      "IMAGE_E_DIGEST",
      "another digest",
      behind((tlvs) => replace(tlvs, TLV.SHA256, Buffer.alloc(32))),
    ),
    refuses("IMAGE_E_KEY", "a key that is not listed", signed({}, STRANGER)),
    refuses("IMAGE_E_KEY", "no keys", signed(), { ...APP_POLICY, keys: [] }),
    refuses("IMAGE_E_ROLE", "a key for manifests", signed({}, MANIFEST)),
    refuses(
      "IMAGE_E_SIGNATURE",
      "the signature of another key",
      behind((tlvs, hashed) => replace(tlvs, TLV.ECDSA_SIG, SECOND.sign(hashed))),
    ),
    refuses(
      "IMAGE_E_SIGNATURE",
      "the signature of another image",
      behind((tlvs) => replace(tlvs, TLV.ECDSA_SIG, SIGNER.sign(hashedPart(parts({ payload: Buffer.from("other") }))))),
    ),
    refuses(
      "IMAGE_E_SIGNATURE",
      "a signature of the digest's digest",
      behind((tlvs, hashed) => replace(tlvs, TLV.ECDSA_SIG, SIGNER.sign(sha256(hashed)))),
    ),
    refuses("IMAGE_E_CLASS", "a firmware in the app's place", firmware()),
    refuses("IMAGE_E_CLASS", "an app in the firmware's place", signed(), FIRMWARE_POLICY),
    refuses("IMAGE_E_CLASS", "an app in the firmware's place, without root keys", signed(), OPEN_FIRMWARE),
    refuses(
      "IMAGE_E_CLASS",
      "a plain app in the firmware's place, without root keys",
      unsigned({ protectedTlvs: [ABI_TLV, CREATION] }),
      OPEN_FIRMWARE,
    ),
    refuses("IMAGE_E_CLASS", "a trust record in the app's place", withTlv([TLV.CLASS, u32(CLASS.TRUST)])),
    refuses("IMAGE_E_CLASS", "a class that there is not", withTlv([TLV.CLASS, u32(0)])),
    refuses("IMAGE_E_COUNTER", "an old counter", signed(), { ...APP_POLICY, leastCounter: COUNTER + 1 }),
    refuses("IMAGE_E_COUNTER", "a counter of 65", withTlv([TLV.SEC_CNT, u32(65)])),
    refuses("IMAGE_E_COUNTER", "a counter of 2^32 - 1", withTlv([TLV.SEC_CNT, u32(0xffffffff)])),
    refuses("IMAGE_E_ABI", "another ABI", withTlv([TLV.ABI, sha256(Buffer.from("other abi"))])),
    refuses(
      "IMAGE_E_ABI",
      "an ABI that differs in the last bit",
      withTlv([TLV.ABI, ABI.map((byte, i) => (i === 31 ? byte ^ 1 : byte))]),
    ),
    refuses("IMAGE_E_ABI", "no ABI to compare with", signed(), noAbi),
    ...newer.map((version) =>
      refuses("IMAGE_E_DEPENDENCY", `a dependency on ${version.join(".")}`, depends(dependency(version))),
    ),
    refuses("IMAGE_E_DEPENDENCY", "a dependency on another image", depends(dependency([0, 0, 0, 0], 1))),
    refuses(
      "IMAGE_E_DEPENDENCY",
      "a dependency with something in its gap",
      depends(dependency([0, 0, 0, 0], 0x01000000)),
    ),
    refuses(
      "IMAGE_E_DEPENDENCY",
      "a dependency and no firmware version",
      depends(dependency([0, 0, 0, 0])),
      noFirmware,
    ),
  ];
}

function sizes(): Case[] {
  const bytes = signed();
  const size = (name: string, slot: Uint8Array, expected: string): Case => ({
    name: `size of ${name}`,
    kind: "size",
    bytes: slot,
    expected,
    values: [bytes.length],
  });
  return [
    size("an image in a slot of its size", bytes, "IMAGE_OK"),
    size("an image in a larger slot", Buffer.concat([bytes, Buffer.alloc(9000, 0xff)]), "IMAGE_OK"),
    size("an image in a slot that is too small", bytes.subarray(0, -1), "IMAGE_E_TLV"),
    size("an erased slot", Buffer.alloc(4096, 0xff), "IMAGE_E_HEADER"),
    size("no slot", Buffer.alloc(0), "IMAGE_E_SIZE"),
  ];
}

/** @param step - of damaged forms: each costs a digest, and some a verification. */
export function imageCases(step: number): readonly Case[] {
  const damaged = (name: string, bytes: Buffer, policy: Policy, what: Accepted): Case => ({
    ...accepts(`every damaged form of ${name}`, bytes, policy, what),
    kind: "damagedImage",
    step,
  });
  return [
    ...accepted(),
    ...headers(),
    ...areas(),
    ...entries(),
    ...meanings(),
    ...sizes(),
    damaged("a signed app", signed({ protectedTlvs: [...APP_TLVS, dependency(FIRMWARE)] }), APP_POLICY, {}),
    damaged("a firmware", firmware(), FIRMWARE_POLICY, { heap: 0 }),
    damaged("an app that is not signed", unsigned({ protectedTlvs: [ABI_TLV, CREATION] }), OPEN, {
      trust: "IMAGE_WHOLE",
      counter: 0,
    }),
  ];
}
