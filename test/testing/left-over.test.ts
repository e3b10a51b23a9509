// SPDX-License-Identifier: Apache-2.0
/** Steps of the device that a spec does not wait for, and handlers of peers that are not done at once. */
import { readFileSync } from "node:fs";
import { assert } from "chai";
import { buildApp } from "../../host-sim/compiler/app.js";
import { enginePath } from "../../host-sim/engine/paths.js";
import { Lab } from "../../host-sim/testing/lab.js";
import { makeApp, RUN_LIMIT_MS, useEngines } from "../cli/support.js";
import { hearTesters } from "./support.js";

const APP = `import UDP from "embedded:io/socket/udp";
import Timer from "timer";
const socket = new UDP({ port: 5683, onReadable() { trace("answer ", new Uint8Array(this.read()!)[0]!, "\\n"); } });
Timer.repeat(() => socket.write(Uint8Array.of(1), "192.0.2.7", 5683), 1000);`;

const SPEC = `import { expect } from "chai";
import Timer from "timer";
import { device } from "thimble/testing/device";
const sleep = (ms: number): Promise<void> => new Promise((done) => Timer.set(() => done(), ms));
const PEER = { address: "192.0.2.7", port: 5683 };
describe("steps", () => {
  it("asserts where nobody looks", () => { void device.powerOn().then(() => { expect(1).to.equal(2); }); });
  it("fails where nobody looks", () => { void device.deliver(Uint8Array.of(1), 99, PEER); });
  it("comes after it", async () => { await device.powerOn(); });
  it("forgets a word", () => { void device.advance(1); });
  it("ends by done", (done) => { device.advance(1).then(() => done(), done); });
  it("presses and does not wait", async () => { await device.advance(1); void device.press(3); });
});
describe("peers", () => {
  beforeEach(async () => { await device.wipe(); await device.powerOn(); });
  it("answers later", async () => {
    device.peer("192.0.2.7", 5683, async (data, answer) => { await sleep(500); answer(Uint8Array.of(data[0]! + 6)); });
    await device.advance(1001);
    expect(device.console).to.equal("answer 7\\n");
  });
  it("fails later", async () => {
    device.peer("192.0.2.7", 5683, async () => { await sleep(500); expect(3).to.equal(4); });
    await device.advance(1001);
  });
  it("never ends", async () => {
    device.peer("192.0.2.7", 5683, () => new Promise(() => {}));
    await device.advance(1001);
  });
  it("comes after it", () => {});
});`;

/** What is said of each test: "passed", or how its failure begins. */
const EXPECTED = {
  "steps > asserts where nobody looks": "expected 1 to equal 2",
  "steps > fails where nobody looks": "device.deliver() was not awaited: it was still under way at the end",
  "steps > comes after it": "passed",
  "steps > forgets a word": "device.advance() was not awaited: it was still under way at the end",
  "steps > ends by done": "passed",
  "steps > presses and does not wait": "device.press() was not awaited: it was still under way at the end",
  "peers > answers later": "passed",
  "peers > fails later": "expected 3 to equal 4",
  "peers > never ends": "Timeout of 2000ms exceeded.",
  "peers > comes after it": "passed",
};

describe("what a spec leaves under way", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" }, { board: "mps2-an505", variant: "release" });

  for (const board of ["host", "mps2-an505"] as const) {
    it(`is said of the right test, on ${board}`, async () => {
      const include = ["$(MODDABLE)/examples/manifest_base.json", "$(MODDABLE)/modules/io/manifest.json"];
      const folder = makeApp({ "main.ts": APP, "x.spec.ts": SPEC }, { include, modules: { "*": "./main" } });
      const app = readFileSync((await buildApp(folder, { board, debug: false })).image);
      const program = enginePath(board, "release");
      const makeBench = (): Lab => new Lab({ board, program, app, busyLimitMs: 20_000 });
      const { events } = await hearTesters(folder, board, { makeBench });
      const found: Record<string, string> = {};
      for (const line of events) {
        const [event, title, , error] = JSON.parse(line) as [string, string, unknown, { message: string } | null];
        if (event === "pass") found[title] = "passed";
        if (event === "fail") found[title] = error?.message ?? "?";
      }
      for (const [title, words] of Object.entries(EXPECTED)) {
        assert.strictEqual(found[title]?.slice(0, words.length), words, title);
      }
      assert.sameMembers(Object.keys(found), Object.keys(EXPECTED));
    });
  }
});
