// SPDX-License-Identifier: Apache-2.0
/** A watch may be ended at any moment: the terminal is as it was, no process and no temporary file is left. */
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { makeApp, RUN_LIMIT_MS, useEngines } from "../cli/support.js";
import { endSessions, type Session, save, watchApp } from "./session.js";

const CTRL_C = "\x03";
const TICKING = 'import Timer from "timer";\ntrace("started\\n");\nTimer.repeat(() => trace("tick\\n"), 20);\n';
const BUSY = 'trace("started\\n");\nfor (;;);\n';
const ENDED = Object.freeze({ isRestored: true, left: [] });

describe("the end of thimble sim --watch", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" }, { board: "mps2-an505", variant: "release" });
  afterEach(endSessions);

  interface Moment {
    readonly when: string;
    readonly main?: string;
    readonly args?: readonly string[];
    until(session: Session, app: string): Promise<unknown>;
  }

  const MOMENTS: readonly Moment[] = [
    { when: "before anything was said", until: () => pause(150) },
    { when: "when it begins", until: (session) => session.see("watching") },
    { when: "while TypeScript is loaded", until: (session) => session.see("starting") },
    {
      when: "in the first build",
      until: async (session) => {
        await session.see("watching");
        await pause(500);
      },
    },
    { when: "at the first line of the app", until: (session) => session.see("started") },
    { when: "in a run", until: (session) => session.see(/tick\n.*tick\n/s) },
    { when: "in a run on mps2-an505", args: ["--board", "mps2-an505"], until: (session) => session.see(/tick\n/) },
    { when: "while the app is busy", main: BUSY, until: (session) => session.see("started") },
    {
      when: "while a busy app is to start anew",
      main: BUSY,
      until: async (session) => {
        await session.see("started");
        session.press("r");
        await pause(200);
      },
    },
    {
      when: "just after an edit",
      until: async (session, app) => {
        await session.see("tick");
        save(app, "main.ts", `${TICKING}trace("edited\\n");\n`);
        await pause(40);
      },
    },
    {
      when: "while the new app starts",
      until: async (session, app) => {
        await session.see("tick");
        save(app, "main.ts", `trace("edited\\n");\n${TICKING}`);
        await session.see("starts anew");
      },
    },
    {
      when: "when the app has ended",
      main: "trace(1);\n",
      until: (session) => session.see("waiting for a change or a key"),
    },
    {
      when: "while the power is off",
      until: async (session) => {
        await session.see("tick");
        session.press("p");
        await session.see("the power is off");
      },
    },
    {
      when: "while a narrow terminal is drawn on",
      until: async (session) => {
        await session.see("tick");
        session.resize(5);
      },
    },
  ];
  for (const { when, main = TICKING, args = [], until } of MOMENTS) {
    it(`Ctrl-C ${when}: 130`, async () => {
      const app = makeApp({ "main.ts": main });
      const session = watchApp([app, ...args], { columns: 80 });
      await until(session, app);
      session.press(CTRL_C);
      expect(await session.end()).to.deep.equal({ status: 130, ...ENDED });
      expect(session.text).not.to.match(/error|unexpected|BOARD_/);
    });
  }

  for (const [name, status] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    it(`${name}, without a terminal: ${status}`, async () => {
      const session = watchApp([makeApp({ "main.ts": TICKING })]);
      await session.see("tick");
      session.signal(name);
      expect(await session.end()).to.deep.equal({ status, ...ENDED });
    });
  }

  it("a busy app and a second Ctrl-C: at once", async () => {
    const session = watchApp([makeApp({ "main.ts": BUSY })], { columns: 80 });
    await session.see("started");
    session.press(CTRL_C);
    await pause(100);
    session.press(CTRL_C);
    expect(await session.end()).to.deep.equal({ status: 130, ...ENDED });
  });
});
