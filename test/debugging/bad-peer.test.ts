// SPDX-License-Identifier: Apache-2.0
/** Debuggers that go away, keep silent, do not listen, or are none. The device goes on, and nothing is left. */
import { once } from "node:events";
import { Duplex } from "node:stream";
import { assert } from "chai";
import { Debugger } from "../../host-sim/board/debugger.js";
import { acceptDebugger } from "../../host-sim/board/debugger-connect.js";
import { DebugPaths } from "../../host-sim/board/debugger-paths.js";
import { useEngines } from "../cli/support.js";
import { BOARDS, type Built, build, DEBUG } from "../compiler/support.js";
import { DebugClient } from "./client.js";
import { type DebuggedRunOptions, debugRun, endDebugRuns } from "./in-process.js";

const SOURCE = `import Timer from "timer";
trace("begins\\n"); // 2
Timer.set(() => {
  trace("ends\\n"); // 4
}, 1000);
`;
const CONSOLE = "begins\nends\n";
const GARBAGE = Object.freeze({
  "another protocol": "GET / HTTP/1.1\r\nHost: localhost:5002\r\n\r\n",
  "bytes that are no text": "\u0000\u0001\u00ff\u00fe",
  "a tag within a tag": "<go <step/>/>",
  "an attribute without quotes": "<set-breakpoint path=main.ts line=2/>",
  "an element without an end": `<set-breakpoint path="${"a".repeat(70_000)}"`,
  "a declaration": "<!DOCTYPE xsbug>",
});

describe("a debugger that misbehaves", function () {
  this.timeout(60_000);
  useEngines(...DEBUG);
  afterEach(endDebugRuns);
  let app: Built;
  before(async function () {
    this.timeout(60_000);
    app = await build({ "main.ts": SOURCE }, {}, true);
  });

  /** The app runs to its end whatever the peer does. */
  async function goesOn(
    board: (typeof BOARDS)[number],
    misbehave: (client: DebugClient) => Promise<void> | void,
    options: DebuggedRunOptions = {},
  ): Promise<readonly string[]> {
    const { client, result, notices } = await debugRun(board, app, options);
    await misbehave(client);
    const { reason, console } = await result;
    assert.deepEqual([reason, console], ["stopped", CONSOLE]);
    await client.closed;
    return notices;
  }
  const HUNG_UP = ["the debugger hung up: the app goes on without it"];

  for (const board of BOARDS) {
    it(`hangs up before the board starts, on ${board}`, async () => {
      const early = async (client: DebugClient): Promise<void> => {
        client.hangUp();
        await client.closed;
      };
      assert.deepEqual(await goesOn(board, () => undefined, { early }), HUNG_UP);
    });

    it(`hangs up at login, on ${board}`, async () => {
      const notices = await goesOn(board, async (client) => {
        await client.login();
        client.hangUp();
      });
      assert.deepEqual(notices, HUNG_UP);
    });

    it(`hangs up at a breakpoint, in the middle of what it is told, on ${board}`, async () => {
      const notices = await goesOn(board, async (client) => {
        client.setAll(["main.ts", 2], ["main.ts", 4]);
        await new Promise<void>((resolve) => {
          client.socket.on("data", () => {
            if (client.received.includes("<frames>")) resolve();
          });
        });
        client.hangUp();
      });
      assert.deepEqual(notices, HUNG_UP);
    });

    it(`hangs up with half a command said, on ${board}`, async () => {
      const notices = await goesOn(board, async (client) => {
        client.setAll(["main.ts", 2]);
        await client.stop();
        client.socket.end("<set-breakpoint pa");
      });
      assert.deepEqual(notices, HUNG_UP);
    });
  }

  for (const [what, text] of Object.entries(GARBAGE)) {
    it(`says ${what}`, async () => {
      const notices = await goesOn("host", async (client) => {
        client.setAll(["main.ts", 2]);
        await client.stop();
        client.socket.write(Buffer.from(text, "latin1"));
      });
      assert.strictEqual(notices.length, 1);
      assert.match(notices[0] ?? "", /^the debugger said what is no command \(.{1,120}\): the app goes on without it$/);
    });
  }

  it("says what XS 13.3 does not know, or has no use for", async () => {
    const notices = await goesOn("host", async (client) => {
      client.setAll(["main.ts", 2]);
      await client.stop();
      client.say(
        "<?xs.00000000?>",
        "<start-profiling/>",
        '<eval id="@0" path="" line="0"/>',
        '<import path="x" line="0"/>',
        '<select id="@"/>',
        '<set-breakpoint path="main.ts" line="4" id="@1"><breakpoint-hit-count path="&gt;2"/></set-breakpoint>',
        '<set-breakpoint path="main.ts" line="-4"/>',
        '<set-breakpoint path="main.ts" line="99999"/>',
        `<set-breakpoint path="${"x/".repeat(400)}main.ts" line="1"/>`,
        '<set-breakpoint path="/etc/passwd" line="1"/>',
        "<set-breakpoint/>",
      );
      const { line } = await client.stopAfter("<go/>");
      assert.strictEqual(line, 4);
      client.say("<go/>");
    });
    assert.deepEqual(notices, []);
  });

  it("sets more breakpoints than there may be", async () => {
    await goesOn("host", async (client) => {
      client.setAll(...Array.from({ length: 5000 }, (_, i) => ["main.ts", 100 + i] as const), ["main.ts", 2]);
      await client.login();
    });
  });

  it("says something in time, and then takes its time", async () => {
    const notices = await goesOn(
      "host",
      async (client) => {
        await client.login();
        client.setAll(["main.ts", 2]);
        await client.stop();
        await new Promise((resolve) => setTimeout(resolve, 300));
        client.say("<go/>");
      },
      { silenceLimitMs: 100 },
    );
    assert.deepEqual(notices, []);
  });

  it("says nothing, where it was not waited for", async () => {
    const notices = await goesOn("host", () => undefined, { silenceLimitMs: 50 });
    assert.deepEqual(notices, ["the debugger says nothing: the app goes on without it"]);
  });

  describe("and does not read what it is told", () => {
    /** A board that has said more than anyone takes. */
    async function stuck(signal: AbortSignal): Promise<{ attached: Debugger; channel: Duplex; client: DebugClient }> {
      let connecting: Promise<DebugClient> | undefined;
      const peer = await acceptDebugger(0, ({ port }) => {
        connecting = DebugClient.connect(port);
      });
      const client = await connecting;
      if (peer === undefined || client === undefined) throw new Error("no connection");
      client.socket.pause();
      const [peerName, appName, paths] = ["the debugger", "app", new DebugPaths(app.folder, app.bytes)];
      const attached = new Debugger({ peer, peerName, appName, paths, onNotice: () => undefined, signal });
      const channel = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
      attached.attach(channel);
      for (let i = 0; i < 1000 && !channel.isPaused(); i++) {
        channel.push(Buffer.alloc(64 * 1024, "x"));
        await new Promise((resolve) => setImmediate(resolve));
      }
      assert.isTrue(channel.isPaused());
      return { attached, channel, client };
    }

    it("the board is read to its end, and the run does not wait", async () => {
      const { attached, channel } = await stuck(new AbortController().signal);
      attached.drain();
      channel.push(Buffer.alloc(64 * 1024, "x"));
      channel.push(null);
      await once(channel, "end");
      await attached.close();
    });

    it("Ctrl-C lets the board go on", async () => {
      const controller = new AbortController();
      const { attached, channel } = await stuck(controller.signal);
      controller.abort();
      channel.push(null);
      await once(channel, "end");
      await attached.close();
    });

    it("the board goes on when it is read again", async () => {
      const { attached, channel, client } = await stuck(new AbortController().signal);
      client.socket.resume();
      channel.push(null);
      await once(channel, "end");
      await attached.close();
      await client.closed;
    });

    it("a whole run ends all the same", async () => {
      const source = 'for (let i = 0; i < 400; i++) trace("x".repeat(4000), "\\n");\n';
      const big = await build({ "main.ts": source }, {}, true);
      const controller = new AbortController();
      const { client, result } = await debugRun("host", big, { signal: controller.signal });
      await client.login();
      client.socket.pause();
      client.say("<go/>");
      await new Promise((resolve) => setTimeout(resolve, 300));
      controller.abort();
      assert.include(["idle", "signal"], (await result).stoppedBy);
    });
  });

  it("is left by Ctrl-C at a breakpoint: the run ends as without it", async () => {
    const controller = new AbortController();
    const { client, result, notices } = await debugRun("host", app, { signal: controller.signal });
    client.setAll(["main.ts", 2]);
    await client.stop();
    controller.abort();
    const { reason, stoppedBy, console } = await result;
    assert.deepEqual([reason, stoppedBy, console], ["stopped", "signal", "begins\n"]);
    await client.closed;
    assert.deepEqual(notices, []);
  });

  it("ends the machine before it has begun", async () => {
    const { client, result } = await debugRun("host", app, { early: (it) => it.say("<abort/>") });
    const { reason, text, console } = await result;
    assert.deepEqual([reason, text, console], ["stopped", "ended by the debugger", ""]);
    await client.closed;
  });
});
