// SPDX-License-Identifier: Apache-2.0
/** Apps that never become idle: the board says where they are, at whatever moment it is asked. */
import { assert } from "chai";
import { useEngines } from "../cli/support.js";
import { BOARDS, imageOf, nameOf, run, SANITIZED } from "./boards.js";

const JOBS = "const f = async () => { for (;;) await 1; }; f();";
const CASES: Readonly<Record<string, string>> = {
  "a loop": "let n = 0; while (n >= 0) n++;",
  "a loop with calls": "let n = 0; const f = () => n++; for (;;) f();",
  "a loop without a body": "for (;;) {}",
  "a loop that continues": "a: for (;;) continue a;",
  "a generator": "function* g() { for (;;) yield 1; } for (const x of g());",
  "numbers as text": "let s; for (let i = 0.1; ; i++) s = String(i * 1.37);",
  "text as numbers": 'let n = 0; for (let i = 0; ; i++) n = Number(i + ".25e-7");',
  "regular expressions": 'const all = /(a|b)*c/; for (;;) all.test("abababababc");',
  "memory that is collected": "for (;;) new Uint8Array(1000);",
  "texts that are collected": 'for (let i = 0; ; i++) ("x" + i).padEnd(200);',
  exceptions: "for (;;) { try { throw new Error(); } catch {} }",
  "big integers": "for (let n = 1n; ; n = (n * 3n) % 1000003n);",
  "a callback of a sort": "for (;;) [3, 1, 2].sort((a, b) => a - b);",
  JSON: "for (;;) JSON.parse(JSON.stringify({ a: [1, 2] }));",
  jobs: JOBS,
  "a timer": 'import Timer from "timer"; Timer.set(() => { for (let n = 0; ; n++); }, 5);',
  flash:
    'import flash from "embedded:storage/flash"; const f = flash.open({ path: "user" }); for (;;) f.eraseBlock(0);',
};
const PLACE = /^the app kept the processor busy for 0\.5 s: a loop that does not end\?(\n at .*)+$/;

describe("apps that never become idle", function () {
  this.timeout(60_000);
  useEngines(...BOARDS, SANITIZED);

  for (const machine of [...BOARDS, SANITIZED]) {
    describe(nameOf(machine), () => {
      for (const [what, source] of Object.entries(CASES)) {
        it(`${what}: busy, and where`, async () => {
          const { reason, text } = await run(machine, await imageOf(`${source}\nexport {};\n`), { busyLimitMs: 500 });
          assert.strictEqual(reason, "busy", text);
          if (machine.variant === "release") assert.match(text, PLACE);
        });
      }

      it("one long call of the engine: BOARD_HANG", async () => {
        const image = await imageOf('/^(a+)+$/.test("a".repeat(40) + "b");\nexport {};\n');
        const error = await run(machine, image, { busyLimitMs: 500 }).catch((cause: unknown) => cause);
        assert.propertyVal(error, "code", "BOARD_HANG");
      });
    });
  }

  it("jobs, asked at 30 moments: each answer says where", async () => {
    // about one moment in fifteen lies between two jobs, when no function runs
    const image = await imageOf(`${JOBS}\nexport {};\n`);
    for (let i = 0; i < 30; i++) {
      const { text } = await run(SANITIZED, image, { busyLimitMs: 150 + i });
      assert.match(text, /\n at /, `after ${150 + i} ms`);
    }
  });
});
