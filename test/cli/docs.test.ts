// SPDX-License-Identifier: Apache-2.0
/** docs/cli.md: its examples are run, and each option is in it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { RUN_LIMIT_MS, thimble, useEngines } from "./support.js";

const page = readFileSync(join(packageRoot, "docs", "cli.md"), "utf8");
const files = [...page.matchAll(/^`(hello\/[^`]+)`\n```\w+\n(.*?)^```$/gms)];
const examples = [...page.matchAll(/^```console\n\$ thimble ([^\n]*)\n(.*?)^```$/gms)];

/** The lines that an example shows, with `…` for anything in a line. */
function toPattern(shown: string): RegExp {
  const literal = shown.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replaceAll("…", "[^\\n]*")}$`);
}

describe("docs/cli.md", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines(
    { board: "host", variant: "release" },
    { board: "host", variant: "debug" },
    { board: "mps2-an505", variant: "release" },
  );
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "thimble-docs-"));
    for (const [, name = "", text = ""] of files) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("has files and examples", () => {
    expect(files.length).to.be.greaterThan(4);
    expect(examples.length).to.be.greaterThan(4);
  });

  for (const [, line = "", shown = ""] of examples) {
    it(`$ thimble ${line}`, async () => {
      const [, output = "", expected = "0"] = /^(.*?)(?:\$\? (\d+)\n)?$/s.exec(shown) ?? [];
      const args = line.split(" ");
      const { status, stdout, stderr } = await thimble(args, { cwd: folder });
      const withoutProgress = stderr.replace(/^.* \.\.\.\n/gm, "");
      expect(stdout + withoutProgress).to.match(toPattern(output));
      expect(status).to.equal(Number(expected));
    });
  }

  for (const verb of ["doctor", "build", "sim"]) {
    it(`names every option of ${verb}`, async () => {
      const { stdout } = await thimble([verb, "--help"]);
      const options = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z]+)/gm)].map(([, name = ""]) => name);
      expect(options).to.include("--help");
      const chapter = page.slice(page.indexOf(`## thimble ${verb}`)).split(/\n## /)[0] ?? "";
      for (const option of options.filter((name) => name !== "--help")) expect(chapter).to.include(`${option}`);
    });
  }
});
