// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { names, removeTrees, resolveTree, THIMBLE } from "./support.js";

const page = readFileSync(join(THIMBLE, "docs/manifest.md"), "utf8");

describe("manifest: docs/manifest.md", () => {
  afterEach(removeTrees);

  it("has an example that resolves", () => {
    const blocks = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map((match) => match[1] ?? "");
    expect(blocks).to.have.length(1);
    const files = { "src/main.ts": "", "src/acme/one.ts": "", "src/acme/draft1.ts": "" };
    const project = resolveTree(JSON.parse(blocks[0] ?? ""), files);
    expect(names(project, project.root)).to.deep.equal({ "acme/one": "src/acme/one.ts", main: "src/main.ts" });
    expect(project.preload).to.deep.equal(["acme/one"]);
    expect(project.config).to.deep.equal({ intervalMinutes: 15, pin: 0 });
    expect(project.warnings).to.deep.equal([]);
  });

  it("names every stand-in", () => {
    const folder = join(THIMBLE, "host-sim/manifest/stand-ins");
    for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      if (path.endsWith(".json")) expect(page).to.include(`\`${path.replace("provides.json", "*")}\``);
    }
  });
});
