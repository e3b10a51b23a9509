// SPDX-License-Identifier: Apache-2.0
/** Passphrases on a terminal: asked for, not shown, asked for again. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { commandLine, needsTerminal, onTerminal, TERMINAL_LIMIT_MS } from "../cli/on-terminal.js";
import { contentOf, makeFolder, PASSPHRASE, removeFolders, runWell } from "./support.js";

describe("passphrases on a terminal", function () {
  this.timeout(3 * TERMINAL_LIMIT_MS);
  before(function () {
    needsTerminal(this);
  });
  after(removeFolders);

  it("a first set of keys takes one, typed twice, and shows none", async () => {
    const folder = makeFolder();
    const { screen, status } = await onTerminal(commandLine("keys create"), folder, [
      [/Passphrase for these keys\? /, "short\r"],
      [/at least 8 characters[\s\S]*Passphrase for these keys\? /, `${PASSPHRASE}\r`],
      [/once more\? /, "another one\r"],
      [/two different[\s\S]*Passphrase for these keys\? /, `${PASSPHRASE}x\x7f\r`],
      [/once more\? /, `wrong\x15\x1b${PASSPHRASE}\r`],
    ]);
    expect(status, screen).to.equal(0);
    expect(screen).to.match(/to be made in keys:[\s\S]*root-1 +root +signs trust records/);
    expect(screen).not.to.match(/horse|battery|another|wrong/);
    await runWell(folder, "keys export image-1 --private -o copy.pem");
  });

  it("a wrong one may be tried again, three times in all", async () => {
    const folder = makeFolder();
    await runWell(folder, "keys create");
    const line = commandLine("keys rotate image-1");
    const question = /Passphrase of root key root-1\? /;
    const { screen, status } = await onTerminal(line, folder, [
      [question, "wrong wrong\r"],
      [/That is not it\.\s+Passphrase of root key root-1\? /, `${PASSPHRASE}\r`],
      [/Passphrase for the image key image-2\? /, "new one here\r"],
      [/once more\? /, "new one here\r"],
    ]);
    expect(status, screen).to.equal(0);
    expect(screen).to.match(/trust record, version 2, to be signed by root-1:[\s\S]*\+ image +image-2/);
    expect(screen).not.to.match(/new one here/);
    const before = contentOf(folder);
    const thrice = [question, "wrong wrong\r"] as const;
    const refused = await onTerminal(line, folder, [thrice, thrice, thrice]);
    expect(refused.screen).to.match(/KEY_PASSPHRASE: this is not the passphrase of keys\/root-1\.pem/);
    expect(refused.status).to.equal(1);
    expect(contentOf(folder)).to.deep.equal(before);
  });

  for (const [what, key] of [
    ["Ctrl-C", "\x03"],
    ["Ctrl-D", "\x04"],
  ] as const) {
    it(`${what} ends it: nothing is made`, async () => {
      const folder = makeFolder();
      const { screen, status } = await onTerminal(commandLine("keys create"), folder, [
        [/Passphrase for these keys\? /, `${PASSPHRASE}\r`],
        [/once more\? /, key],
      ]);
      expect(screen).to.match(/interrupted: nothing was changed/);
      expect(status).to.equal(130);
      expect(readdirSync(join(folder))).to.deep.equal([]);
    });
  }
});
