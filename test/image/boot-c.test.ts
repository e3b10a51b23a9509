// SPDX-License-Identifier: Apache-2.0
/** What `thimble sign` and `thimble keys` make, the checks of devices/boot believe. */
import { createHash } from "node:crypto";
import { assert } from "chai";
import { signImage } from "../../host-sim/image/sign.js";
import { makeTrustRecord } from "../../host-sim/image/trust-record.js";
import { spkiOf } from "../../host-sim/keys/public-key.js";
import { type Case, failuresOf, NO_POLICY, numberOf, type Outcome, packCases, versionWords } from "../boot/cases.js";
import { CLASS, type Listed, OTHER_ROOT, ROLE } from "../boot/maker.js";
import { useEngines } from "../cli/support.js";
import { BOARDS, type Machine, nameOf, runC } from "../refusals/boards.js";
import { ABI, PAYLOAD, plainApp, testKey, VERSION } from "./images.js";

const FIRMWARE = [2, 0, 0, 0] as const;
const COUNTER = 5;

const [root, spare, release] = [testKey("root"), testKey("spare"), testKey("release")];
const { publicKey } = release.signer;
const rootHash = createHash("sha256").update(spkiOf(root.named.key)).digest();

function cases(): Case[] {
  const listed: Listed = [ROLE.IMAGE, publicKey.subarray(1)];
  const keys = [{ role: "image", publicKey }] as const;
  const depends = { major: 2, minor: 0, revision: 0, build: 0 };
  const app = signImage(plainApp(), { counter: COUNTER, version: VERSION, depends }, release.signer);
  const words = versionWords([VERSION.major, VERSION.minor, VERSION.revision, VERSION.build]);
  const values = [numberOf("SIGNATURE_VALID"), COUNTER, ...words, PAYLOAD.length, 65536];
  const policy = { ...NO_POLICY, imageClass: CLASS.APP, leastCounter: COUNTER, abi: ABI, firmware: FIRMWARE };
  const roots = [{ hash: rootHash, isValid: true }];
  const record = makeTrustRecord(3, keys, root.signer);
  const ofRecord = { ...NO_POLICY, leastCounter: 3, roots, keys: [listed] };
  const image = { name: "an app", kind: "image", bytes: app, expected: "IMAGE_OK", values } as const;
  const trust = {
    name: "a trust record",
    kind: "record",
    bytes: record,
    expected: "IMAGE_OK",
    values: [3, 1, OTHER_ROOT.STAYS, 0],
  } as const;
  const older = signImage(app, { counter: COUNTER - 1 }, release.signer);
  return [
    { ...image, policy: { ...policy, keys: [listed] } },
    {
      ...image,
      expected: "IMAGE_E_KEY",
      policy: { ...policy, keys: [[ROLE.IMAGE, root.signer.publicKey.subarray(1)]] },
    },
    { ...image, bytes: older, expected: "IMAGE_E_COUNTER", policy: { ...policy, keys: [listed] } },
    { ...trust, policy: ofRecord },
    { ...trust, bytes: makeTrustRecord(3, keys, spare.signer), expected: "IMAGE_E_KEY", policy: ofRecord },
  ];
}

describe("what thimble signs, in front of boot's checks", function () {
  this.timeout(300_000);
  const machine = BOARDS[0] as Machine;
  useEngines(machine);

  it(`is believed on ${nameOf(machine)}, by the right keys`, async () => {
    const all = cases();
    const outcome = (await runC(machine, "boot-test", packCases(all))) as unknown as Outcome;
    assert.deepEqual(failuresOf(all, outcome), []);
    assert.strictEqual(outcome.cases, all.length);
  });
});
