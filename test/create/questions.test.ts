// SPDX-License-Identifier: Apache-2.0
/** The questions of `thimble create`, on a terminal of its own (script, of util-linux). */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { commandLine, needsTerminal, onTerminal, TERMINAL_LIMIT_MS } from "../cli/on-terminal.js";
import { makeFolder, removeFolders } from "./support.js";

describe("thimble create on a terminal", function () {
  this.timeout(2 * TERMINAL_LIMIT_MS);
  const create = commandLine("create");
  before(function () {
    needsTerminal(this);
  });
  after(removeFolders);

  it("asks for the template and the name; Enter takes what it offers", async () => {
    const folder = makeFolder();
    const { screen, status } = await onTerminal(create, folder, [
      [/Which template\?.*\(blink\) /, "\r"],
      [/Name of the project\?.*\(blink\) /, "\r"],
    ]);
    expect(screen).to.match(/1 blink +an LED[\s\S]*2 sensor /);
    expect(status, screen).to.equal(0);
    expect(readdirSync(folder)).to.deep.equal(["blink"]);
  });

  it("asks again until an answer will do", async () => {
    const folder = makeFolder();
    const { screen, status } = await onTerminal(create, folder, [
      [/Which template\?/, "doom\r"],
      [/one of blink, sensor[\s\S]*Which template\?/, "2\r"],
      [/Name of the project\?.*\(sensor\) /, "My Alarm\r"],
      [/cannot be a project's name[\s\S]*1 to 64 of a to z[\s\S]*Name of the project\?.*\(my-alarm\)/, "\r"],
    ]);
    expect(status, screen).to.equal(0);
    expect(existsSync(join(folder, "my-alarm", "median.ts"))).to.equal(true);
    expect(readFileSync(join(folder, "my-alarm", "README.md"), "utf8")).to.match(/^# my-alarm/);
  });

  it("offers a name that is free", async () => {
    const folder = makeFolder();
    for (const name of ["blink", "light"]) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "mine.txt"), "mine");
    }
    const { screen, status } = await onTerminal(create, folder, [
      [/Which template\?/, "1\r"],
      [/Name of the project\?.*\(blink-2\)/, "light\r"],
      [/not empty already[\s\S]*Choose another name[\s\S]*Name of the project\?.*\(light-2\)/, "\r"],
    ]);
    expect(status, screen).to.equal(0);
    expect(readdirSync(folder).sort()).to.deep.equal(["blink", "light", "light-2"]);
  });

  it("asks for the template alone when the name was given, and nothing when both were", async () => {
    const folder = makeFolder();
    const { screen } = await onTerminal(`${create} light`, folder, [[/Which template\?/, "blink\r"]]);
    expect(screen).not.to.match(/Name of the project/);
    const both = await onTerminal(`${create} other --template blink`, folder, []);
    expect(both.screen).not.to.match(/\?/);
    expect(readdirSync(folder).sort()).to.deep.equal(["light", "other"]);
  });

  for (const [what, key] of [
    ["Ctrl-C", "\x03"],
    ["Ctrl-D", "\x04"],
  ]) {
    it(`${what} at a question ends it: nothing is made`, async () => {
      const folder = makeFolder();
      const { screen, status } = await onTerminal(create, folder, [
        [/Which template\?.*\(blink\) /, "1\r"],
        [/Name of the project\?.*\(blink\) /, key as string],
      ]);
      expect(screen).to.match(/interrupted: nothing was made/);
      expect(status).to.equal(130);
      expect(readdirSync(folder)).to.deep.equal([]);
    });
  }
});
