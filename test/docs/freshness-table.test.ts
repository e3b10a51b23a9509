// SPDX-License-Identifier: Apache-2.0
/** The table of sealed stores in docs/porting.md says what devices/NAME/silicon.json says. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { describe, it } from "mocha";
import type { Silicon } from "../../host-sim/board/silicon.js";
import { packageRoot } from "../../host-sim/engine/paths.js";

const HEAD = "| board | sealed | an older copy of the flash | |";

function rows(): string[][] {
  const lines = readFileSync(join(packageRoot, "docs", "porting.md"), "utf8").split("\n");
  const start = lines.indexOf(HEAD);
  assert.isAtLeast(start, 0, `docs/porting.md has no line ${HEAD}`);
  const end = lines.indexOf("", start);
  return lines.slice(start + 2, end).map((line) => line.split("|").map((cell) => cell.trim()));
}

function levelOf({ freshness }: Silicon): string {
  if (freshness === undefined) return "taken";
  const { every } = freshness;
  return `refused when it lacks ${every} commit${every === 1 ? "" : "s"}`;
}

describe("The table of sealed stores in docs/porting.md", () => {
  const devices = join(packageRoot, "devices");
  const silicon = (name: string): string => join(devices, name, "silicon.json");
  const boards = readdirSync(devices).filter((name) => existsSync(silicon(name)));

  it("has every board there is, with its freshness level", () => {
    const known = boards.map((name) => {
      const level = levelOf(JSON.parse(readFileSync(silicon(name), "utf8")) as Silicon);
      return [`\`${name}\``, "yes", level, "run"];
    });
    assert.deepEqual(
      rows()
        .filter(([, , , , run]) => run === "run")
        .map((row) => row.slice(1, 5)),
      known,
    );
  });

  it("calls nothing run that there is no board for", () => {
    const others = rows().filter(([, name = ""]) => !boards.some((board) => name === `\`${board}\``));
    assert.isAtLeast(others.length, 1);
    for (const row of others) assert.match(row[4] ?? "", /^declared; no port$/);
  });
});
