// SPDX-License-Identifier: Apache-2.0
/** The example's specs: they pass for the door as it is, and each fails for a door without what it is about. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { RUN_LIMIT_MS, thimble, useEngines } from "../cli/support.js";

/** What the door is left without: a file, what stands there, and what instead. */
const WITHOUT = [
  // whose signature the token has
  ["visit.ts", /\(signed\) => verifySign1\(.*?\)\.payload/s, "(signed) => unverified(signed)"],
  // whose signature the proof has
  ["visit.ts", /const \{ payload \} = verifySign1\(.*?\);/s, "const payload = unverified(proof);"],
  ["visit.ts", /"exp", /, ""],
  // once for each challenge, and not for long
  ["main.ts", /challenge = undefined; \/\/.*/, ""],
  ["main.ts", /if \(challenge === made\) challenge = undefined;/, ""],
  ["main.ts", /time\.raise\(visit\.issuedAt\);/, ""],
  ["main.ts", /if \(button\.read\(\) !== 0\)/, "if (button.read() > 1)"],
] as const;
/** Titles in a report, without the time that each took. */
function passedIn(report: string): (string | undefined)[] {
  return [...report.matchAll(/✔ (.*?)( \(\d+m?s\))?$/gm)].map(([, title]) => title);
}

const UNVERIFIED = `
function unverified(message: Uint8Array): Uint8Array {
  const bytes = message[0] === 0xd2 ? message : message.subarray(2);
  return asArray((decodeCbor(bytes) as unknown as { value: unknown }).value)[2] as Uint8Array;
}
`;

const README = readFileSync(join(packageRoot, "README.md"), "utf8");

describe("examples/token-door", function () {
  this.timeout(2 * RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" }, { board: "mps2-an505", variant: "release" });
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "thimble-example-"));
    cpSync(join(packageRoot, "examples", "token-door"), folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  for (const board of ["host", "mps2-an505"]) {
    it(`on ${board}: opens for whom the owner trusts, and for nobody else`, async () => {
      const passed: unknown[] = [];
      // In two halves: each has a limit of its own, and an emulated Cortex-M33 checks signatures slowly.
      for (const [half, count] of [
        [["--grep", "refuses"], 5],
        [["--grep", "refuses", "--invert"], 4],
      ] as const) {
        const { status, stdout } = await thimble(["test", folder, "--board", board, ...half]);
        expect(status, stdout).to.equal(0);
        expect(stdout).to.contain(`${count} passing`);
        passed.push(...passedIn(stdout));
      }
      const [, shown = ""] = /```text\n {2}a door that takes tokens\n(.*?)```/s.exec(README) ?? [];
      expect(passed).to.have.members(passedIn(shown));
    });
  }

  it("has specs that notice each check that the door does not make", async () => {
    for (const [name, what, instead] of WITHOUT) {
      const path = join(folder, name);
      const text = readFileSync(path, "utf8");
      expect(text).to.match(what);
      writeFileSync(path, text.replace(what, instead));
    }
    writeFileSync(join(folder, "visit.ts"), UNVERIFIED, { flag: "a" });
    const { status, stdout } = await thimble(["test", folder]);
    expect(status, stdout).to.equal(1);
    expect(passedIn(stdout)).to.deep.equal([
      "opens for five seconds for whom the owner's token names, and tells that phone alone",
    ]);
    expect(stdout).to.contain("1 passing").and.contain("8 failing");
  });
});
