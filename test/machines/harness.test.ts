// SPDX-License-Identifier: Apache-2.0
/** The harness proves itself: each way in which a spec can fail on a board is reported as that, of the right test. */
import { match, strictEqual } from "node:assert/strict";
import { before, describe, it } from "mocha";
import { defineMissing } from "../harness/define.js";
import { chosenMachines, missingFor } from "../harness/machines.js";
import { type Nested, runSpecsNested } from "../harness/nested.js";

const NOT_RUN = (test: string) => new RegExp(`^Error: not run: the machine stopped in "${test}"`);

/** Spec, title of the test, what is reported: of a failure the beginning of its text. */
const EXPECTED: ReadonlyArray<readonly [spec: string, test: string, result: string | RegExp]> = [
  ["failing", "failing passes before", "passed"],
  ["failing", "failing fails", /^AssertionError: sum: expected 2 to equal 3\n/],
  ["failing", "failing passes after", "passed"],
  ["throwing", "throwing throws", /^TypeError: thrown deep inside\n {4}at deep \([^)]*\)\n/],
  ["throwing", "throwing rejects", /^TypeError: thrown deep inside\n {4}at deep \([^)]*\)\n/],
  ["throwing", "throwing throws no Error", /^no Error: thrown: 5\n/],
  ["heap", "heap exhausts it", /^Error: the machine stopped: HALT memory: the XS heap is exhausted\n/],
  ["heap", "heap comes after", NOT_RUN("heap › exhausts it")],
  ["stack", "stack exhausts it", /^Error: the machine stopped: HALT stack: stack overflow\n/],
  ["stack", "stack comes after", NOT_RUN("stack › exhausts it")],
  [
    "hanging",
    "hanging loops for ever",
    /^Error: the machine stopped: HALT busy: .*\n(?: at .*\n)*--- its console ---\n(.*\n)*into the loop\n/,
  ],
  ["hanging", "hanging comes after", NOT_RUN("hanging › loops for ever")],
  ["never-settling", "never settling waits for nothing", /^Error: the machine stopped: the test never settles: /],
  ["never-settling", "never settling comes after", NOT_RUN("never settling › waits for nothing")],
  [
    "ticking",
    "ticking never settles while a timer runs",
    /^Error: the machine stopped: the test did not settle within /,
  ],
  ["uncaught", "uncaught throws in a timer", /^Error: the machine stopped: HALT uncaught: Error: thrown in a timer\n/],
  ["pending", "pending is not run (no such part on any board)", "pending"],
  ["pending", "pending passes", "passed"],
  ["differing", "differing is everywhere", "passed"],
  ["differing", "differing is on Node", /^Error: the machine did not report this test\n/],
  [
    "differing",
    '"after all" hook in "differing"',
    /a test that Node does not know \(pass\): differing › is on a board\n/,
  ],
  ["hooks", "hooks within one", "passed"],
  ["hooks", "hooks within two", "passed"],
  ["hooks", "hooks three", "passed"],
  ["hooks", "hooks broken fails for it", /^Error: before is broken\n/],
  ["hooks", '"after all" hook in "hooks"', /after hook of hooks: after is broken\n/],
];

describe("harness, with specs that fail on purpose", () => {
  const boards = chosenMachines().filter((machine) => machine.kind === "board");
  const present = boards.filter((machine) => missingFor(machine) === undefined);
  let nested: Nested;

  before(async function () {
    this.timeout(0);
    if (present.length === 0) return;
    nested = await runSpecsNested({
      THIMBLE_MACHINES: present.map((machine) => machine.name).join(),
      THIMBLE_SPECS: "test/harness/fixtures",
      THIMBLE_TEST_LIMIT_MS: "5000",
    });
  });

  for (const machine of boards) {
    describe(`on ${machine.name}`, () => {
      const missing = missingFor(machine);
      if (missing !== undefined) {
        defineMissing("reports each failure", missing);
        return;
      }
      for (const [spec, test, expected] of EXPECTED) {
        it(`${spec}: ${test}`, () => {
          const result = nested.results.get(`specs on ${machine.name} ${spec} ${test}`) ?? "(not reported)";
          if (typeof expected === "string") strictEqual(result, expected);
          else match(result, expected);
        });
      }

      it("reports nothing else", () => {
        const titles = [...nested.results.keys()].filter((title) => title.startsWith(`specs on ${machine.name} `));
        strictEqual(titles.length, EXPECTED.length);
      });
    });
  }

  it("prints nothing beside mocha's report and fails the run", function () {
    if (present.length === 0) this.skip();
    strictEqual(nested.output, "");
    strictEqual(nested.status === 0, false);
  });
});
