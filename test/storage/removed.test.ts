// SPDX-License-Identifier: Apache-2.0
/** The checks that the sealed store stands on: without one of them, a spec fails. Each is left out of a copy of what was built. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { after, before, describe, it } from "mocha";
import { buildRoot, packageRoot } from "../../host-sim/engine/paths.js";

interface Removal {
  readonly what: string;
  readonly spec: string;
  readonly changes: readonly (readonly [file: string, from: string, to: string])[];
}

const REMOVALS: readonly Removal[] = [
  {
    what: "the freshness check",
    spec: "log-freshness",
    changes: [["sealed-log", "if (state.commits < least) {", "if (false) {"]],
  },
  {
    what: "the links of the chain",
    spec: "scan",
    changes: [["scan", 'throw new ProtocolError("STORAGE_DAMAGED", `the chain of block', "return; throw new Error(`"]],
  },
  {
    what: "the tag before a record, in what is authenticated",
    spec: "record",
    changes: [
      ["record", "concatBytes(previous, frame)", "frame"],
      [
        "record",
        "new Uint8Array(buffer, 0, TAG_LENGTH + FRAME_LENGTH)",
        "new Uint8Array(buffer, TAG_LENGTH, FRAME_LENGTH)",
      ],
    ],
  },
  {
    what: "the entropy of an epoch",
    spec: "log-epochs",
    changes: [["seals", "return this.#crypto.generateRandom(SALT_LENGTH);", "return new Uint8Array(SALT_LENGTH);"]],
  },
  {
    what: "the commit mark",
    spec: "log-commit",
    changes: [["mount", "if (isCommit)\n            this.#apply(", "this.#apply("]],
  },
];

describe("the sealed store without one of its checks", function () {
  this.timeout(60_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(buildRoot(), "removed-"));
    for (const part of ["sdk", "devices", "test/specs", "test/harness", "test/storage"]) {
      cpSync(join(packageRoot, "dist", part), join(folder, part), { recursive: true });
    }
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function passes(spec: string): boolean {
    const mocha = join(packageRoot, "node_modules/mocha/bin/mocha.js");
    const file = join(folder, "test/specs/storage", `${spec}.spec.js`);
    return spawnSync(process.execPath, [mocha, "--no-config", file], { encoding: "utf8" }).status === 0;
  }

  for (const { what, spec, changes } of REMOVALS) {
    it(`fails a spec without ${what}`, () => {
      assert.isTrue(passes(spec), "as it is");
      const kept = changes.map(([file]) => {
        const path = join(folder, "sdk/storage", `${file}.js`);
        return [path, readFileSync(path, "utf8")] as const;
      });
      for (const [file, from, to] of changes) {
        const path = join(folder, "sdk/storage", `${file}.js`);
        const text = readFileSync(path, "utf8");
        assert.include(text, from);
        writeFileSync(
          path,
          text.replace(from, () => to),
        );
      }
      const isNoticed = !passes(spec);
      for (const [path, text] of kept.reverse()) writeFileSync(path, text);
      assert.isTrue(isNoticed);
    });
  }
});
