// SPDX-License-Identifier: Apache-2.0
/** The codes of BoardError and the table in docs/sim.md are in step. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { packageRoot } from "../../host-sim/engine/paths.js";

describe("docs/sim.md, codes of a run", () => {
  it("has each code of BoardError, and no other", () => {
    const page = readFileSync(join(packageRoot, "docs", "sim.md"), "utf8");
    const [, section = ""] = /^## Codes of a run\n(.*?)^## /ms.exec(page) ?? [];
    const source = readFileSync(join(packageRoot, "host-sim", "board", "error.ts"), "utf8");
    const [, union = ""] = /type BoardErrorCode =(.*?)^export /ms.exec(source) ?? [];
    const onPage = [...section.matchAll(/^\| `([A-Z_]+)` \| .{20,} \|$/gm)].map(([, code]) => code);
    const inType = [...union.matchAll(/\| "([A-Z_]+)"/g)].map(([, code]) => code);
    assert.isNotEmpty(inType);
    assert.deepEqual(onPage.sort(), inType.sort());
  });
});
