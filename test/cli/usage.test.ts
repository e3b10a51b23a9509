// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { thimble } from "./support.js";

const WRONG: ReadonlyArray<readonly [string, readonly string[], RegExp]> = [
  ["no verb", [], /Usage: thimble/],
  ["an unknown verb", ["simulate", "."], /unknown command 'simulate'/],
  ["two folders", ["build", "a", "b"], /too many arguments/],
  ["an unknown option", ["sim", ".", "--bord", "host"], /unknown option '--bord'/],
  ["an unknown board", ["sim", ".", "--board", "uno"], /Allowed choices are host, mps2-an505/],
  ["an unknown clock", ["sim", ".", "--time", "warp"], /Allowed choices are virtual, real/],
  ["--until without a number", ["sim", ".", "--until", "soon"], /Expected milliseconds/],
  ["--until 0", ["sim", ".", "--until", "0"], /Expected milliseconds/],
  ["--until beyond what microseconds can count", ["sim", ".", "--until", "1".repeat(13)], /Expected milliseconds/],
  ["a seed that is not hexadecimal", ["sim", ".", "--seed", "0x12"], /hexadecimal/],
  ["a seed longer than 32 bytes", ["sim", ".", "--seed", "0".repeat(65)], /hexadecimal/],
  [
    "a chip that a board never is",
    ["sim", ".", "--board", "mps2-an505", "--board-profile", "dice"],
    /'--board-profile dice' needs '--board host'/,
  ],
  [
    "the same, provisioned",
    ["provision", "--state", "device", "--board", "mps2-an505", "--board-profile", "dice"],
    /'--board-profile dice' needs '--board host'/,
  ],
  ["a chip that there is not", ["sim", ".", "--board-profile", "tpm"], /Allowed choices are iak, dice/],
  ["--icount on the host", ["sim", ".", "--icount"], /'--icount' needs '--board mps2-an505'/],
];

describe("thimble: wrong usage", () => {
  for (const [what, args, message] of WRONG) {
    it(`exits 2 for ${what}`, async () => {
      const { status, stdout, stderr } = await thimble(args);
      expect(stderr).to.match(message);
      expect(stdout).to.equal("");
      expect(status).to.equal(2);
    });
  }

  it("says how help is asked for, as the command was started", async () => {
    const { stderr } = await thimble(["build", "a", "b"]);
    expect(stderr).to.match(/^\(node (\S+thimble\.js) --help shows all verbs, node \1 <verb> --help its options\)$/m);
    expect((await thimble([])).stderr).not.to.match(/shows all verbs/);
  });

  it("exits 0 for --help, of each verb too", async () => {
    for (const args of [["--help"], ["sim", "--help"], ["build", "--help"], ["doctor", "--help"]]) {
      const { status, stdout } = await thimble(args);
      expect(stdout).to.match(/^Usage: thimble/);
      expect(status).to.equal(0);
    }
  });

  it("prints the version of the package", async () => {
    const { status, stdout } = await thimble(["--version"]);
    expect(stdout).to.match(/^\d+\.\d+\.\d+\n$/);
    expect(status).to.equal(0);
  });
});
