// SPDX-License-Identifier: Apache-2.0
/** docs/cli.md names each verb and each of its options, or a page of the verb's own does. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { thimble } from "../cli/support.js";

/** Verbs with a page of their own. */
const PAGES: Readonly<Record<string, string>> = { attest: "attest.md", provision: "provision.md", sim: "sim.md" };
const pageOf = (verb: string): string => readFileSync(join(packageRoot, "docs", PAGES[verb] ?? "cli.md"), "utf8");
const HELP_LIMIT_MS = 60_000;

async function helpOf(...words: readonly string[]): Promise<string> {
  return (await thimble([...words, "--help"])).stdout;
}

/** Of a verb that has verbs of its own. */
async function verbsBelow(verb: string): Promise<string[][]> {
  const [, below = ""] = (await helpOf(verb)).split("\nCommands:\n");
  const names = [...below.matchAll(/^ {2}([a-z]+)\b/gm)].map(([, name = ""]) => name);
  return names.filter((name) => name !== "help").map((name) => [verb, name]);
}

describe("docs/cli.md", function () {
  this.timeout(HELP_LIMIT_MS);

  it("has a chapter for each verb, with each of its options", async () => {
    const verbs = [...(await helpOf()).matchAll(/^ {2}([a-z]+)\b/gm)].map(([, name = ""]) => name);
    expect(verbs).to.include.members(["doctor", "build", "sim"]);
    for (const verb of verbs.filter((name) => name !== "help")) {
      const isPage = verb in PAGES;
      const [, after] = pageOf(verb).split(new RegExp(`^##? thimble ${verb}\\b`, "m"));
      if (after === undefined) throw new Error(`docs/cli.md has no chapter "thimble ${verb}"`);
      const chapter = isPage ? pageOf(verb) : after.split(/^## /m)[0];
      for (const words of [[verb], ...(await verbsBelow(verb))]) {
        const help = await helpOf(...words);
        const options = [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z0-9-]+)/gm)].map(([, name = ""]) => name);
        expect(options).to.include("--help");
        expect(chapter).to.include(`thimble ${words.join(" ")}`);
        for (const option of options.filter((name) => name !== "--help")) {
          expect(chapter, words.join(" ")).to.include(option);
        }
      }
    }
  });
});
