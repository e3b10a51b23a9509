// SPDX-License-Identifier: Apache-2.0
/** What a verifier that runs for long takes from signed CoRIMs, and until when: by the rule that they were verified by. */
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { after, before, describe, it } from "mocha";
import { Endorsed } from "../../cli/attest-endorsed.js";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import { decodeHex } from "../../sdk/bytes/hex.js";
import type { KeyId } from "../../sdk/contracts/crypto.js";
import {
  corimWith,
  headerWith,
  INSTANCE_ID,
  map,
  type Parts,
  signedWith,
  time,
} from "../specs/attestation/corim-made.js";

const HOUR = 3600;
/** The key of `corim-made`. */
const POINT = decodeHex(
  "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
);

describe("what signed CoRIMs endorse", () => {
  const crypto = createNodeCrypto();
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const now = Math.floor(Date.now() / 1000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "thimble-endorsed-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const endorsed = (change: (header: Map<number, unknown>) => void, content?: (all: Parts) => void): Endorsed => {
    const signMessage = (_key: KeyId, _alg: string, message: Uint8Array): Uint8Array =>
      new Uint8Array(sign("sha256", message, { key: privateKey, dsaEncoding: "ieee-p1363" }));
    const header = headerWith((all) => {
      all.delete(8);
      change(all);
    });
    const file = join(folder, "corim.cbor");
    writeFileSync(file, signedWith({ signMessage }, 1 as KeyId, { header, payload: corimWith(content) }));
    return new Endorsed(crypto, { name: "maker", key: publicKey }, [file]);
  };
  const counts = (all: Endorsed, seconds: number): string =>
    [
      all.references(seconds).length,
      all.device(INSTANCE_ID, seconds) === undefined ? 0 : 1,
      all.endorsements(POINT, seconds).length,
    ].join();

  it("counts until the second before exp, as when it was verified", () => {
    const all = endorsed((header) => header.set(15, map([1, "Maker"], [4, now + HOUR])));
    assert.strictEqual(counts(all, now + HOUR - 1), "1,1,1");
    assert.strictEqual(counts(all, now + HOUR), "0,0,0");
  });

  it("counts from the first second to the last of a validity", () => {
    const all = endorsed(
      (header) => header.set(15, map([1, "Maker"])),
      ({ corim }) => corim.set(4, map([0, time(now - HOUR)], [1, time(now + HOUR)])),
    );
    const seconds = [now - HOUR - 1, now - HOUR, now + HOUR, now + HOUR + 1];
    assert.deepEqual(
      seconds.map((one) => counts(all, one)),
      ["0,0,0", "1,1,1", "1,1,1", "0,0,0"],
    );
  });

  it("finds a key that is endorsed twice under both of its implementations", () => {
    const all = endorsed(
      (header) => header.set(15, map([1, "Maker"])),
      ({ keys, keyRecord }) => keys.push(keyRecord),
    );
    assert.strictEqual(counts(all, now), "1,1,2");
    assert.strictEqual(all.deviceCount, 1);
  });
});
