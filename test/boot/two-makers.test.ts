// SPDX-License-Identifier: Apache-2.0
/** What the maker of these tests makes, `thimble verify` believes; test/image/boot-c.test.ts has the other direction. */
import { assert } from "chai";
import { describe, it } from "mocha";
import { makeTrustRecord } from "../../host-sim/image/trust-record.js";
import { verifyImage } from "../../host-sim/image/verify.js";
import { publicHalf } from "../../host-sim/keys/public-key.js";
import { useEngines } from "../cli/support.js";
import { ABI, PAYLOAD, testKey } from "../image/images.js";
import { BOARDS, type Machine, runC } from "../refusals/boards.js";
import { type Case, failuresOf, NO_POLICY, type Outcome, packCases } from "./cases.js";
import {
  CLASS,
  hashedPart,
  image,
  OTHER_ROOT,
  ROLE,
  recordPayload,
  recordTlvs,
  Signer,
  sha256,
  signatureTlvs,
  TLV,
  u32,
} from "./maker.js";

const HOST = BOARDS[0] as Machine;
const [release, root] = [testKey("release"), testKey("root")];
const pointOf = ({ signer }: typeof release): Uint8Array => signer.publicKey.subarray(1);

/** By Node's crypto, whose keys have another shape. */
const OWN = new Signer(sha256(Buffer.from("of the tests")));
const OWN_ROOT = new Signer(sha256(Buffer.from("root of the tests")));

function spkiHash(point: Uint8Array): Buffer {
  return sha256(OWN.spki.subarray(0, 27), point);
}

describe("two makers of signed images", function () {
  this.timeout(60_000);
  useEngines(HOST);

  async function prove(one: Case): Promise<void> {
    const outcome = (await runC(HOST, "boot-test", packCases([one]))) as unknown as Outcome;
    assert.deepEqual([outcome.cases, failuresOf([one], outcome)], [1, []]);
  }

  it("boot accepts a trust record of thimble with keys of both roles, whatever order they were given in", async () => {
    const keys = [testKey("a"), testKey("b"), release];
    const listed = [
      { role: "manifest", publicKey: release.signer.publicKey },
      ...keys.map(({ signer: { publicKey } }) => ({ role: "image", publicKey }) as const),
    ] as const;
    const bytes = makeTrustRecord(9, listed, root.signer, "revoked");
    const points = keys.map(pointOf).sort(Buffer.compare);
    const policy = {
      ...NO_POLICY,
      leastCounter: 9,
      roots: [{ hash: spkiHash(pointOf(root)), isValid: true }],
      keys: [...points.map((point) => [ROLE.IMAGE, point] as const), [ROLE.MANIFEST, pointOf(release)] as const],
    };
    await prove({
      name: "record",
      kind: "record",
      bytes,
      expected: "IMAGE_OK",
      values: [9, 4, OTHER_ROOT.REVOKED, 0],
      policy,
    });
  });

  it("thimble verify accepts an app and a trust record of the other maker", () => {
    const hashed = hashedPart({
      payload: PAYLOAD,
      protectedTlvs: [
        [TLV.CLASS, u32(CLASS.APP)],
        [TLV.CREATION, u32(0, 0)],
        [TLV.SEC_CNT, u32(5)],
        [TLV.ABI, ABI],
      ],
    });
    const app = image(hashed, signatureTlvs(hashed, OWN));
    const recordPart = hashedPart({
      payload: recordPayload([[ROLE.IMAGE, OWN.point]]),
      version: [0, 0, 0, 0],
      protectedTlvs: [
        [TLV.SEC_CNT, u32(1)],
        [TLV.CLASS, u32(CLASS.TRUST)],
      ],
    });
    const record = image(recordPart, recordTlvs(recordPart, OWN_ROOT));
    const roots = [{ name: "root", key: publicHalf(OWN_ROOT.key) }];
    const verdict = verifyImage(app, { kind: "trust", record, recordName: "record", roots });
    assert.isTrue(verdict.ok, JSON.stringify(verdict.checks));
    assert.deepEqual([verdict.class, verdict.securityCounter], ["app", 5]);
  });
});
