// SPDX-License-Identifier: Apache-2.0
/** Whole runs on both boards: the same app, its peers, its inputs, its power. */
import { spawn, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert } from "chai";
import type { BoardError } from "../../host-sim/board/error.js";
import { PeerNetwork } from "../../host-sim/board/network.js";
import { parseRecording } from "../../host-sim/board/recording.js";
import { type RunOptions, type RunResult, runBoard } from "../../host-sim/board/run.js";
import { buildApp } from "../../host-sim/compiler/app.js";
import { enginePath, firmwareFolder } from "../../host-sim/engine/paths.js";
import { makeApp, useEngines } from "../cli/support.js";

const BOARDS = ["host", "mps2-an505"] as const;
type Board = (typeof BOARDS)[number];

const INPUTS = `
import Analog from "embedded:io/analog";
import Digital from "embedded:io/digital";
import Timer from "timer";
const analog = new Analog({ pin: 0 });
trace("at power-on ", analog.read(), "\\n");
const output = new Digital({ pin: 3, mode: Digital.Output, initialValue: 1 });
const input = new Digital({
  pin: 2, mode: Digital.Input, edge: Digital.Rising + Digital.Falling,
  onReadable() { trace("pin ", this.read(), " at ", Date.now(), "\\n"); output.write(this.read()); },
});
new Digital({
  pin: 4, mode: Digital.Input, edge: Digital.Falling, activeLow: true,
  onReadable() { trace("falling ", this.read(), "\\n"); },
});
Timer.repeat((timer) => {
  trace("tick ", analog.read(), "\\n");
  if (analog.read() === 200) { Timer.clear(timer); input.close(); }
}, 1000);
`;
const RECORDING = `time,channel,value
0,0,100
0,digital:4,0
700,digital:2,1
900,digital:2,1
1700,digital:2,0
1800,0,200
1900,digital:4,1
2500,digital:4,0
2600,digital:2,1
`;

const ECHO = `
import UDP from "embedded:io/socket/udp";
import Timer from "timer";
const udp = new UDP({
  target: "me",
  onReadable(count) {
    const packet = this.read()!;
    trace(this.target, " ", count, " ", packet.address, " ", packet.byteLength, " ", this.read() === undefined, "\\n");
    this.close();
  },
});
Timer.set(() => udp.write(Uint8Array.of(1, 2, 3).subarray(1), "127.0.0.1", PORT), 10);
`;

const BOOTS = `
import storage from "embedded:storage/key-value";
const store = storage.open({ path: "boots", format: "string" });
const boots = Number(store.read("n") ?? "0") + 1;
store.write("n", String(boots));
trace("boot ", boots, "\\n");
`;

// Looks in all that the firmware exports for a function that reads the flash beyond what `open` allows. Internal modules
// cannot be imported, and there is no Compartment to load them anew.
const REACH = `export {};
if ("Compartment" in globalThis) trace("Compartment\\n");
for (const name of MODULES as string[]) {
  if (name.startsWith("thimble:")) {
    await import(name).then(() => trace("imported ", name, "\\n"), () => {});
    continue;
  }
  const module = (await import(name)) as Record<string, unknown>;
  for (const [key, value] of Object.entries(module)) {
    if (/flash(Read|Write|Erase)/i.test(key) || (typeof value === "function" && value.name.startsWith("flash"))) {
      trace(name, " ", key, "\\n");
    }
  }
}
trace("done\\n");
`;

describe("runs on the boards", function () {
  this.timeout(60_000);
  useEngines({ board: "host", variant: "release" }, { board: "mps2-an505", variant: "release" });

  const built = new Map<string, Uint8Array>();
  async function imageOf(source: string): Promise<Uint8Array> {
    const known = built.get(source);
    if (known !== undefined) return known;
    const { image } = await buildApp(makeApp({ "main.ts": source }), { board: "host", debug: false });
    const bytes = readFileSync(image);
    built.set(source, bytes);
    return bytes;
  }

  async function run(board: Board, source: string, options: Partial<RunOptions> = {}): Promise<RunResult> {
    const app = await imageOf(source);
    return runBoard({ board, program: enginePath(board, "release"), app, clock: "virtual", ...options });
  }

  for (const board of BOARDS) {
    describe(board, () => {
      it("has inputs from a recording: at power-on, at their time, and edges as they are asked for", async () => {
        const recording = parseRecording(RECORDING, "recording");
        const result = await run(board, INPUTS, { recording, wallClockMs: 5000 });
        assert.deepEqual(result.console.split("\n"), [
          "at power-on 100",
          "pin 1 at 5700",
          "tick 100",
          "pin 0 at 6700",
          "tick 200",
          "falling 1",
          "",
        ]);
        assert.deepEqual(
          result.pins.events.filter(({ pin }) => pin === 3).map(({ what, value }) => [what, value]),
          [
            ["mode", 8],
            ["write", 1],
            ["write", 1],
            ["write", 0],
          ],
        );
        assert.deepEqual([result.reason, result.stoppedBy], ["stopped", "idle"]);
      });

      it("sends a datagram and gets the answer of a peer", async () => {
        const network = new PeerNetwork((datagram, answer) => answer(datagram.data));
        const { console } = await run(board, ECHO.replace("PORT", "9"), { network });
        assert.strictEqual(console, "me 1 127.0.0.1 2 true\n");
        assert.deepEqual(
          network.sent.map(({ data, port }) => [...data, port]),
          [[2, 3, 9]],
        );
      });

      it("does the same twice from the same seed, time and inputs", async () => {
        const recording = parseRecording(RECORDING, "recording");
        const options = { recording, wallClockMs: 0, seed: new Uint8Array(32) };
        const [one, two] = [await run(board, INPUTS, options), await run(board, INPUTS, options)];
        assert.deepEqual([one.console, one.timeUs, one.turns], [two.console, two.timeUs, two.turns]);
      });
    });
  }

  describe("with a peer on this machine, in real time", () => {
    it("goes through node:dgram both ways", async () => {
      const peer = createSocket("udp4");
      await new Promise<void>((resolve) => peer.bind(0, "127.0.0.1", resolve));
      peer.on("message", (message, from) => peer.send(message, from.port, from.address));
      try {
        const source = ECHO.replace("PORT", String(peer.address().port));
        const { console, stoppedBy } = await run("host", source, { clock: "real" });
        assert.deepEqual([console, stoppedBy], ["me 1 127.0.0.1 2 true\n", "idle"]);
      } finally {
        peer.close();
      }
    });
  });

  describe("state and power", () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "thimble-run-test-"));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    it("keeps key-value storage over power-off, also from board to board", async () => {
      const lines: string[] = [];
      for (const board of ["host", "mps2-an505", "host"] as const) {
        lines.push((await run(board, BOOTS, { stateFolder: folder })).console);
      }
      assert.deepEqual(lines, ["boot 1\n", "boot 2\n", "boot 3\n"]);
    });

    it("has the old or the new value when power is cut at any flash operation of a first boot", async () => {
      const { operations } = (await run("host", BOOTS, {})).report;
      assert.isAtLeast(operations, 3);
      for (let operation = 1; operation <= operations; operation++) {
        for (const bytes of [0, 1, undefined]) {
          const state = join(folder, `${operation}-${bytes}`);
          const cut = { operation, ...(bytes === undefined ? {} : { bytes }) };
          const dead = await run("host", BOOTS, { stateFolder: state, cut });
          assert.deepEqual([dead.reason, dead.console], ["powerCut", ""]);
          const { console } = await run("host", BOOTS, { stateFolder: state });
          assert.strictEqual(console, "boot 1\n", `operation ${operation}`);
          rmSync(state, { recursive: true });
        }
      }
    });

    it("cuts the power of the emulated board as well", async () => {
      const dead = await run("mps2-an505", BOOTS, { stateFolder: folder, cut: { operation: 2 } });
      assert.deepEqual([dead.reason, dead.console, dead.report.operations], ["powerCut", "", 2]);
      assert.strictEqual((await run("mps2-an505", BOOTS, { stateFolder: folder })).console, "boot 1\n");
    });
  });

  it("keeps the flash of the firmware out of an app's reach, whichever module it imports", async () => {
    const { modules } = JSON.parse(readFileSync(join(firmwareFolder(), "firmware.json"), "utf8")) as {
      modules: string[];
    };
    assert.include(modules, "embedded:storage/flash");
    const source = REACH.replace("MODULES", JSON.stringify(modules));
    const { console } = await run("host", source, { heapBytes: 1_000_000 }); // all modules at once
    assert.strictEqual(console, "done\n");
  });

  describe("boards that do not work", () => {
    let folder: string;
    before(() => {
      folder = mkdtempSync(join(tmpdir(), "thimble-run-test-"));
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    async function failure(program: string, board: Board = "host"): Promise<BoardError> {
      const options = { board, program, app: Uint8Array.of(1), clock: "virtual", busyLimitMs: 300 } as const;
      try {
        await runBoard(options);
      } catch (error) {
        return error as BoardError;
      }
      throw new Error("it ran");
    }

    function isAlive(pid: number): boolean {
      // A process that ended and that nobody has waited for is still listed, as Z.
      const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
      return stdout.trim() !== "" && !stdout.trim().startsWith("Z");
    }

    function script(text: string): string {
      const path = join(folder, "board.sh");
      writeFileSync(path, `#!/bin/sh\n${text}\n`);
      chmodSync(path, 0o755);
      return path;
    }

    it("reports a program that is not there", async () => {
      assert.strictEqual((await failure(join(folder, "none"))).code, "BOARD_START");
    });

    it("reports a board that crashes, with its console and how it ended", async () => {
      const { code, message, console } = await failure(script("echo last words; kill -SEGV $$"));
      assert.deepEqual([code, console], ["BOARD_LOST", "last words\n"]);
      assert.include(message, "SIGSEGV");
    });

    it("reports a board that hangs, with its console, and leaves no process behind", async () => {
      const { code, console } = await failure(script("echo $$; exec sleep 60"));
      assert.strictEqual(code, "BOARD_HANG");
      const pid = Number(console);
      assert.isAbove(pid, 1);
      assert.throws(() => process.kill(pid, 0), "ESRCH");
    });

    it("takes its board with it when this process is killed without a chance to clean up", async () => {
      const holder = fileURLToPath(new URL("./hold-board.js", import.meta.url));
      const child = spawn(process.execPath, [holder, script("echo $$; exec sleep 60")], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const pid = await new Promise<number>((resolve) => child.stdout.once("data", (text) => resolve(Number(text))));
      assert.isAbove(pid, 1);
      assert.isTrue(isAlive(pid));
      child.kill("SIGKILL");
      for (let i = 0; i < 100 && isAlive(pid); i++) await new Promise((resolve) => setTimeout(resolve, 20));
      assert.isFalse(isAlive(pid));
    });

    it("reports a kernel that QEMU cannot load, with what QEMU says", async () => {
      const { code, console } = await failure(join(folder, "none.elf"), "mps2-an505");
      assert.include(["BOARD_START", "BOARD_LOST"], code);
      assert.include(console, "none.elf");
    });

    it("reports an app that is damaged", async () => {
      const app = Uint8Array.from(await imageOf(BOOTS));
      app[app.length >> 1] = (app[app.length >> 1] ?? 0) ^ 1;
      const result = await runBoard({ board: "host", program: enginePath("host", "release"), app, clock: "virtual" });
      assert.deepEqual([result.reason, result.console], ["refused", ""]);
    });
  });
});
