// SPDX-License-Identifier: Apache-2.0
/** The harness proves itself: a log that is right passes on layouts of all kinds, one that is wrong does not, by its name. */
import { assert } from "chai";
import { describe, it } from "mocha";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import { type CutCounts, cutScenario } from "./cuts.js";
import { LAYOUTS, type Layout, layoutName } from "./layouts.js";
import { live } from "./life.js";
import { type Flaw, naiveMount } from "./naive-log.js";
import { Nonces, recordNonces } from "./nonce-recorder.js";
import { Random } from "./random.js";
import { SCENARIOS, type Scenario } from "./scenarios.js";

const LIMIT_MS = 120_000;
/** The smallest blocks, each alignment and erase value; a naive log has no checkpoints and no cleaner. */
const SMALL = LAYOUTS.filter(({ blockLength, blocks }) => blockLength === 512 && blocks === 16);
const SIMPLE = SCENARIOS.filter(({ until }) => until === undefined);

function named(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  assert.isDefined(found, name);
  return found as Scenario;
}

function cutNaive(flaw: Flaw | undefined, layout: Layout, scenario: Scenario): CutCounts {
  return cutScenario(naiveMount(flaw), layout, scenario, "usual");
}

describe("the harness of the sealed store", function () {
  this.timeout(LIMIT_MS);

  it("has 110 layouts and 17 scenarios, none twice", () => {
    assert.strictEqual(new Set(LAYOUTS.map(layoutName)).size, LAYOUTS.length);
    assert.isAtLeast(LAYOUTS.length, 96);
    assert.strictEqual(new Set(SCENARIOS.map(({ name }) => name)).size, SCENARIOS.length);
    assert.isAtLeast(SCENARIOS.length, 12);
  });

  for (const layout of SMALL) {
    it(`passes a log that is right: ${layoutName(layout)}`, () => {
      for (const scenario of SIMPLE) {
        const { cuts, second, failures } = cutNaive(undefined, layout, scenario);
        assert.deepEqual(failures, []);
        if (scenario.name !== "a streamed value, aborted") assert.isAbove(Math.min(cuts, second), 0, scenario.name);
      }
    });
  }

  const flaws: readonly [Flaw, string, RegExp][] = [
    ["forgets", "the first write after a mount", /neither state: .* is gone/],
    ["resurrects", "a delete", /is there and should not be/],
    ["programsTwice", "an overwrite", /programmed a second time/],
    ["repeatsNonces", "an overwrite", /a key and nonce were used twice/],
    ["saysTooMuch", "an overwrite", /neither state/],
  ];
  for (const [flaw, scenario, words] of flaws) {
    it(`catches a log that is wrong: ${flaw}`, () => {
      for (const layout of SMALL) {
        const { failures } = cutNaive(flaw, layout, named(scenario));
        assert.match(failures.join("\n"), words, layoutName(layout));
      }
    });
  }

  it("lets a log that is right live beside a plain Map, and none that is wrong", () => {
    const kinds = { wornMax: 0, replays: false };
    for (const [index, layout] of SMALL.entries()) {
      const { cuts, full } = live(naiveMount(), layout, index, 300, kinds);
      assert.isAbove(Math.min(cuts, full), 0);
      for (const [flaw] of flaws) {
        assert.throws(() => live(naiveMount(flaw), layout, index, 300, kinds), /step \d+/, undefined, flaw);
      }
    }
  });

  it("knows a key by its bytes, whatever its handle", () => {
    const nonces = new Nonces();
    const { crypto } = recordNonces(createNodeCrypto(), nonces, new Random(1));
    const attributes = { type: "AES", bits: 128, usage: ["encrypt"], alg: "CCM" } as const;
    const encrypt = (byte: number, nonce: number) => {
      const key = crypto.importKey(attributes, new Uint8Array(16).fill(byte));
      crypto.aeadEncrypt(key, "CCM", new Uint8Array(13).fill(nonce), new Uint8Array(), new Uint8Array());
      crypto.destroyKey(key);
    };
    encrypt(1, 1);
    encrypt(1, 2);
    encrypt(2, 1);
    assert.deepEqual(nonces.repeats, []);
    encrypt(1, 2);
    assert.strictEqual(nonces.repeats.length, 1);
  });
});
