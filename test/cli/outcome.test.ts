// SPDX-License-Identifier: Apache-2.0
/** Ends that a healthy build cannot bring about: their words and status. */
import { expect } from "chai";
import { describeReset, outcomeOf } from "../../cli/outcome.js";
import type { RunResult } from "../../host-sim/board/run.js";
import { Lines } from "../../host-sim/compiler/lines.js";

const NO_LINES = new Lines("", "");

function ended(reason: RunResult["reason"], text: string): RunResult {
  return { reason, text, stoppedBy: undefined, report: { operations: 0, instruments: [] } } as unknown as RunResult;
}

describe("why a run ended", () => {
  it("refused: says the board's code, status 1", () => {
    const { status, words } = outcomeOf(ended("refused", "IMAGE_E_DIGEST: the app was not started"), NO_LINES, ".");
    expect([status, words]).to.deep.equal([1, "the board refused the app: IMAGE_E_DIGEST: the app was not started"]);
  });

  it("not started: says boot's code, and what to do next", () => {
    for (const text of ["BOOT_E_NOTHING: no firmware may run", "FUSES_E_OTP: OTP does not answer"]) {
      const { status, words, advice } = outcomeOf(ended("refused", text), NO_LINES, ".");
      expect([status, words]).to.deep.equal([1, `the device did not start: ${text}`]);
      expect(advice).to.match(/\.$/);
    }
  });

  it("a power cut that the user wished for, or did not", () => {
    const cut = { ...ended("powerCut", "power cut"), stoppedBy: "signal" } as const;
    expect(outcomeOf(cut, NO_LINES, ".").words).to.equal("interrupted: the app was busy, and its power was cut");
    expect(outcomeOf(cut, NO_LINES, ".").status).to.equal(130);
    const byFlash = outcomeOf({ ...cut, stoppedBy: undefined }, NO_LINES, ".");
    expect([byFlash.words, byFlash.status]).to.deep.equal(["the power was cut at operation 0", 1]);
  });

  it("and did not end: a reset in one line", () => {
    const busy = "the app kept the processor busy for 20 s: a loop that does not end?\n at (main.ts:5)";
    const line = (cause: "software" | "watchdog", text: string) =>
      describeReset({ cause, timeUs: 2e6, text }, NO_LINES);
    expect(line("software", "")).to.equal("reset by its own software (device time 2.000 s)");
    expect(line("watchdog", "")).to.equal("reset by its watchdog (device time 2.000 s)");
    expect(line("watchdog", busy)).to.equal(`${line("watchdog", "")}: ${busy.split("\n")[0]} (main.ts:5)`);
    const stopped = { ...ended("resetWatchdog", ""), stoppedBy: "until" } as const;
    expect(outcomeOf(stopped, NO_LINES, ".")).to.include({ status: 0, words: "stopped by --until" });
  });

  it("every other bad end has status 1 and words", () => {
    for (const reason of ["memory", "stack", "keys", "fatal", "uncaught"] as const) {
      const { status, words } = outcomeOf(ended(reason, "text"), NO_LINES, ".");
      expect(status, reason).to.equal(1);
      expect(words, reason).to.not.equal("");
    }
  });
});
