// SPDX-License-Identifier: Apache-2.0
/** Trust records (docs/formats/image.md): what is made, what an image is worth under one, and what is refused. */
import { expect } from "chai";
import {
  encodeHeader,
  ImageClass,
  TLV_PROTECTED_MAGIC,
  Tlv,
  tlv,
  tlvArea,
  uint32,
} from "../../host-sim/image/format.js";
import { parseImage } from "../../host-sim/image/parse.js";
import { seal, signImage } from "../../host-sim/image/sign.js";
import { makeTrustRecord, parseTrustRecord } from "../../host-sim/image/trust-record.js";
import { type Against, verifyImage } from "../../host-sim/image/verify.js";
import { encodeSubjectPublicKeyInfo } from "../../sdk/crypto/der.js";
import { failures, plainApp, type TestKey, testKey, withTlvs } from "./images.js";

const root = testKey("root");
const spare = testKey("spare");
const release = testKey("release");
const update = testKey("update");
const stolen = testKey("stolen");

const trusted = (key: TestKey, role: "image" | "manifest") => ({ role, publicKey: key.signer.publicKey });
const KEYS = [trusted(update, "manifest"), trusted(release, "image")];
const record = makeTrustRecord(2, KEYS, root.signer);

function under(bytes: Uint8Array, ...roots: readonly TestKey[]): Against {
  return { kind: "trust", record: bytes, recordName: "trust.img", roots: roots.map(({ named }) => named) };
}

/** A record with this payload, rightly signed. */
function recordOf(payload: Uint8Array, version = 2, headerVersion = 0): Buffer {
  const area = tlvArea(TLV_PROTECTED_MAGIC, [
    tlv(Tlv.SEC_CNT, uint32(version)),
    tlv(Tlv.CLASS, uint32(ImageClass["trust record"])),
  ]);
  const header = encodeHeader(payload.length, area.length, { major: headerVersion, minor: 0, revision: 0, build: 0 });
  const identity = tlv(Tlv.PUBKEY, encodeSubjectPublicKeyInfo("P-256", root.signer.publicKey));
  return seal(Buffer.concat([header, payload, area]), [identity], root.signer);
}

function codes(bytes: Uint8Array): string[] {
  return failures(bytes, under(bytes, root));
}

describe("a trust record", () => {
  it("has what docs/formats/image.md lists", () => {
    const image = parseImage(record);
    const payload = Buffer.from(image.payload);
    expect(payload.subarray(0, 8).toString("latin1")).to.equal("TTR1\x02\0\0\0");
    expect(payload.readUInt32LE(8)).to.equal(0x5a96c33c);
    expect(payload.length).to.equal(12 + 2 * 68);
    expect(payload.readUInt32LE(12)).to.equal(0x5ac36996);
    expect(payload.subarray(16, 80)).to.deep.equal(Buffer.from(release.signer.publicKey.subarray(1)));
    expect(payload.readUInt32LE(80)).to.equal(0xa5963c69);
    expect(payload.subarray(84)).to.deep.equal(Buffer.from(update.signer.publicKey.subarray(1)));
    expect(Object.values(image.version)).to.deep.equal([0, 0, 0, 0]);
    expect(image.protectedTlvs.map(({ type, value }) => [type, Buffer.from(value).toString("hex")])).to.deep.equal([
      [0x0050, "02000000"],
      [0x54a2, "a5c35a69"],
    ]);
    expect(image.tlvs.map(({ type }) => type)).to.deep.equal([0x0010, 0x0002, 0x0022]);
    expect(image.tlvs[1]?.value.length).to.equal(91);
    const { version, keys, otherRoot } = parseTrustRecord(image);
    expect([version, keys.length, otherRoot]).to.deep.equal([2, 2, "stays"]);
    expect(codes(record)).to.deep.equal([]);
  });

  it("revokes the other root key, and verify says so", () => {
    const bytes = makeTrustRecord(2, KEYS, root.signer, "revoked");
    const image = parseImage(bytes);
    expect(Buffer.from(image.payload).readUInt32LE(8)).to.equal(0xc3695aa5);
    expect(parseTrustRecord(image).otherRoot).to.equal("revoked");
    const details = (record: Uint8Array) => verifyImage(record, under(record, root)).checks.map(({ detail }) => detail);
    expect(details(bytes)).to.include("version 2, 2 keys, signed by root, which revokes the other root key");
    expect(details(record)).to.include("version 2, 2 keys, signed by root");
  });

  it("is refused with each bit flipped, and cut at each byte", () => {
    for (let bit = 0; bit < record.length * 8; bit++) {
      const flipped = Buffer.from(record);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(verifyImage(flipped, under(flipped, root)).ok, `bit ${bit}`).to.equal(false);
    }
    for (let length = 0; length < record.length; length++) {
      const cut = record.subarray(0, length);
      expect(verifyImage(cut, under(cut, root)).ok, `cut at ${length}`).to.equal(false);
    }
  });

  it("of another root key is refused", () => {
    expect(failures(record, under(record, spare))).to.deep.equal(["IMAGE_E_KEY"]);
    expect(failures(record, under(record, spare, root))).to.deep.equal([]);
    expect(failures(record, under(record))).to.deep.equal(["IMAGE_E_KEY"]);
    const revoked = { ...under(record, spare), revoked: [root.named] };
    expect(failures(record, revoked)).to.deep.equal(["IMAGE_E_REVOKED"]);
    const key = tlv(Tlv.PUBKEY, encodeSubjectPublicKeyInfo("P-256", root.signer.publicKey)).subarray(4);
    const forged = makeTrustRecord(2, KEYS, spare.signer);
    const claims = withTlvs(forged, (entries) =>
      entries.map(([type, value]) => [type, type === Tlv.PUBKEY ? key : value]),
    );
    expect(codes(claims)).to.deep.equal(["IMAGE_E_SIGNATURE"]);
  });

  const payload = Buffer.from(parseImage(record).payload);
  const [head, first, second] = [payload.subarray(0, 12), payload.subarray(12, 80), payload.subarray(80)];
  const count = (n: number) => Buffer.concat([head.subarray(0, 4), uint32(n), head.subarray(8)]);
  const changed = (offset: number, value: number) => {
    const bytes = Buffer.from(payload);
    bytes.writeUInt32LE(value, offset);
    return bytes;
  };
  const nine = Array.from({ length: 9 }, () => trusted(testKey("more"), "image"));
  for (const [what, bytes, code] of [
    ["another format", changed(0, 0x32525454), "IMAGE_E_RECORD"],
    ["nothing in it", Buffer.alloc(1), "IMAGE_E_RECORD"],
    ["no key", count(0), "IMAGE_E_RECORD"],
    ["a count above that of its keys", Buffer.concat([count(3), first, second]), "IMAGE_E_RECORD"],
    ["a count below that of its keys", Buffer.concat([count(1), first, second]), "IMAGE_E_RECORD"],
    ["a count without end", Buffer.concat([count(0xffff_ffff), first, second]), "IMAGE_E_RECORD"],
    ["a byte more", Buffer.concat([payload, Buffer.alloc(1)]), "IMAGE_E_RECORD"],
    ["its keys in another order", Buffer.concat([head, second, first]), "IMAGE_E_RECORD"],
    ["a key twice", Buffer.concat([head, first, first]), "IMAGE_E_RECORD"],
    ["nothing about the other root key", Buffer.concat([head.subarray(0, 8), first, second]), "IMAGE_E_RECORD"],
    ["0 for the other root key", changed(8, 0), "IMAGE_E_RECORD"],
    ["a bit more for the other root key", changed(8, 0x5a96c33d), "IMAGE_E_RECORD"],
    ["an unknown role", changed(12, 0x5ac36997), "IMAGE_E_RECORD"],
    ["a key that is no point", changed(16, 0), "IMAGE_E_RECORD"],
    ["nine keys", parseImage(makeTrustRecord(1, nine, root.signer)).payload, "IMAGE_E_RECORD"],
  ] as const) {
    it(`rightly signed, with ${what}, is refused`, () => {
      expect(codes(recordOf(bytes))).to.include(code);
    });
  }

  it("has a version of 1 to 64, and none in its header", () => {
    for (const version of [0, 65]) expect(codes(recordOf(payload, version))).to.include("IMAGE_E_COUNTER");
    for (const version of [1, 64]) expect(codes(recordOf(payload, version))).to.deep.equal([]);
    expect(codes(recordOf(payload, 2, 1))).to.include("IMAGE_E_RECORD");
  });
});

describe("an image under a trust record", () => {
  const app = signImage(plainApp(), {}, release.signer);

  it("is valid by an image key of the record, and by no other", () => {
    expect(failures(app, under(record, root, spare))).to.deep.equal([]);
    for (const [wrong, code] of [
      [update, "IMAGE_E_ROLE"],
      [stolen, "IMAGE_E_KEY"],
      [root, "IMAGE_E_KEY"],
    ] as const) {
      expect(failures(signImage(plainApp(), {}, wrong.signer), under(record, root))).to.deep.equal([code]);
    }
  });

  it("is not valid when the record is not, or is none", () => {
    expect(failures(app, under(record, spare))).to.deep.equal(["IMAGE_E_KEY"]);
    expect(failures(app, under(app, root))).to.deep.equal(["IMAGE_E_KEY"]);
    const asRecord = signImage(plainApp(), {}, root.signer);
    expect(failures(app, under(asRecord, root))).to.deep.equal(["IMAGE_E_CLASS"]);
    expect(failures(app, under(Buffer.alloc(3), root))).to.deep.equal(["IMAGE_E_SIZE"]);
  });

  it("is not valid under a record with something in it that does not belong there", () => {
    const more = withTlvs(record, (entries) => [...entries, [0x60, Buffer.alloc(4)]]);
    expect(failures(app, under(more, root))).to.deep.equal(["IMAGE_E_TLV_UNKNOWN"]);
  });

  it("is not valid without a signature, or without its class", () => {
    expect(failures(plainApp(), under(record, root))).to.deep.equal(["IMAGE_E_UNSIGNED", "IMAGE_E_TLV_MISSING"]);
  });

  it("is not one that a root key signed to be a record, where another record is meant", () => {
    const old = makeTrustRecord(1, [trusted(stolen, "image")], root.signer);
    const image = signImage(plainApp(), {}, stolen.signer);
    expect(failures(image, under(record, root))).to.deep.equal(["IMAGE_E_KEY"]);
    // The files alone cannot tell that a record is old: a device's counter does.
    expect(failures(image, under(old, root))).to.deep.equal([]);
  });
});
