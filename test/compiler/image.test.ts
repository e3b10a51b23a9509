// SPDX-License-Identifier: Apache-2.0
/** The image is MCUboot's: one reader takes an image that imgtool made, and ours. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { readFirmware } from "../../host-sim/compiler/firmware.js";
import { useEngines } from "../cli/support.js";
import { describeVectors } from "../harness/vectors.js";
import { type Image, readArchive, readImage } from "./archive.js";
import { build } from "./support.js";

const SHA256 = 0x10;
/** Vendor TLVs are 0x..a0 and above in MCUboot's numbering: ours are the ABI digest and the machine's sizes. */
const [ABI, CREATION] = [0x54a0, 0x54a1];

function digestIn({ tlvs }: Image): string {
  const digests = tlvs.filter(({ type }) => type === SHA256);
  assert.lengthOf(digests, 1);
  return digests[0]?.value.toString("hex") ?? "";
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

describeVectors("an image of imgtool", "mcuboot", (vectors) => {
  it("is read by the reader of these tests, and its hash is over header, payload and protected TLVs", () => {
    const image = readImage(vectors.bytes("hash-only.bin"));
    const { cases } = vectors.json("cases.json") as { cases: { file: string; payloadSha256: string }[] };
    assert.deepEqual([image.magic, image.version, image.payload.length], [0x96f3b83d, "1.0.0+0", 1500]);
    assert.strictEqual(sha256(image.payload), cases.find(({ file }) => file === "hash-only.bin")?.payloadSha256);
    assert.strictEqual(digestIn(image), sha256(image.hashed));
  });

  it("with protected TLVs as well", () => {
    const image = readImage(vectors.bytes("ed25519-seccnt.bin"));
    assert.isNotEmpty(image.protectedTlvs);
    assert.strictEqual(digestIn(image), sha256(image.hashed));
  });
});

describe("the image of an app", function () {
  this.timeout(60_000);
  useEngines();

  it("is read by the same reader: header, archive, protected TLVs, hash", async () => {
    const {
      bytes,
      image: path,
      folder,
    } = await build({ "main.ts": "" }, { creation: { static: 300_000, stack: 700 } });
    const image = readImage(bytes);
    assert.deepEqual([image.magic, image.loadAddress, image.flags, image.version], [0x96f3b83d, 0, 0, "0.1.0+0"]);
    assert.strictEqual(digestIn(image), sha256(image.hashed));
    assert.deepEqual(image.payload, readFileSync(join(folder, "build", "host-release", "app.xsa")));
    assert.isTrue(readArchive(image.payload).modules.has("main"));
    assert.deepEqual(
      image.protectedTlvs.map(({ type, value }) => [type, value.toString("hex")]),
      [
        [ABI, readFirmware().abi],
        [CREATION, "e0930400bc020000"],
      ],
    );
    assert.lengthOf(image.tlvs, 1);
    assert.match(path, /app\.img$/);
  });

  it("has zero for sizes that the manifest leaves to the board", async () => {
    const { bytes } = await build({ "main.ts": "" }, { include: [] });
    const creation = readImage(bytes).protectedTlvs.find(({ type }) => type === CREATION);
    assert.strictEqual(creation?.value.toString("hex"), "0000000000000000");
  });
});
