// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { Board } from "../../host-sim/engine/paths.js";
import { makeApp, RUN_LIMIT_MS, thimble, useEngines } from "./support.js";

const THIMBLE = fileURLToPath(new URL("../../cli/thimble.js", import.meta.url));
const THROWS = 'function fail(): void {\n  throw new RangeError("too far");\n}\ntrace("before\\n");\nfail();\n';
const TICKS = `import Timer from "timer";
let n = 0;
Timer.repeat(() => trace(\`tick \${++n}\\n\`), 250);
`;
const LATER = 'import Timer from "timer";\nTimer.set(() => trace("later\\n"), 3_600_000);\ntrace("now\\n");\n';

for (const board of ["host", "mps2-an505"] satisfies Board[]) {
  describe(`thimble sim --board ${board}: how a run ends`, function () {
    this.timeout(RUN_LIMIT_MS);
    useEngines({ board, variant: "release" }, { board, variant: "debug" });
    const sim = (app: string, ...args: string[]) => thimble(["sim", app, "--board", board, ...args]);

    it("idle, when nothing is left to wait for: 0; an hour of waiting takes no time", async () => {
      const { status, stdout, stderr } = await sim(makeApp({ "main.ts": LATER }));
      expect(stdout).to.equal("now\nlater\n");
      expect(stderr).to.match(/idle: nothing left to wait for \(device time 1 h 00 min/);
      expect(status).to.equal(0);
    });

    it("stopped by --until: 0", async () => {
      const { status, stdout, stderr } = await sim(makeApp({ "main.ts": TICKS }), "--until", "1100");
      expect(stdout).to.equal("tick 1\ntick 2\ntick 3\ntick 4\n");
      expect(stderr).to.match(/stopped by --until \(device time 1\.100 s\)/);
      expect(status).to.equal(0);
    });

    it("a damaged image is not run: it is built anew", async () => {
      const app = makeApp({ "main.ts": 'trace("ran\\n");\n' });
      const { image } = JSON.parse((await thimble(["build", app, "--board", board, "--json"])).stdout);
      const whole = readFileSync(image);
      const damaged = Buffer.from(whole);
      damaged.writeUInt8(damaged.readUInt8(100) ^ 1, 100);
      writeFileSync(image, damaged);
      const { status, stdout } = await sim(app);
      expect(stdout).to.equal("ran\n");
      expect(status).to.equal(0);
      expect(readFileSync(image).equals(whole)).to.equal(true);
    });

    it("an object that is thrown and is no error: its properties, read without running a getter, and where", async () => {
      const own = '{ code: 5, text: "a\\n at (b.ts:1)", get x(): number { trace("ran"); return 1; }, o: {} }';
      const { stdout, stderr } = await sim(makeApp({ "main.ts": `\nthrow ${own};\n` }));
      expect(stderr).to.include(
        'exception: an object that is no Error: { code: 5, text: "a  at (b.ts:1)", x: …, o: … } (',
      );
      expect(stderr).to.match(/^ at \(main\.ts:2\)$/m);
      expect(stdout).to.equal("");
      const many = 'throw Object.fromEntries(Array.from({ length: 50 }, (_, i) => ["k" + i, "é".repeat(300)]));\n';
      const { stderr: bounded } = await sim(makeApp({ "main.ts": many }));
      expect(bounded).to.match(/^uncaught exception: an object that is no Error: \{ k0: "(é){30}…", .* … \} \(/m);
      const proxy = 'throw new Proxy({}, { ownKeys() { trace("ran"); return []; } });\n';
      expect((await sim(makeApp({ "main.ts": proxy }))).stdout).to.equal("");
    });

    for (const variant of [[], ["--debug"]]) {
      it(`an uncaught exception${variant.join("")}: 1, after what the app wrote; code, and .ts lines of each call`, async () => {
        const { status, stdout, stderr } = await sim(makeApp({ "main.ts": THROWS }), ...variant);
        expect(stdout).to.equal("before\n");
        expect(stderr).to.match(/^uncaught exception: RangeError: too far \(.*\)\n/m);
        expect(stderr).to.match(/^> 2 \| {3}throw new RangeError\("too far"\);$/m);
        expect(stderr).to.match(/^ at fail \(main\.ts:2\)\n at \(main\.ts:5\)$/m);
        expect(status).to.equal(1);
      });
    }
  });
}

describe("thimble sim: how a run ends, on the host", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" });

  it("idle in the current folder, when none is named: 0", async () => {
    const { status, stdout } = await thimble(["sim"], { cwd: makeApp({ "main.ts": LATER }) });
    expect([stdout, status]).to.deep.equal(["now\nlater\n", 0]);
  });

  it("an unhandled rejection: 1", async () => {
    const app = makeApp({ "main.ts": 'void Promise.reject(new Error("refused"));\n' });
    const { status, stderr } = await thimble(["sim", app]);
    expect(stderr).to.match(/uncaught exception: Error: refused/);
    expect(status).to.equal(1);
  });

  it("an unhandled rejection: each call of an async function once, also where it calls itself", async () => {
    const main = `async function f(n: number): Promise<void> {
  if (n > 0) await f(n - 1);
  throw new Error("refused");
}
void f(2);
`;
    const { stderr } = await thimble(["sim", makeApp({ "main.ts": main })]);
    const stack = stderr.split("\n").filter((line) => line.startsWith(" at "));
    const calls = [" at f (main.ts:3)", " at f (main.ts:2)", " at f (main.ts:2)", " at (main.ts:5)"];
    expect(stack).to.deep.equal(calls);
  });

  it("an exception in a timer: 1", async () => {
    const app = makeApp({
      "main.ts": 'import Timer from "timer";\nTimer.set(() => { throw new Error("late"); }, 5);\n',
    });
    const { status, stderr } = await thimble(["sim", app]);
    expect(stderr).to.match(/uncaught exception: Error: late\b.*\(device time 0\.005 s\)/);
    expect(status).to.equal(1);
  });

  it("an exception in a timer: the calls of the app, without those of the firmware that lead there", async () => {
    const main = `import Digital from "embedded:io/digital"; import Timer from "timer";
function fail(): void {
  [1].forEach(() => new Digital({ pin: 99, mode: Digital.Output }));
}
Timer.set(() => fail(), 5);
`;
    const { stderr } = await thimble(["sim", makeApp({ "main.ts": main })]);
    const stack = stderr.split("\n").filter((line) => line.startsWith(" at "));
    expect(stack[0]).to.match(/^ at .*\(devices\/io\/options\.ts:\d+\)$/);
    expect(stack.slice(-4)).to.deep.equal([
      " at (main.ts:3)",
      " at forEach ()",
      " at fail (main.ts:3)",
      " at (main.ts:5)",
    ]);
  });

  it("text without a newline at its end: ours begins on a line of its own where both go to one place", async () => {
    const app = makeApp({ "main.ts": 'trace("no newline");\n' });
    const { stdout, stderr } = await thimble(["sim", app]);
    expect(stdout).to.equal("no newline");
    expect(stderr).to.match(/^idle: nothing left/m);
    const line = `'${process.execPath}' '${THIMBLE}' sim '${app}' 2>&1`;
    for (const rest of ["", " | cat"]) {
      expect(spawnSync("sh", ["-c", line + rest], { encoding: "utf8" }).stdout).to.match(/^no newline\nidle: nothing/m);
    }
  });

  it("heap exhausted: 1, with what to do", async () => {
    const app = makeApp({ "main.ts": "const kept: Uint8Array[] = [];\nfor (;;) kept.push(new Uint8Array(4096));\n" });
    const { status, stderr } = await thimble(["sim", app]);
    expect(stderr).to.match(/out of memory: .*heap/);
    expect(stderr).to.match(/^ at \(main\.ts:2\)$/m);
    expect(stderr).to.match(/creation/);
    expect(status).to.equal(1);
  });

  it("stack overflow: 1", async () => {
    const app = makeApp({ "main.ts": "function f(n: number): number {\n  return 1 + f(n + 1);\n}\ntrace(f(0));\n" });
    const { status, stderr } = await thimble(["sim", app]);
    expect(stderr).to.match(/stack overflow/);
    expect(stderr).to.match(/(^ at f \(main\.ts:2\)\n){8}/m);
    expect(status).to.equal(1);
  });

  it("--time real waits for the clock", async () => {
    const app = makeApp({ "main.ts": 'import Timer from "timer";\nTimer.set(() => trace("later\\n"), 700);\n' });
    const start = performance.now();
    const { status, stdout } = await thimble(["sim", app, "--time", "real"]);
    expect(performance.now() - start).to.be.greaterThan(700);
    expect(stdout).to.equal("later\n");
    expect(status).to.equal(0);
  });

  for (const [name, expected] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    it(`${name} ends the run cleanly: ${expected}`, async () => {
      const { status, stderr } = await thimble(["sim", makeApp({ "main.ts": TICKS })], { signal: { name } });
      expect(stderr).to.match(/interrupted \(device time/);
      expect(status).to.equal(expected);
    });
  }

  it("Ctrl-C on a terminal, which goes to the whole group: 130", async () => {
    const signal = { name: "SIGINT", toGroup: true } as const;
    const { status, stderr } = await thimble(["sim", makeApp({ "main.ts": TICKS })], { signal });
    expect(stderr).to.match(/interrupted/);
    expect(stderr).not.to.match(/error|BOARD_LOST/);
    expect(status).to.equal(130);
  });

  it("SIGINT ends a busy app, too", async () => {
    const app = makeApp({ "main.ts": 'trace("busy\\n");\nfor (;;);\n' });
    const { status, stderr } = await thimble(["sim", app], { signal: { name: "SIGINT" } });
    expect(stderr).to.include("interrupted: the app was busy, and its power was cut (device time");
    expect(status).to.equal(130);
  });

  it("an app that never becomes idle: said after 5 s, ended after --busy-limit, with its place", async () => {
    const main = 'import Timer from "timer";\nTimer.set(() => {\n  for (;;);\n}, 5);\n';
    const { status, stderr } = await thimble(["sim", makeApp({ "main.ts": main }), "--busy-limit", "5500"]);
    expect(stderr).to.match(/^the app has been busy for 5 s without a pause: .*Ctrl-C ends it$/m);
    expect(stderr).not.to.include("still running");
    expect(stderr).to.match(/^the app kept the processor busy for 5\.5 s: .*\(device time 0\.005 s\)\n/m);
    expect(stderr).to.match(/^> 3 \| {3}for \(;;\);\n(.*\n)+ at \(main\.ts:3\)\n(.*\n)*--busy-limit/m);
    expect(status).to.equal(1);
  });

  it("an app that goes on without end in virtual time: said after 5 s", async () => {
    const main = 'import Timer from "timer";\nTimer.repeat(() => {}, 1);\n';
    const signal = { name: "SIGINT", after: "still running, in virtual time: Ctrl-C ends it" } as const;
    const { status, stderr } = await thimble(["sim", makeApp({ "main.ts": main })], { signal });
    expect(stderr)
      .to.match(/interrupted \(device time/)
      .and.not.include("busy");
    expect(status).to.equal(130);
  });
});
