// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { TEMPLATES, templateFolder } from "../../cli/templates.js";
import { thimble } from "../cli/support.js";
import { makeFolder, removeFolders } from "./support.js";

const THIMBLE = fileURLToPath(new URL("../../cli/thimble.js", import.meta.url));

/** Names and texts of a folder, for "changes nothing". */
function contentOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    names.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), "utf8")]),
  );
}

describe("thimble create", () => {
  after(removeFolders);

  it("has a folder for each template, and a template for each folder", () => {
    const folders = readdirSync(templateFolder(""));
    expect(folders.sort()).to.deep.equal(TEMPLATES.map(({ name }) => name).sort());
  });

  it("makes a project, and says what to type next", async () => {
    const folder = makeFolder();
    const { status, stdout, stderr } = await thimble(["create", "my-light", "--template", "blink"], { cwd: folder });
    expect(status, stderr).to.equal(0);
    expect(readdirSync(folder)).to.deep.equal(["my-light"]);
    const names = [".gitignore", "README.md", "main.spec.ts", "main.ts", "manifest.json", "tsconfig.json"];
    expect(readdirSync(join(folder, "my-light")).sort()).to.deep.equal([...names, ".thimble"].sort());
    expect(stdout).to.match(/^made my-light from the template blink: \.gitignore, README\.md, main\.spec\.ts, /);
    expect(stdout).to.match(/\nnext:\n {2}cd my-light\n {2}.+ sim --watch +runs .*\n {2}.+ test +runs .*\n$/);
  });

  it("fills in the name and how the command was started; leaves our licence line out", async () => {
    const folder = makeFolder();
    await thimble(["create", "my-light"], { cwd: folder });
    const readme = readFileSync(join(folder, "my-light", "README.md"), "utf8");
    expect(readme).to.match(/^# my-light\n/);
    expect(readme).to.match(/^node .*thimble\.js sim --watch$/m);
    for (const text of Object.values(contentOf(join(folder, "my-light")))) expect(text).not.to.match(/SPDX|\{\{/);
  });

  it("takes the first template and its name when nobody can be asked", async () => {
    const folder = makeFolder();
    const { status, stdout } = await thimble(["create"], { cwd: folder });
    expect(status).to.equal(0);
    expect(stdout).to.match(/^made blink from the template blink/);
    expect(existsSync(join(folder, "blink", "main.ts"))).to.equal(true);
  });

  it("--json: one object, with the commands that come next", async () => {
    const folder = makeFolder();
    const { status, stdout } = await thimble(["create", "--template", "sensor", "--json"], { cwd: folder });
    expect(status).to.equal(0);
    const { files, next, ...rest } = JSON.parse(stdout);
    expect(rest).to.deep.equal({ ok: true, name: "sensor", template: "sensor", folder: join(folder, "sensor") });
    expect(files).to.include.members(["main.ts", "median.spec.ts", ".gitignore"]);
    expect(next[0]).to.equal("cd sensor");
    expect(next).to.have.length(3);
  });

  it("uses an empty folder that is there", async () => {
    const folder = makeFolder();
    mkdirSync(join(folder, "blink"));
    expect((await thimble(["create", "blink"], { cwd: folder })).status).to.equal(0);
    expect(existsSync(join(folder, "blink", "main.ts"))).to.equal(true);
  });

  for (const name of ["..", ".", "../up", "a/b", "/abs", "", "-", "_a", ".a", "A", "a b", "é", "node_modules", "a\n"]) {
    it(`refuses the name ${JSON.stringify(name)}`, async () => {
      const folder = makeFolder();
      const { status, stdout } = await thimble(["create", "--json", "--", name], { cwd: folder });
      expect(status).to.equal(1);
      expect(JSON.parse(stdout).error).to.include({ kind: "CommandError", code: "CREATE_NAME" });
      expect(readdirSync(folder)).to.deep.equal([]);
    });
  }

  it("refuses a name that is too long", async () => {
    const folder = makeFolder();
    expect((await thimble(["create", "a".repeat(64)], { cwd: folder })).status).to.equal(0);
    expect((await thimble(["create", "a".repeat(65)], { cwd: folder })).status).to.equal(1);
  });

  it("says which name would do", async () => {
    const { stderr } = await thimble(["create", "My First App!"], { cwd: makeFolder() });
    expect(stderr).to.match(/^error CREATE_NAME: "My First App!" cannot be/);
    expect(stderr).to.match(/For example: my-first-app$/m);
  });

  it("says why a name will not do that looks like one", async () => {
    const { stderr } = await thimble(["create", "node_modules"], { cwd: makeFolder() });
    expect(stderr).to.match(/^error CREATE_NAME: "node_modules" cannot be a project's name\nnpm keeps that name/);
  });

  it("refuses a folder that is not empty, and a file, and changes nothing", async () => {
    const folder = makeFolder();
    mkdirSync(join(folder, "full"));
    writeFileSync(join(folder, "full", "mine.txt"), "mine");
    writeFileSync(join(folder, "file"), "mine");
    const before = contentOf(folder);
    for (const name of ["full", "file"]) {
      const { status, stderr } = await thimble(["create", name], { cwd: folder });
      expect(status).to.equal(1);
      expect(stderr).to.match(/^error CREATE_EXISTS: there is a (file|folder that is not empty) already: .*\n.*Choose/);
    }
    expect(contentOf(folder)).to.deep.equal(before);
  });

  it("refuses a template that there is not: wrong usage", async () => {
    const { status, stderr } = await thimble(["create", "a", "--template", "doom"], { cwd: makeFolder() });
    expect(stderr).to.match(/Allowed choices are blink, sensor/);
    expect(status).to.equal(2);
  });

  it("leaves nothing behind when the disk takes no more", () => {
    const folder = makeFolder();
    // Files of 512 bytes at most: the first ones can be written.
    const line = `ulimit -f 1 && exec '${process.execPath}' '${THIMBLE}' create blink`;
    const { status, stderr } = spawnSync("sh", ["-c", line], { cwd: folder, encoding: "utf8" });
    expect(stderr).to.match(/^error CREATE_WRITE: the project cannot be written: EFBIG/);
    expect(status).to.equal(1);
    expect(readdirSync(folder)).to.deep.equal([]);
  });
});
