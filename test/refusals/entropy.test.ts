// SPDX-License-Identifier: Apache-2.0
/** Fresh entropy at each power-on, the same with a fixed seed, and a seed that does not stay behind. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { useEngines } from "../cli/support.js";
import { BOARDS, imageOf, linesOf, nameOf, run } from "./boards.js";

const DRAW = `import { crypto } from "thimble/device/crypto";
trace(Math.random(), "\\n", crypto.generateRandom(32), "\\n");
const key = crypto.generateKey({ type: "HMAC", bits: 256, usage: ["export"], alg: "HMAC_SHA_256" });
trace(crypto.exportKey(key), "\\n", Math.random(), "\\n");
`;
const SEED = Uint8Array.from({ length: 32 }, (_, i) => 0xa0 ^ (i * 7));

describe("entropy", function () {
  this.timeout(60_000);
  useEngines(...BOARDS);

  for (const machine of BOARDS) {
    describe(nameOf(machine), () => {
      it("is different at each start, and no draw equals another", async () => {
        const draws = [...(await linesOf(machine, DRAW)), ...(await linesOf(machine, DRAW))];
        assert.lengthOf(draws, 8);
        assert.strictEqual(new Set(draws).size, 8);
        for (const draw of draws) assert.match(draw, /^(0\.\d+(e-\d+)?|\d+(,\d+){31})$/);
      });

      it("repeats with the same seed, and with no other", async () => {
        const first = await linesOf(machine, DRAW, { seed: SEED });
        assert.deepEqual(await linesOf(machine, DRAW, { seed: SEED }), first);
        const other = await linesOf(machine, DRAW, { seed: SEED.map((byte, i) => (i === 31 ? byte ^ 1 : byte)) });
        for (const draw of first) assert.notInclude(other, draw);
      });

      it("leaves nothing of the seed in the state folder: after the end, a refusal, a power cut", async () => {
        const app = await imageOf(
          `${DRAW}\nimport kv from "embedded:storage/key-value";\nkv.open({ path: "p", format: "string" }).write("k", "v");`,
        );
        const refused = app.map((byte, i) => (i === 90 ? byte ^ 1 : byte));
        const ways = [
          ["stopped", app, {}],
          ["refused", refused, {}],
          ["powerCut", app, { cut: { operation: 1 } }],
        ] as const;
        for (const [reason, image, options] of ways) {
          const stateFolder = mkdtempSync(join(tmpdir(), "thimble-seed-"));
          try {
            const result = await run(machine, image, { ...options, seed: SEED, stateFolder });
            assert.strictEqual(result.reason, reason);
            const window = readFileSync(join(stateFolder, "window.bin"));
            for (let at = 0; at + 8 <= SEED.length; at += 8) {
              assert.strictEqual(window.indexOf(SEED.subarray(at, at + 8)), -1, reason);
            }
          } finally {
            rmSync(stateFolder, { recursive: true });
          }
        }
      });
    });
  }
});
