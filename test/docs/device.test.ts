// SPDX-License-Identifier: Apache-2.0
/** docs/testing.md names all that a spec can do with the device. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import ts from "typescript";
import { packageRoot } from "../../host-sim/engine/paths.js";

const SOURCE = join(packageRoot, "sdk", "testing", "device.ts");

/** Public members of the class Device. */
function members(): string[] {
  const file = ts.createSourceFile(SOURCE, readFileSync(SOURCE, "utf8"), ts.ScriptTarget.ES2022);
  const isDevice = (node: ts.Node): node is ts.ClassDeclaration =>
    ts.isClassDeclaration(node) && node.name?.text === "Device";
  const device = file.statements.find(isDevice);
  const names = (device?.members ?? []).map(({ name }) => name).filter((name) => name && ts.isIdentifier(name));
  return [...new Set(names.map((name) => (name as ts.Identifier).text))];
}

describe("docs/testing.md", () => {
  const page = readFileSync(join(packageRoot, "docs", "testing.md"), "utf8");

  it("has each method and property of the device", () => {
    expect(members()).to.include.members(["powerOn", "console", "cutPowerAt"]);
    for (const name of members()) expect(page).to.match(new RegExp(`^\\|[^|]*\`device\\.${name}\\b`, "m"), name);
  });
});
