// SPDX-License-Identifier: Apache-2.0
/** Signed images of our own (docs/formats/image.md): what is made, and that everything else is refused. */
import { generateKeyPairSync, sign } from "node:crypto";
import { expect } from "chai";
import { ImageClass, Tlv, tlv, uint32 } from "../../host-sim/image/format.js";
import { parseImage } from "../../host-sim/image/parse.js";
import { signImage } from "../../host-sim/image/sign.js";
import { verifyImage } from "../../host-sim/image/verify.js";
import { encodeEcdsaSigValue, parseEcdsaSigValue } from "../../sdk/crypto/der.js";
import {
  ABI,
  by,
  failures,
  PAYLOAD,
  plainApp,
  protectedEntries,
  signedWith,
  testKey,
  VERSION,
  withTlvs,
} from "./images.js";

const key = testKey("release");
const other = testKey("other");
const app = signImage(plainApp(), { counter: 3, version: VERSION, depends: { ...VERSION, major: 9 } }, key.signer);
const ok = by(key);

function errorOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as { readonly code?: string }).code ?? String(error);
  }
  return "none";
}

describe("signing an image", () => {
  it("adds what docs/formats/image.md lists, in the places that it says", () => {
    const { protectedTlvs, tlvs, payload, version, headerSize } = parseImage(app);
    expect(Buffer.from(payload)).to.deep.equal(PAYLOAD);
    expect(version).to.deep.equal(VERSION);
    expect(headerSize).to.equal(32);
    const hex = (entries: typeof tlvs) => entries.map(({ type, value }) => [type, Buffer.from(value).toString("hex")]);
    expect(hex(protectedTlvs)).to.deep.equal([
      [0x0050, "03000000"],
      [0x54a2, "695a3ca5"],
      [0x54a0, ABI.toString("hex")],
      [0x54a1, "0000010000000000"],
      [0x0040, "000000000902030004000000"],
    ]);
    expect(tlvs.map(({ type, value }) => [type, value.length]).slice(0, 2)).to.deep.equal([
      [0x0010, 32],
      [0x0001, 32],
    ]);
    expect(tlvs[2]?.type).to.equal(0x0022);
    expect(failures(app, ok)).to.deep.equal([]);
  });

  it("gives the same bytes again for the same image and key (RFC 6979)", () => {
    const again = signImage(
      plainApp(),
      { counter: 3, version: VERSION, depends: { ...VERSION, major: 9 } },
      key.signer,
    );
    expect(Buffer.compare(again, app)).to.equal(0);
  });

  it("replaces the signature of a signed image, and keeps what it says", () => {
    const again = signImage(app, {}, other.signer);
    expect(failures(again, by(other))).to.deep.equal([]);
    expect(failures(again, ok)).to.deep.equal(["IMAGE_E_KEY"]);
    expect(protectedEntries(again)).to.deep.equal(protectedEntries(app));
    expect(parseImage(again).version).to.deep.equal(VERSION);
  });

  it("of an image without CREATION makes firmware, which depends on nothing", () => {
    const plain = signedWith([[Tlv.ABI, ABI]], key);
    const firmware = signImage(plain, { counter: 1 }, key.signer);
    expect(verifyImage(firmware, ok).class).to.equal("firmware");
    expect(failures(firmware, ok)).to.deep.equal([]);
    expect(errorOf(() => signImage(plain, { depends: VERSION }, key.signer))).to.equal("IMAGE_E_CLASS");
    expect(errorOf(() => signImage(plain, { class: "app" }, key.signer))).to.equal("IMAGE_E_CLASS");
    expect(errorOf(() => signImage(plainApp(), { class: "firmware" }, key.signer))).to.equal("IMAGE_E_CLASS");
  });

  it("signs nothing that is damaged, or of which the ABI is missing", () => {
    const damaged = Buffer.from(plainApp());
    damaged.writeUInt8(damaged.readUInt8(40) ^ 1, 40);
    expect(errorOf(() => signImage(damaged, {}, key.signer))).to.equal("IMAGE_E_DIGEST");
    expect(
      errorOf(() =>
        signImage(
          withTlvs(app, () => []),
          {},
          key.signer,
        ),
      ),
    ).to.equal("IMAGE_E_DIGEST");
    expect(errorOf(() => signImage(signedWith([[Tlv.SEC_CNT, uint32(1)]], key), {}, key.signer))).to.equal(
      "IMAGE_E_ABI",
    );
    expect(errorOf(() => signImage(Buffer.concat([app, Buffer.alloc(1)]), {}, key.signer))).to.equal("IMAGE_E_HEADER");
    for (const offset of [4, 16]) {
      const odd = signedWith([[Tlv.ABI, ABI]], key, (hashed) => hashed.writeUInt32LE(4, offset));
      expect(errorOf(() => signImage(odd, {}, key.signer))).to.equal("IMAGE_E_HEADER");
    }
  });

  it("looks at the signature that it made", () => {
    const liar = { publicKey: key.signer.publicKey, signDigest: other.signer.signDigest };
    expect(errorOf(() => signImage(plainApp(), {}, liar))).to.equal("IMAGE_E_SIGNATURE");
  });
});

describe("verifying an image of ours", () => {
  it("refuses each bit flipped", () => {
    for (let bit = 0; bit < app.length * 8; bit++) {
      const flipped = Buffer.from(app);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(verifyImage(flipped, ok).ok, `bit ${bit}`).to.equal(false);
    }
  });

  it("refuses each cut, and bytes behind the end", () => {
    for (let length = 0; length < app.length; length++) {
      expect(verifyImage(app.subarray(0, length), ok).ok, `cut at ${length}`).to.equal(false);
    }
    expect(failures(Buffer.concat([app, Buffer.alloc(1)]), ok)).to.deep.equal(["IMAGE_E_TLV"]);
  });

  const entries = protectedEntries(app);
  for (const [at, [type]] of entries.entries()) {
    const name = `0x${type.toString(16)}`;
    const isOptional = type === Tlv.DEPENDENCY;
    it(`rightly signed, protected TLV ${name}: missing, twice, too short, too long, in the other area`, () => {
      const value = entries[at]?.[1] ?? new Uint8Array();
      const change = (...instead: [number, Uint8Array][]) =>
        signedWith([...entries.slice(0, at), ...instead, ...entries.slice(at + 1)], key);
      // Without CLASS it is an image of others, which a key may have signed; a device is not meant by it.
      const missing = type === Tlv.CLASS || isOptional ? [] : ["IMAGE_E_TLV_MISSING"];
      expect(failures(change(), ok), "missing").to.deep.equal(missing);
      expect(failures(change([type, value], [type, value]), ok), "twice").to.deep.equal(["IMAGE_E_TLV_REPEATED"]);
      expect(failures(change([type, value.subarray(1)]), ok), "too short").to.deep.equal(["IMAGE_E_TLV"]);
      expect(failures(change([type, Buffer.concat([value, Buffer.alloc(1)])]), ok), "too long").to.deep.equal([
        "IMAGE_E_TLV",
      ]);
      const moved = withTlvs(app, (unprotected) => [...unprotected, [type, value]]);
      expect(failures(moved, ok), "in the other area").to.deep.equal(["IMAGE_E_TLV_UNKNOWN"]);
    });
  }

  it("rightly signed, with what does not belong there", () => {
    const with_ = (type: number, value: Uint8Array) =>
      signedWith([...entries.filter(([known]) => known !== type), [type, value]], key);
    expect(failures(with_(0x0060, Buffer.alloc(4)), ok)).to.deep.equal(["IMAGE_E_TLV_UNKNOWN"]);
    expect(failures(with_(Tlv.SEC_CNT, uint32(64)), ok)).to.deep.equal([]);
    expect(failures(with_(Tlv.SEC_CNT, uint32(65)), ok)).to.deep.equal(["IMAGE_E_COUNTER"]);
    expect(failures(with_(Tlv.CLASS, uint32(7)), ok)).to.deep.equal(["IMAGE_E_CLASS"]);
    expect(failures(with_(Tlv.DEPENDENCY, Buffer.alloc(12, 1)), ok)).to.deep.equal(["IMAGE_E_DEPENDENCY"]);
    expect(failures(with_(Tlv.CLASS, uint32(ImageClass.firmware)), ok)).to.deep.equal(["IMAGE_E_TLV_UNKNOWN"]);
  });

  for (const [what, offset] of [
    ["load address", 4],
    ["flags", 16],
    ["padding", 28],
  ] as const) {
    it(`rightly signed, refuses a header whose ${what} is not 0`, () => {
      const image = signedWith(entries, key, (hashed) => hashed.writeUInt32LE(0x100, offset));
      expect(failures(image, ok)).to.deep.equal(["IMAGE_E_HEADER"]);
    });
  }

  it("refuses a signature of another key under this one's hash, none, two, another key's hash", () => {
    const forged = withTlvs(app, (tlvs) => {
      const { tlvs: others } = parseImage(signImage(app, {}, other.signer));
      return tlvs.map(([type, value], at) => [type, type === Tlv.ECDSA_SIG ? (others[at]?.value ?? value) : value]);
    });
    expect(failures(forged, ok)).to.deep.equal(["IMAGE_E_SIGNATURE"]);
    const without = (type: number) => withTlvs(app, (tlvs) => tlvs.filter(([found]) => found !== type));
    expect(failures(without(Tlv.ECDSA_SIG), ok)).to.deep.equal(["IMAGE_E_UNSIGNED", "IMAGE_E_TLV_MISSING"]);
    expect(failures(without(Tlv.KEYHASH), ok)).to.deep.equal(["IMAGE_E_KEY", "IMAGE_E_TLV_MISSING"]);
    expect(failures(without(Tlv.SHA256), ok)).to.deep.equal(["IMAGE_E_TLV_MISSING"]);
    const twice = withTlvs(app, (tlvs) => [...tlvs, ...tlvs.slice(1)]);
    expect(failures(twice, ok)).to.deep.equal(["IMAGE_E_TLV_REPEATED"]);
    expect(failures(app, by(other))).to.deep.equal(["IMAGE_E_KEY"]);
    expect(failures(app, { kind: "keys", keys: [] })).to.deep.equal(["IMAGE_E_KEY"]);
  });

  it("of an image that is not one of ours: takes no second digest, and no signature of another kind", () => {
    const foreign = signedWith([[Tlv.SEC_CNT, uint32(1)]], key);
    expect(failures(foreign, ok)).to.deep.equal([]);
    const twice = withTlvs(foreign, ([digest, ...rest]) => [...(digest ? [digest, digest] : []), ...rest]);
    expect(failures(twice, ok)).to.deep.equal(["IMAGE_E_TLV_REPEATED"]);
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const named = { name: "pair", key: pair.publicKey };
    const asEd25519 = withTlvs(foreign, ([digest]) => [
      digest ?? [0, new Uint8Array()],
      [Tlv.PUBKEY, pair.publicKey.export({ type: "spki", format: "der" })],
      [Tlv.ED25519, sign(null, digest?.[1] ?? new Uint8Array(), pair.privateKey)],
    ]);
    expect(failures(asEd25519, { kind: "keys", keys: [named] })).to.deep.equal(["IMAGE_E_SIGNATURE"]);
  });

  it("takes n-s, as ECDSA does, and no signature in loose DER", () => {
    const change = (to: (signature: Uint8Array) => Uint8Array) =>
      withTlvs(app, (tlvs) => tlvs.map(([type, value]) => [type, type === Tlv.ECDSA_SIG ? to(value) : value]));
    const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const negated = change((der) => {
      const pair = Buffer.from(parseEcdsaSigValue(der));
      const s = n - BigInt(`0x${pair.subarray(32).toString("hex")}`);
      return encodeEcdsaSigValue(
        Buffer.concat([pair.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, "0"), "hex")]),
      );
    });
    expect(failures(negated, ok)).to.deep.equal([]);
    const longForm = change((der) => Buffer.concat([Uint8Array.of(0x30, 0x81), der.subarray(1)]));
    expect(failures(longForm, ok)).to.include("IMAGE_E_SIGNATURE");
    const behind = change((der) => Buffer.concat([der, Uint8Array.of(0)]));
    expect(failures(behind, ok)).to.include("IMAGE_E_SIGNATURE");
  });

  it("asks for no signature where none is asked for, and says so", () => {
    const { ok: isWhole, checks } = verifyImage(plainApp(), { kind: "digest" });
    expect(isWhole).to.equal(true);
    expect(checks.find(({ id }) => id === "signature")?.state).to.equal("skipped");
    expect(failures(plainApp(), ok)).to.deep.equal(["IMAGE_E_UNSIGNED"]);
  });

  it("is not led on by lengths", () => {
    const long = Buffer.from(app);
    long.writeUInt32LE(0xffff_fff0, 12);
    expect(failures(long, ok)).to.deep.equal(["IMAGE_E_SIZE"]);
    const header = Buffer.from(app);
    header.writeUInt16LE(8, 8);
    expect(failures(header, ok)).to.deep.equal(["IMAGE_E_HEADER"]);
    expect(failures(Buffer.concat([app.subarray(0, 78), tlv(0x6907, new Uint8Array())]), ok)).to.have.length(1);
  });
});
