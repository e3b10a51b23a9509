// SPDX-License-Identifier: Apache-2.0
/** The example and its receiver: what the device sends is believed, and nothing that differs from it by one bit. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { runExample } from "../../cli/demo/run-example.js";
import { useEngines } from "../cli/support.js";

const QUARTER_US = 15 * 60 * 1e6;
const nothing = (): void => undefined;

describe("examples/signed-sensor", function () {
  this.timeout(120_000);
  useEngines({ board: "host", variant: "release" }, { board: "mps2-an505", variant: "release" });
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "thimble-example-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  for (const board of ["host", "mps2-an505"] as const) {
    it(`on ${board}: cose-js believes the batch, and no form of it with one bit flipped or cut short`, async () => {
      const { receiver, result } = await runExample(board, folder, nothing, nothing, QUARTER_US);
      assert.strictEqual(result.reason, "stopped", result.text);
      assert.deepEqual(receiver.refusals, []);
      assert.strictEqual(receiver.batches.length, 1);
      assert.strictEqual(receiver.samples.length, 15);

      const message = Buffer.from(receiver.lastMessage ?? []);
      assert.isAbove(message.length, 200);
      for (let bit = 0; bit < message.length * 8; bit++) {
        const flipped = Buffer.from(message);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        await receiver.take(flipped);
        assert.strictEqual(receiver.batches.length, 1, `bit ${bit} of ${message.toString("hex")}`);
      }
      assert.match(receiver.refusals.at(-1) ?? "", /^cose-js: "Signature /, "the last bit is one of the signature");
      for (let length = 0; length < message.length; length++) await receiver.take(message.subarray(0, length));
      assert.strictEqual(receiver.batches.length, 1);
      await receiver.take(message);
      assert.strictEqual(receiver.batches.length, 2);
    });

    it(`on ${board}: keeps its key and counts on over a restart`, async () => {
      const first = await runExample(board, folder, nothing, nothing, QUARTER_US);
      const second = await runExample(board, folder, nothing, nothing, QUARTER_US);
      assert.include(first.result.console, "made a new key, batch 1 is next");
      assert.include(second.result.console, "found its key, batch 2 is next");
      assert.strictEqual(second.receiver.batches[0]?.name, "urn:dev:thimble:2:");
    });
  }
});
