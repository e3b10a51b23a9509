// SPDX-License-Identifier: Apache-2.0
/** The error table, docs/errors.md, the code that throws and the tests that expect it are in step. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { assert } from "chai";
import { describe, it } from "mocha";
import { ERROR_CODES } from "../../sdk/errors/codes.js";

const REPOSITORY = resolve(fileURLToPath(new URL("../../..", import.meta.url)));

/** The text of all sources below a folder of the repository, but for one file. */
function sources(folder: string, except: string, ending = ".ts"): string {
  const root = join(REPOSITORY, folder);
  const files = readdirSync(root, { recursive: true, encoding: "utf8" });
  const wanted = files.filter((file) => file.endsWith(ending) && file !== except);
  return wanted.map((file) => readFileSync(join(root, file), "utf8")).join("\n");
}

const PAGE = readFileSync(join(REPOSITORY, "docs/errors.md"), "utf8");
const ROWS = [...PAGE.matchAll(/^\| `([A-Z0-9_]+)` \| (\S+) \| (.+) \|$/gm)];
const DETAILS = Object.keys(ERROR_CODES).filter((code) => !code.startsWith("PSA_ERROR_"));

describe("docs/errors.md", () => {
  it("has each code of the table once, with its number or PSA code", () => {
    const onPage = ROWS.map(([, code, beside]) => `${code} ${beside?.replaceAll("`", "")}`);
    const inTable = Object.entries(ERROR_CODES).map(([code, beside]) => `${code} ${beside}`);
    assert.deepEqual([...onPage].sort(), [...inTable].sort());
  });

  it("heads its tables with the fields of an error", () => {
    const heads = [...PAGE.matchAll(/^\| (.+) \|\n\|-/gm)].map(([, head]) => head);
    assert.strictEqual(heads.shift(), "`code` | number | means | what to do");
    assert.isNotEmpty(heads);
    for (const head of heads) assert.strictEqual(head, "`detail` | `code` | means");
  });

  it("says of each code what it means", () => {
    for (const [, code, , meaning] of ROWS) assert.isAbove(meaning?.length ?? 0, 10, code);
  });

  it("uses no retired code again", () => {
    const retired = PAGE.slice(PAGE.indexOf("## Retired codes")).match(/[A-Z0-9]+(?:_[A-Z0-9]+)+/g) ?? [];
    for (const code of retired) assert.notProperty(ERROR_CODES, code);
  });
});

describe("the error table", () => {
  it("holds no detail code that nothing throws: in sdk/, behind a contract, in boot", () => {
    const text = sources("sdk", "errors/codes.ts");
    const contracts = sources("sdk/contracts", "");
    const boot = sources("devices/boot", "", ".h");
    const isThrown = (code: string): boolean =>
      text.includes(`"${code}"`) || boot.includes(`X(${code},`) || new RegExp(`\\b${code}\\b`).test(contracts);
    assert.deepEqual(
      DETAILS.filter((code) => !isThrown(code)),
      [],
    );
  });

  it("holds no detail code that no test expects", () => {
    const text = sources("test/specs", "");
    // Of an image boot's own cases expect each: test/boot/, test/image/.
    assert.deepEqual(
      DETAILS.filter((code) => !text.includes(code) && !code.startsWith("IMAGE_E_")),
      [],
    );
  });
});
