// SPDX-License-Identifier: Apache-2.0
/** How `thimble sim` and a debugger find each other, or do not. */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { makeApp, RUN_LIMIT_MS, thimble, useEngines } from "../cli/support.js";
import { BOARDS, DEBUG } from "../compiler/support.js";
import { DebugClient, FakeXsbug } from "./client.js";
import { isRunningWith, Sim } from "./support.js";

const SOURCE = 'trace("begins\\n");\ntrace("ends\\n");\n';
const CONSOLE = "begins\nends\n";

describe("thimble sim --debug: who is there", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines(...DEBUG);
  let app: string;
  let state: string;
  before(() => {
    app = realpathSync(makeApp({ "main.ts": SOURCE }));
  });
  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), "thimble-debug-test-"));
  });
  afterEach(() => rmSync(state, { recursive: true, force: true }));

  async function listen(): Promise<{ server: Server; port: number }> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { server, port: (server.address() as { port: number }).port };
  }

  /** A port that nothing listens on. */
  async function freePort(): Promise<string> {
    const { server, port } = await listen();
    await new Promise((resolve) => server.close(resolve));
    return String(port);
  }

  it("runs without a word about debuggers when none listens and none was asked for", async function () {
    const sim = new Sim([app, "--debug"]);
    const status = await sim.ended;
    // xsbug itself may be running here.
    if (sim.stderr.includes("connected to")) this.skip();
    assert.deepEqual([status, sim.stdout], [0, CONSOLE]);
    assert.match(sim.stderr, /^idle: nothing left to wait for .*\n$/m);
    assert.notInclude(sim.stderr, "debugger");
  });

  it("says so when one was asked for and does not answer", async () => {
    const port = await freePort();
    const sim = new Sim([app, "--debug"], { XSBUG_PORT: port });
    assert.deepEqual([await sim.ended, sim.stdout], [0, CONSOLE]);
    assert.include(sim.stderr, `the debugger at localhost:${port} does not answer: running without one\n`);
  });

  it("refuses an XSBUG_PORT that is none", async () => {
    for (const port of ["x", "0", "65536", "5002 "]) {
      const { status, stdout, stderr } = await thimble(["sim", app, "--debug"], { env: { XSBUG_PORT: port } });
      assert.deepEqual([status, stdout], [1, ""]);
      assert.include(stderr, `XSBUG_PORT is "${port}"\n`);
    }
  });

  it("refuses a --debug-port that is none: 2", async () => {
    for (const port of ["x", "-1", "65536", "1.5", ""]) {
      const { status, stderr } = await thimble(["sim", app, "--debug-port", port]);
      assert.strictEqual(status, 2, port);
      assert.include(stderr, "0 to 65535");
    }
  });

  it("fails with DEBUG_PORT when another program has the port, and runs nothing", async () => {
    const { server, port } = await listen();
    try {
      const { status, stdout, stderr } = await thimble(["sim", app, "--debug-port", String(port), "--state", state]);
      assert.deepEqual([status, stdout], [1, ""]);
      assert.include(stderr, `DEBUG_PORT: port ${port} of 127.0.0.1 for a debugger: another program has it\n`);
      const json = await thimble(["sim", app, "--debug-port", String(port), "--json"]);
      assert.strictEqual(JSON.parse(json.stdout).error.code, "DEBUG_PORT");
    } finally {
      server.close();
    }
  });

  it("waits for no debugger when the run cannot begin", async () => {
    const { status, stderr } = await thimble(["sim", app, "--debug-port", "0", "--input", join(state, "none.csv")]);
    assert.strictEqual(status, 1);
    assert.include(stderr, "the recording cannot be read");
    assert.notInclude(stderr, "waiting for a debugger");
  });

  it("takes one debugger only", async () => {
    const sim = new Sim([app, "--debug-port", "0"]);
    const port = await sim.port();
    const client = await DebugClient.connect(port);
    await client.login();
    const second = await DebugClient.connect(port).then(
      () => "connected",
      (error: NodeJS.ErrnoException) => error.code,
    );
    assert.strictEqual(second, "ECONNREFUSED");
    client.say("<go/>");
    assert.deepEqual([await sim.ended, sim.stdout], [0, CONSOLE]);
  });

  it("gives up on something that listens and is no debugger", async () => {
    const xsbug = await FakeXsbug.listen();
    try {
      const sim = new Sim([app, "--debug"], { XSBUG_PORT: String(xsbug.port), XSBUG_HOST: "127.0.0.1" });
      const machine = await xsbug.machine();
      assert.deepEqual([await sim.ended, sim.stdout], [0, CONSOLE]);
      const name = `the debugger at 127.0.0.1:${xsbug.port}`;
      assert.include(sim.stderr, `connected to ${name}\n${name} says nothing: the app goes on without it\n`);
      await machine.closed;
    } finally {
      xsbug.close();
    }
  });

  it("ends with 0 when the debugger ends the machine", async () => {
    const sim = new Sim([app, "--debug-port", "0"]);
    const client = await sim.attach();
    client.setAll(["main.ts", 2]);
    await client.stop();
    client.say("<abort/>");
    await client.closed;
    assert.deepEqual([await sim.ended, sim.stdout], [0, "begins\n"]);
    assert.match(sim.stderr, /ended by the debugger \(device time/);
  });

  it("Ctrl-C while it waits for a debugger: 130, and the app has not run", async () => {
    const sim = new Sim([app, "--debug-port", "0", "--state", state]);
    await sim.port();
    sim.interrupt();
    assert.deepEqual([await sim.ended, sim.stdout], [130, ""]);
    assert.include(sim.stderr, "interrupted");
  });

  for (const board of BOARDS) {
    it(`Ctrl-C at a breakpoint ends everything, on ${board}: 130`, async () => {
      const sim = new Sim([app, "--board", board, "--debug-port", "0", "--state", state]);
      const client = await sim.attach();
      client.setAll(["main.ts", 2]);
      await client.stop();
      assert.isTrue(isRunningWith(state));
      sim.interrupt();
      await client.closed;
      assert.strictEqual(await sim.ended, 130);
      assert.match(sim.stderr, /interrupted \(device time/);
      assert.isFalse(isRunningWith(state));
    });

    it(`a command that is killed takes the board at its breakpoint with it, on ${board}`, async () => {
      const sim = new Sim([app, "--board", board, "--debug-port", "0", "--state", state]);
      const client = await sim.attach();
      client.setAll(["main.ts", 2]);
      await client.stop();
      sim.kill();
      await client.closed;
      await sim.ended;
      while (isRunningWith(state)) await new Promise((resolve) => setTimeout(resolve, 20));
    });
  }
});
