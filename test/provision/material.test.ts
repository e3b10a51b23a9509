// SPDX-License-Identifier: Apache-2.0
/** What is refused before anything is burnt: images, records and keys that do not belong together. */
import { assert } from "chai";
import { describe, it } from "mocha";
import { parseImage } from "../../host-sim/image/parse.js";
import { type SignOptions, signImage } from "../../host-sim/image/sign.js";
import { makeTrustRecord } from "../../host-sim/image/trust-record.js";
import { publicKeyOf } from "../../host-sim/keys/public-key.js";
import { generateKey, signerOf } from "../../host-sim/keys/store.js";
import { checkMaterial, type RawMaterial } from "../../host-sim/provision/material.js";
import { useEngines } from "../cli/support.js";
import { archiveOf, imageOf, wrap } from "../refusals/boards.js";
import { Maker } from "./bench.js";

const maker = new Maker({ board: "host", variant: "release" });
const stranger = signerOf(generateKey());

/** What is said of material that is like a maker's but for this. */
async function outcome(
  change: (raw: RawMaterial) => Promise<Partial<RawMaterial>> | Partial<RawMaterial>,
): Promise<string> {
  const raw = await maker.raw();
  try {
    checkMaterial({ ...raw, ...(await change(raw)) });
    return "nothing";
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
}

const app = async (options: SignOptions = {}, signer = maker.keys.image) => ({
  app: {
    name: "app.img",
    bytes: signImage(Buffer.from(await imageOf("trace(1);")), { class: "app", ...options }, signer),
  },
});
const trust = (bytes: Uint8Array) => ({ trust: { name: "trust.img", bytes } });

describe("what a device is to be provisioned with", function () {
  this.timeout(60_000);
  useEngines({ board: "host", variant: "release" });

  it("is told with versions, counters and signers", async () => {
    const { firmware, app: image, trust: record, roots } = await maker.material();
    assert.deepEqual([firmware.signedBy, image.signedBy, record.signedBy], ["image-1", "image-1", "root-1"]);
    assert.deepEqual([firmware.version, image.version, record.version, record.counter], ["0.1.0+0", "0.1.0+0", "1", 1]);
    assert.deepEqual(
      roots.map(({ name }) => name),
      ["root-1", "root-2"],
    );
  });

  it("is refused with an image that is damaged, not signed, or signed by nobody who is believed", async () => {
    assert.match(await outcome(async () => await app({}, stranger)), /^PROVISION_IMAGE: app\.img .*IMAGE_E_KEY/);
    assert.match(await outcome(async () => await app({}, maker.keys.manifest)), /IMAGE_E_ROLE/);
    const unsigned = { app: { name: "app.img", bytes: await imageOf("trace(1);") } };
    assert.match(await outcome(() => unsigned), /IMAGE_E_UNSIGNED/);
    assert.match(
      await outcome(({ firmware: { name, bytes } }) => {
        const damaged = Buffer.from(bytes);
        damaged.writeUInt8(damaged.readUInt8(500) ^ 1, 500);
        return { firmware: { name, bytes: damaged } };
      }),
      /^PROVISION_IMAGE: firmware\.img .*IMAGE_E_DIGEST/,
    );
    assert.match(await outcome(() => trust(new Uint8Array(0))), /^PROVISION_IMAGE: trust\.img .*IMAGE_E_SIZE/);
  });

  it("is refused with an image in the place of another", async () => {
    assert.match(
      await outcome(({ firmware }) => ({ app: firmware })),
      /^PROVISION_IMAGE: firmware\.img is an image of class firmware, not app/,
    );
    assert.match(await outcome(({ app: image }) => ({ firmware: image })), /of class app, not firmware/);
    assert.match(await outcome(({ app: image }) => ({ trust: image })), /^PROVISION_IMAGE: app\.img/);
  });

  it("is refused with an app for another firmware", async () => {
    const other = wrap(archiveOf(await imageOf("trace(1);")), new Uint8Array(32));
    const bytes = signImage(Buffer.from(other), { class: "app" }, maker.keys.image);
    assert.match(await outcome(() => ({ app: { name: "app.img", bytes } })), /built for another firmware/);
    const version = (minor: number, build = 0) => ({ major: 0, minor, revision: 0, build });
    assert.strictEqual(await outcome(async () => await app({ depends: version(1) })), "nothing");
    assert.match(await outcome(async () => await app({ depends: version(2) })), /asks for firmware 0\.2\.0\+0/);
    assert.match(await outcome(async () => await app({ depends: version(1, 1) })), /asks for firmware 0\.1\.0\+1/);
  });

  it("is refused with a record that no root key of the device has signed", async () => {
    const keys = [{ role: "image", publicKey: maker.keys.image.publicKey } as const];
    assert.match(
      await outcome(() => trust(makeTrustRecord(1, keys, stranger))),
      /^PROVISION_IMAGE: trust\.img .*IMAGE_E_KEY/,
    );
    assert.strictEqual(await outcome(() => trust(makeTrustRecord(1, keys, maker.keys.roots[1]))), "nothing");
    const others = [{ role: "image", publicKey: stranger.publicKey } as const];
    assert.match(await outcome(() => trust(makeTrustRecord(1, others, maker.keys.roots[0]))), /IMAGE_E_KEY/);
  });

  it("is refused with fewer or more root keys than two, and with one twice", async () => {
    const third = { name: "root-3", key: publicKeyOf(stranger.publicKey) };
    assert.match(await outcome(() => ({ roots: [] })), /^PROVISION_KEY: .*none/);
    assert.match(await outcome(({ roots }) => ({ roots: roots.slice(0, 1) })), /^PROVISION_KEY: .*root-1$/);
    assert.match(
      await outcome(({ roots }) => ({ roots: [...roots, third] })),
      /^PROVISION_KEY: .*root-1, root-2, root-3$/,
    );
    assert.match(
      await outcome(({ roots: [first] }) => ({
        roots: first === undefined ? [] : [first, { ...first, name: "copy" }],
      })),
      /^PROVISION_KEY: root-1 and copy are one key/,
    );
  });

  it("has images that are the same for the same keys", async () => {
    const [one, two] = [await maker.raw(), await maker.raw()];
    assert.strictEqual(Buffer.compare(one.app.bytes, two.app.bytes), 0);
    assert.isAbove(parseImage(one.app.bytes).tlvs.length, 2);
  });
});
