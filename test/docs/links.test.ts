// SPDX-License-Identifier: Apache-2.0
/** README.md and docs/: every relative link leads to a file, and to a heading where it names one. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { pageNames } from "./pages.js";

const CODE = /^(\s*)(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\s*\2\s*$|`[^`\n]*`/gm;
const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g;

/** As GitHub names a heading. */
function anchorOf(heading: string): string {
  const plain = heading.replace(/`|\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
  return plain
    .replace(/[^\p{L}\p{N}_ -]/gu, "")
    .trim()
    .replaceAll(" ", "-");
}

function anchorsOf(path: string): string[] {
  return [...readFileSync(path, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));
}

describe("links of the documentation", () => {
  for (const name of pageNames()) {
    it(`${name} leads somewhere`, () => {
      const path = join(packageRoot, name);
      const links = [...readFileSync(path, "utf8").replace(CODE, "").matchAll(LINK)].map(([, link = ""]) => link);
      for (const link of links.filter((text) => !/^[a-z]+:/.test(text))) {
        const [file = "", anchor] = link.split("#");
        const target = file === "" ? path : join(dirname(path), file);
        expect(existsSync(target), `${name}: ${link}`).to.equal(true);
        if (anchor !== undefined) expect(anchorsOf(target), `${name}: ${link}`).to.include(anchor);
      }
    });
  }
});
