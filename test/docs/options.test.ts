// SPDX-License-Identifier: Apache-2.0
/** docs/cli.md names each verb and each of its options. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { thimble } from "../cli/support.js";

const page = readFileSync(join(packageRoot, "docs", "cli.md"), "utf8");
const HELP_LIMIT_MS = 60_000;

async function helpOf(...words: readonly string[]): Promise<string> {
  return (await thimble([...words, "--help"])).stdout;
}

describe("docs/cli.md", function () {
  this.timeout(HELP_LIMIT_MS);

  it("has a chapter for each verb, with each of its options", async () => {
    const verbs = [...(await helpOf()).matchAll(/^ {2}([a-z]+)\b/gm)].map(([, name = ""]) => name);
    expect(verbs).to.include.members(["doctor", "build", "sim"]);
    for (const verb of verbs.filter((name) => name !== "help")) {
      const [, after] = page.split(new RegExp(`^## thimble ${verb}\\b`, "m"));
      if (after === undefined) throw new Error(`docs/cli.md has no chapter "thimble ${verb}"`);
      const [chapter] = after.split(/^## /m);
      const options = [...(await helpOf(verb)).matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)].map(([, name = ""]) => name);
      expect(options).to.include("--help");
      for (const option of options.filter((name) => name !== "--help")) expect(chapter, verb).to.include(option);
    }
  });
});
