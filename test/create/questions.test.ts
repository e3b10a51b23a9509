// SPDX-License-Identifier: Apache-2.0
/** The questions of `thimble create`, on a terminal of its own (script, of util-linux). */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { makeFolder, removeFolders } from "./support.js";

const THIMBLE = fileURLToPath(new URL("../../cli/thimble.js", import.meta.url));
const LIMIT_MS = 20_000;

/** Runs a command line on a terminal; types each answer when its question has come. @returns what the screen shows. */
function onTerminal(
  line: string,
  folder: string,
  dialogue: readonly (readonly [question: RegExp, answer: string])[],
): Promise<{ screen: string; status: number | null }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, CI: "", TERM: "xterm", NO_COLOR: "1" };
    const child = spawn("script", ["-qec", line, "/dev/null"], { cwd: folder, env, stdio: ["pipe", "pipe", "pipe"] });
    let screen = "";
    let seen = 0;
    const left = [...dialogue];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      screen += text;
      const [next] = left;
      const match = next?.[0].exec(screen.slice(seen));
      if (next === undefined || !match) return;
      seen += match.index + match[0].length;
      left.shift();
      child.stdin.write(next[1]);
    });
    const late = setTimeout(() => child.kill("SIGKILL"), LIMIT_MS);
    child.on("error", reject);
    child.on("close", (status) => {
      clearTimeout(late);
      resolve({ screen, status });
    });
  });
}

describe("thimble create on a terminal", function () {
  this.timeout(2 * LIMIT_MS);
  const create = `'${process.execPath}' '${THIMBLE}' create`;
  before(function () {
    const { status } = spawnSync("script", ["-qec", "true", "/dev/null"], { stdio: "ignore" });
    if (status === 0) return;
    if (process.env.CI === "true") throw new Error("the program `script` (util-linux) is needed for this suite");
    this.skip();
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
