// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { makeTree, refusal, removeTrees, resolveIn, resolveTree } from "./support.js";

describe("manifest: keys", () => {
  afterEach(removeTrees);

  it("passes over what Moddable reads for other platforms and for its store", () => {
    const inert = { zephyrConfig: {}, zephyrShields: {}, zephyrOverlay: [], dependency: [], components: [] };
    const project = resolveTree({ ...inert, bundle: { id: "x" }, platforms: { "...": inert } });
    expect(project.warnings).to.deep.equal([]);
  });

  const cases: readonly (readonly [string, string])[] = [
    ["ble", 'the key "ble" is not supported: the boards have no Bluetooth'],
    ["commonjs", 'the key "commonjs" is not supported: use ECMAScript modules'],
    ["ffi", 'the key "ffi" is not supported: natives belong to firmware'],
    ["recipes", 'the key "recipes" is not supported: natives belong to firmware'],
    ["run", 'the key "run" is not supported: use the options of `thimble sim`'],
    ["module", 'unknown key "module": did you mean "modules"?'],
    ["notes", 'unknown key "notes"'],
    ["toString", 'unknown key "toString"'],
    ["thimble", 'unknown key "thimble"'],
  ];
  for (const [key, reason] of cases) {
    it(`says: ${reason}, at the top, in an include and in the platform's section`, () => {
      let root = makeTree({ "manifest.json": { config: {}, [key]: {} } });
      expect(refusal(() => resolveIn(root)).message).to.equal(`${root}/manifest.json:3: ${reason}`);
      root = makeTree({ "manifest.json": { include: "./a.json" }, "a.json": { [key]: {} } });
      expect(refusal(() => resolveIn(root)).message).to.equal(
        `${root}/a.json:2: ${reason}\n  included from ${root}/manifest.json:2`,
      );
      root = makeTree({ "manifest.json": { platforms: { host: { [key]: {} } } } });
      expect(refusal(() => resolveIn(root)).message).to.equal(`${root}/manifest.json:4: ${reason}`);
      expect(() => resolveIn(root, { platform: "lin" })).not.to.throw();
    });
  }
});
