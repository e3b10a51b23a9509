// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type CommandResult, makeApp, RUN_LIMIT_MS, thimble, useEngines } from "./support.js";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const RANDOM = 'trace(Math.random(), " ", Math.random(), "\\n");\n';
const STARTS = `import storage from "embedded:storage/key-value";
const domain = storage.open({ path: "test", format: "uint32" });
const starts = (domain.read("starts") ?? 0) + 1;
domain.write("starts", starts);
trace(\`start \${starts}\\n\`);
`;
const READINGS = `import Analog from "embedded:io/analog";
import Timer from "timer";
const sensor = new Analog({ pin: 2 });
Timer.repeat(() => trace(\`\${sensor.read()}\\n\`), 1000);
`;

describe("thimble sim: options", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" }, { board: "mps2-an505", variant: "release" });

  it("--json: one object with the console in it, and what it was made from", async () => {
    const app = makeApp({ "main.ts": 'import Timer from "timer";\nTimer.set(() => trace("done\\n"), 5);\n' });
    const { status, stdout } = await thimble(["sim", app, "--json"]);
    expect(status).to.equal(0);
    const result = JSON.parse(stdout);
    expect(result).to.include({
      ok: true,
      exitStatus: 0,
      board: "host",
      variant: "release",
      clock: "virtual",
      console: "done\n",
      haltReason: "stopped",
      stoppedBy: "idle",
      instructions: null,
      resets: 0,
      flashOperations: 0,
      state: null,
    });
    expect(result.timeUs).to.be.within(5000, 5100);
    expect(result.engineHash).to.equal(sha256(readFileSync(result.engine)));
    expect(result.imageDigest).to.equal(sha256(readFileSync(result.image)));
    expect(result.archiveDigest).to.equal(sha256(readFileSync(join(app, "build/host-release/app.xsa"))));
    expect(result.abi).to.match(/^[0-9a-f]{64}$/);
  });

  it("--json: an exception is an end, with the console before it", async () => {
    const app = makeApp({ "main.ts": 'trace("before\\n");\nthrow new Error("boom");\n' });
    const { status, stdout } = await thimble(["sim", app, "--json"]);
    const result = JSON.parse(stdout);
    expect(result).to.include({
      ok: false,
      exitStatus: 1,
      console: "before\n",
      haltReason: "uncaught",
      stoppedBy: null,
    });
    expect(result.haltText).to.match(/^Error: boom/);
    expect(status).to.equal(1);
  });

  for (const board of ["host", "mps2-an505"]) {
    const random = (app: string, ...args: string[]): Promise<CommandResult> =>
      thimble(["sim", app, "--board", board, ...args]);

    it(`--seed repeats Math.random() and warns; without it each run differs (${board})`, async () => {
      const app = makeApp({ "main.ts": RANDOM });
      const [first, second, other] = [
        await random(app, "--seed", "5eed"),
        await random(app, "--seed", "5EED"),
        await random(app, "--seed", "5eee"),
      ];
      expect(first.status).to.equal(0);
      expect(first.stdout).to.match(/^0\.\d+ 0\.\d+\n$/);
      expect(first.stderr).to.match(/warning --seed: .*predicted/);
      expect(second.stdout).to.equal(first.stdout);
      expect(other.stdout).not.to.equal(first.stdout);
      const [fresh, another] = [await random(app), await random(app)];
      expect(fresh.stderr).not.to.match(/warning/);
      expect(another.stdout).not.to.equal(fresh.stdout);
    });

    it(`--input feeds a recording to an analog channel (${board})`, async () => {
      const recording = "time,channel,value\n0,analog:2,100\n1500,analog:2,200\n2500,analog:2,4095\n";
      const app = makeApp({ "main.ts": READINGS, "day.csv": recording });
      const input = join(app, "day.csv");
      const { status, stdout, stderr } = await thimble([
        "sim",
        app,
        "--board",
        board,
        "--input",
        input,
        "--until",
        "3500",
      ]);
      expect(status, stderr).to.equal(0);
      expect(stdout).to.equal("100\n200\n4095\n");
    });
  }

  it("--state keeps the flash between runs, on either board; without it each run has a new device", async () => {
    const app = makeApp({ "main.ts": STARTS });
    const state = join(app, "device");
    const runOn = (board: string) => thimble(["sim", app, "--board", board, "--state", state, "--json"]);
    for (const [i, board] of ["host", "mps2-an505", "host"].entries()) {
      const { console, state: folder, flashOperations } = JSON.parse((await runOn(board)).stdout);
      expect({ console, folder }).to.deep.equal({ console: `start ${i + 1}\n`, folder: state });
      expect(flashOperations).to.be.greaterThan(0);
    }
    expect(existsSync(join(state, "lock"))).to.equal(false);
    for (let i = 0; i < 2; i++) expect((await thimble(["sim", app])).stdout).to.equal("start 1\n");
  });

  it("--state in use by another process: 1, and its flash stays as it is", async () => {
    const app = makeApp({ "main.ts": STARTS, "device/lock": `${process.pid}\n` });
    const { status, stdout, stderr } = await thimble(["sim", app, "--state", join(app, "device")]);
    expect(stderr).to.match(new RegExp(`^error STATE: the state folder is in use by process ${process.pid}`, "m"));
    expect(stdout).to.equal("");
    expect(status).to.equal(1);
  });

  it("--icount counts the instructions to the first line, the same in each run", async () => {
    const app = makeApp({ "main.ts": 'trace("first line\\n");\n' });
    const args = ["sim", app, "--board", "mps2-an505", "--icount", "--seed", "1", "--json"];
    const [first, second] = [JSON.parse((await thimble(args)).stdout), JSON.parse((await thimble(args)).stdout)];
    expect(first.instructions).to.be.a("number").that.is.greaterThan(10_000);
    expect(second.instructions).to.equal(first.instructions);
  });

  it("--input that cannot be read: 1, named", async () => {
    const { status, stderr } = await thimble(["sim", makeApp({ "main.ts": "" }), "--input", "/nonexistent.csv"]);
    expect(stderr).to.match(/^error the recording cannot be read: .*nonexistent\.csv/m);
    expect(status).to.equal(1);
  });

  it("--input with a line that is wrong: 1, file and line", async () => {
    const app = makeApp({ "main.ts": "", "day.csv": "time,channel,value\n0,0,7\n10,0,9999\n" });
    const { status, stderr } = await thimble(["sim", app, "--input", join(app, "day.csv")]);
    expect(stderr).to.match(/^error RECORDING: .*day\.csv:3: analog value 9999/m);
    expect(status).to.equal(1);
  });
});
