// SPDX-License-Identifier: Apache-2.0
/** The capability table of docs/crypto.md says what the back-ends say. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { describe, it } from "mocha";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import { hasAlg } from "../../devices/psa/numbers.js";
import { packageRoot } from "../../host-sim/engine/paths.js";
import type { Alg } from "../../sdk/contracts/crypto.js";
import { createNobleCrypto } from "../../sdk/crypto/noble.js";
import { HASHES, KEY_ALGS } from "../specs/crypto/algorithms.js";

const HEAD = "| algorithm | names | PSA on boards | node:crypto | noble |";

interface Row {
  readonly names: readonly string[];
  readonly answers: readonly string[];
}

function rows(): Row[] {
  const lines = readFileSync(join(packageRoot, "docs", "crypto.md"), "utf8").split("\n");
  const start = lines.indexOf(HEAD);
  assert.isAtLeast(start, 0, `docs/crypto.md has no line ${HEAD}`);
  const end = lines.indexOf("", start);
  return lines.slice(start + 2, end).map((line) => {
    const [, , names = "", ...answers] = line.split("|").map((cell) => cell.trim());
    return { names: [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name as string), answers: answers.slice(0, 3) };
  });
}

describe("The capability table of docs/crypto.md", () => {
  it("has every algorithm of the contract once, and no other", () => {
    const named = rows().flatMap(({ names }) => names);
    assert.sameMembers(named, [...HASHES, ...KEY_ALGS]);
  });

  it("says of each back-end what it supports", () => {
    const [node, noble] = [createNodeCrypto(), createNobleCrypto({ random: () => undefined })];
    for (const { names, answers } of rows()) {
      for (const name of names as readonly Alg[]) {
        const supported = [hasAlg(name), node.supports(name), noble.supports(name)];
        assert.deepEqual(
          answers,
          supported.map((yes) => (yes ? "yes" : "no")),
          name,
        );
      }
    }
  });
});
