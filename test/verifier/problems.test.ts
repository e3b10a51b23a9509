// SPDX-License-Identifier: Apache-2.0
/** docs/verifier-service.md has each code of a problem, with its status, and the limits as they are. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { describe, it } from "mocha";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { DEFAULT_LIMITS } from "../../verifier/limits.js";
import { PROBLEMS } from "../../verifier/problem.js";

const page = readFileSync(join(packageRoot, "docs", "verifier-service.md"), "utf8");

describe("docs/verifier-service.md", () => {
  it("has the codes and statuses of the service", () => {
    const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \| .+ \|$/gm)].map(
      ([, code, status]) => `${code} ${status}`,
    );
    assert.deepEqual(
      rows.sort(),
      Object.entries(PROBLEMS)
        .map(([code, [status]]) => `${code} ${status}`)
        .sort(),
    );
  });

  it("has the limits of the service", () => {
    const { sessions, clientSessions, sessionSeconds, resultSeconds, rate, evidenceBytes } = DEFAULT_LIMITS;
    const { headBytes, connections, clientConnections, headMs, requestMs, idleMs, results } = DEFAULT_LIMITS;
    const n = (value: number) => value.toLocaleString("en-US");
    for (const text of [
      `| ${n(sessions)} in all, ${n(clientSessions)} of an address |`,
      `| time of a session | ${sessionSeconds} s |`,
      `| time of a result | ${resultSeconds} s |`,
      `| ${rate} a second |`,
      `at most ${n(evidenceBytes)} bytes`,
      `| ${connections} in all, ${clientConnections} of an address |`,
      `| ${n(headBytes)} bytes, within ${headMs / 1000} s |`,
      `| a request in all | ${requestMs / 1000} s |`,
      `| between two on a connection | ${idleMs / 1000} s |`,
      `| results that are kept | ${n(results)} |`,
    ]) {
      assert.include(page, text);
    }
  });
});
