// SPDX-License-Identifier: Apache-2.0
/** Keys and the status line, on a pseudo-terminal. */
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { makeApp, RUN_LIMIT_MS, useEngines } from "../cli/support.js";
import { endSessions, type Session, save, watchApp } from "./session.js";
import { screenAfter } from "./terminal.js";

/** Says how often this device was started, then ticks, and never becomes idle for "stuck". */
const app = (then = 'Timer.repeat(() => trace("tick\\n"), 50);'): string =>
  makeApp({
    "main.ts": `import KeyValue from "embedded:storage/key-value";
import Timer from "timer";
const store = KeyValue.open({ path: "starts", format: "string" });
const starts = Number(store.read("n") ?? 0) + 1;
store.write("n", String(starts));
trace(\`start \${starts}\\n\`);
${then}
`,
  });

describe("thimble sim --watch on a terminal", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" }, { board: "mps2-an505", variant: "release" });
  afterEach(endSessions);

  async function quit(session: Session): Promise<void> {
    session.press("q");
    expect(await session.end()).to.deep.equal({ status: 0, isRestored: true, left: [] });
  }

  for (const board of ["host", "mps2-an505"]) {
    it(`r restarts, s resets, p switches the power, w wipes, on ${board}`, async () => {
      const session = watchApp([app(), "--board", board], { columns: 80 });
      await session.see("h shows the keys");
      await session.see("start 1\n");
      await session.see("tick");
      session.press("r");
      await session.see("start 2\n");
      session.press("s");
      await session.see("start 3\n");
      session.press("p");
      await session.see("the power is off; p switches it on");
      await session.see("off  flash");
      const { length } = session.processes();
      session.press("p");
      await session.see("start 4\n");
      expect(session.processes()).to.have.length.greaterThan(length);
      session.press("p");
      await session.see("the power is off");
      session.press("R");
      await session.see("start 5\n");
      session.press("w");
      await session.see("w once more");
      session.press("w");
      await session.see("start 1\n");
      await quit(session);
    });
  }

  for (const [mode, pressed] of [
    ["InputPullUp", 0],
    ["InputPullDown", 1],
  ] as const) {
    it(`0 to 9 hold a button down and let it go: ${mode}`, async () => {
      const folder = app(
        `import Digital from "embedded:io/digital";
const pin = new Digital({
  pin: 3, mode: Digital.${mode}, edge: Digital.Rising | Digital.Falling,
  onReadable: () => trace(\`pin 3: \${pin.read()}\\n\`),
});
trace(\`at the start: \${pin.read()}\\n\`);
Timer.repeat(() => undefined, 50);`,
      );
      const session = watchApp([folder], { columns: 80 });
      await session.see("start 1\n");
      session.press("4");
      await session.see("the app has no input at pin 4");
      session.press("3");
      await session.see(`button 3 is held down (${pressed}); 3 lets it go`);
      await session.see(`pin 3: ${pressed}\n`);
      session.press("3");
      await session.see(`button 3 is let go (${1 - pressed})`);
      await session.see(`pin 3: ${1 - pressed}\n`);
      session.press("3");
      await session.see(`pin 3: ${pressed}\n`);
      // A finger stays where it is, over a reset and while the power is off.
      session.press("s");
      await session.see("start 2\n");
      await session.see(`at the start: ${pressed}\n`);
      session.press("p");
      await session.see("the power is off");
      session.press("3");
      await session.see(`button 3 is let go (${1 - pressed})`);
      session.press("p");
      await session.see("start 3\n");
      await session.see(`at the start: ${1 - pressed}\n`);
      await quit(session);
    });
  }

  it("Ctrl-Z where no shell could go on: it goes on by itself, with its keys", async () => {
    const session = watchApp([app()], { columns: 80 });
    await session.see("tick");
    session.press("\x1a");
    await pause(300);
    session.press("h");
    await session.see("q  quit");
    await quit(session);
  });

  it("says that an app has been busy for long", async () => {
    const session = watchApp([app("for (;;);")], { columns: 80 });
    await session.see("the app has been busy for 5 s without a pause: a loop that does not end?");
    await quit(session);
  });

  it("r waits for a busy app for a second, s does not", async () => {
    const session = watchApp([app("for (;;);")], { columns: 80 });
    await session.see("start 1\n");
    session.press("s");
    await session.see("start 2\n");
    expect(session.text).not.to.include("the app is busy");
    await session.see(/busy \d+\.\d s/);
    session.press("r");
    await session.see("the app is busy: its power was cut");
    await session.see("start 3\n");
    await quit(session);
  });

  it("an edit while the power is off waits for it; h shows the keys; other keys do nothing", async () => {
    const folder = app();
    const session = watchApp([folder], { columns: 80 });
    await session.see("tick");
    session.press("p");
    await session.see("the power is off");
    save(folder, "main.ts", 'trace("edited\\n");\n');
    await session.see("main.ts changed: built; the power is off");
    session.press("\x1b[Axy ");
    session.press("h");
    await session.see("q  quit");
    expect(session.text).not.to.include("edited");
    session.press("p");
    await session.see("edited");
    await session.see("waiting for a change or a key");
    session.press("\x04");
    expect(await session.end()).to.deep.equal({ status: 0, isRestored: true, left: [] });
  });

  it("the status line has time, heap and flash, and says where an error is", async () => {
    const folder = app();
    const session = watchApp([folder], { columns: 120 });
    await session.see(
      /running 0\.\d s {2}heap \d+\/\d+ KiB {2}flash \d+ app \+ 4 data KiB {2}h: help {2}[1-9]\d* flash operations/,
    );
    save(folder, "main.ts", "const n: string = 1;\n");
    await session.see(/running \d+\.\d s {2}error in main\.ts:1 {2}heap/);
    await quit(session);
  });

  for (const columns of [80, 40, 10, 1, 0]) {
    it(`on ${columns} columns no part of the status line is left in the app's output`, async () => {
      const writes = 'let n = 0;\nTimer.repeat(() => trace(++n, n % 5 === 0 ? ".\\n" : ", "), 30);';
      const session = watchApp([app(writes)], { columns });
      await session.see("51, 52, 53, 54, 55.");
      session.press("q");
      await session.end();
      if (columns === 0) expect(session.output).not.to.include("running");
      const lines = screenAfter(session.output, columns || 80);
      const numbers = lines.filter((line) => /^\d+, /.test(line));
      expect(numbers.slice(0, 11).join("\n")).to.equal(
        Array.from({ length: 11 }, (_, i) => `${[1, 2, 3, 4, 5].map((n) => i * 5 + n).join(", ")}.`).join("\n"),
      );
      expect(lines.join("\n")).not.to.match(/running|heap|help/);
    });
  }

  it("takes another width", async () => {
    const session = watchApp([app()], { columns: 80 });
    await session.see(/h: help/);
    session.resize(20);
    await session.see(/running \d+\.\d s\n/);
    session.skip();
    await session.see("tick");
    const status = /running[^\n]*/.exec(session.text.slice(-200))?.[0] ?? "";
    expect(status.length).to.be.lessThan(20);
    await quit(session);
  });
});
