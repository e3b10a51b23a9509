// SPDX-License-Identifier: Apache-2.0
/** A machine that runs while its debugger speaks, and the device's time while it is stopped. */
import { assert } from "chai";
import { TableNetwork } from "../../host-sim/board/table-network.js";
import { useEngines } from "../cli/support.js";
import { BOARDS, type Built, build, DEBUG, RELEASE, start } from "../compiler/support.js";
import type { DebugClient, Stop } from "./client.js";
import { debugRun, endDebugRuns } from "./in-process.js";

const NOTHING = "<set-all-breakpoints></set-all-breakpoints>";
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const CLOCK = `import Timer from "timer";
const begin = Date.now();
Timer.set(() => {
  trace(Date.now() - begin, "\\n"); // 4
}, 1000);
`;
const BUSY = `let rounds = 0;
let isOver = false;
trace("busy\\n");
while (!isOver) {
  rounds = rounds + 1; // 5
  if (rounds < 0) isOver = true;
}
trace("over\\n");
`;
const LISTENS = `import UDP from "embedded:io/socket/udp";
new UDP({
  port: 4000,
  onReadable() {
    trace(this.read()?.byteLength, "\\n"); // 5
    this.close();
  },
});
trace("listens\\n");
`;

/** Waits until the machine has logged this. */
async function logged(client: DebugClient, text: string): Promise<void> {
  while (!client.log.includes(text)) await pause(5);
}

/** Stops a board that is about to wait: once it does, there is no line to stop at. */
async function stopIdle(client: DebugClient): Promise<Stop> {
  for (;;) {
    const stop = await client.stopAfter("<step/>");
    if (stop.message === "idle") return stop;
    client.say("<go/>");
  }
}

describe("a debugger and a running machine", function () {
  this.timeout(60_000);
  useEngines(...DEBUG, ...RELEASE);
  afterEach(endDebugRuns);
  const apps = new Map<string, Promise<Built>>();
  const app = (source: string): Promise<Built> => {
    const built = apps.get(source) ?? build({ "main.ts": source }, {}, true);
    apps.set(source, built);
    return built;
  };

  for (const board of BOARDS) {
    it(`stops for as long as the debugger likes, and no virtual time passes, on ${board}`, async () => {
      const undisturbed = await start(board, await app(CLOCK), { debug: true });
      const { client, result } = await debugRun(board, await app(CLOCK), { busyLimitMs: 300 });
      client.setAll(["main.ts", 2], ["main.ts", 4]);
      await client.stop();
      await pause(700);
      await client.stopAfter("<go/>");
      await pause(700);
      client.say("<go/>");
      const { console, timeUs } = await result;
      assert.deepEqual([console, timeUs], [undisturbed.console, undisturbed.timeUs]);
    });

    it(`waits at login for as long as the debugger likes on ${board}`, async () => {
      const { client, result } = await debugRun(board, await app(CLOCK), { busyLimitMs: 300 });
      await client.login();
      await pause(700);
      assert.strictEqual(client.log, "");
      client.say("<go/>");
      assert.strictEqual((await result).stoppedBy, "idle");
    });

    it(`stops a loop that has no end, and a breakpoint that is set meanwhile stops it, on ${board}`, async () => {
      const { client, result } = await debugRun(board, await app(BUSY));
      client.say(NOTHING);
      await logged(client, "busy");
      const { path, line } = await client.stopAfter("<step/>");
      assert.match(path ?? "", /main\.ts$/);
      assert.include([4, 5, 6], line);
      client.say("<go/>");
      const again = await client.stopAfter('<set-breakpoint path="main.ts" line="5"/>');
      assert.strictEqual(again.line, 5);
      assert.isAbove(Number(again.locals.get("rounds")), 0);
      client.say("<abort/>");
      const { reason, text } = await result;
      assert.deepEqual([reason, text], ["stopped", "ended by the debugger"]);
    });

    it(`is not asked for what there is only at a stop, on ${board}`, async () => {
      const { client, result } = await debugRun(board, await app(BUSY));
      client.say('<toggle id="@1"/>', NOTHING, '<select id="@1"/>');
      await logged(client, "busy");
      client.say('<toggle id="@1"/>', '<select id="@1"/>', "<go/>", "<step-inside/>", "<step-outside/>");
      await client.stopAfter('<set-breakpoint path="main.ts" line="5"/>');
      assert.strictEqual(client.received.split("<global>").length - 1, 1);
      client.say("<abort/>");
      await result;
    });

    it(`stops a board that waits, and steps from there to the first line that runs, on ${board}`, async () => {
      const network = new TableNetwork(() => undefined);
      const { client, result } = await debugRun(board, await app(LISTENS), { network });
      client.say(NOTHING);
      await logged(client, "listens");
      const idle = await stopIdle(client);
      assert.deepEqual([idle.path, idle.line], [undefined, undefined]);
      client.say("<step/>");
      network.deliver(4000, { address: "10.0.0.1", port: 1 }, new Uint8Array(7));
      const { line } = await client.stop();
      assert.include([4, 5], line);
      client.say("<go/>");
      assert.strictEqual((await result).console, "listens\n7\n");
    });

    it(`sets a breakpoint on a board that waits, on ${board}`, async () => {
      const network = new TableNetwork(() => undefined);
      const { client, result } = await debugRun(board, await app(LISTENS), { network });
      client.say(NOTHING);
      await logged(client, "listens");
      await stopIdle(client);
      client.say("<go/>", '<set-breakpoint path="main.ts" line="5"/>', "<step/>");
      await client.stop();
      network.deliver(4000, { address: "10.0.0.1", port: 1 }, new Uint8Array(7));
      assert.strictEqual((await client.stopAfter("<go/>")).line, 5);
      client.say("<abort/>");
      assert.strictEqual((await result).text, "ended by the debugger");
    });

    it(`ends a board that waits, on ${board}`, async () => {
      const { client, result } = await debugRun(board, await app(LISTENS), {
        network: new TableNetwork(() => undefined),
      });
      client.say(NOTHING);
      await logged(client, "listens");
      client.say("<abort/>");
      assert.strictEqual((await result).text, "ended by the debugger");
    });

    it(`runs as without one when the debugger has logged out, on ${board}`, async () => {
      const { client, result, notices } = await debugRun(board, await app(CLOCK));
      client.setAll(["main.ts", 2], ["main.ts", 4]);
      await client.stop();
      client.say("<logout/>");
      assert.match((await result).console, /^10\d\d\n$/);
      await client.closed;
      assert.deepEqual(notices, ["the debugger logged out: the app goes on without it"]);
    });

    it(`does not log in with a release engine on ${board}`, async () => {
      const { client, result } = await debugRun(board, await app(CLOCK), { variant: "release" });
      assert.match((await result).console, /^10\d\d\n$/);
      await client.closed;
      assert.strictEqual(client.received, "");
    });
  }

  it("takes a go before the breakpoints, and breakpoints one by one: the app has not begun", async () => {
    const { client, result } = await debugRun("host", await app(CLOCK));
    await client.login();
    client.say("<go/>");
    await pause(5);
    client.say('<set-breakpoint path="main.ts" line="2"/>');
    await pause(5);
    client.say('<set-breakpoint path="main.ts" line="4"/>', '<clear-breakpoint path="main.ts" line="4"/>');
    assert.strictEqual((await client.stop()).line, 2);
    client.say("<go/>");
    assert.match((await result).console, /^10\d\d\n$/);
  });

  it("stops at the first line for a step in place of breakpoints", async () => {
    const { client, result } = await debugRun("host", await app(CLOCK));
    await client.login();
    const { line, locals } = await client.stopAfter("<step/>");
    assert.deepEqual([line, locals.get("begin")], [1, undefined]);
    client.say("<go/>");
    await result;
  });

  it("says by name which app it is", async () => {
    const built = await app(CLOCK);
    const { client, result } = await debugRun("host", { ...built, name: 'a "b" <ü>' });
    assert.strictEqual(await client.login(), 'a "b" <ü>');
    client.say(NOTHING);
    await result;
  });
});
