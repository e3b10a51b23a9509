// SPDX-License-Identifier: Apache-2.0
/**
 * Power fails in each operation of boot and of what comes before it, after each number of bytes; then in the start that follows. What OTP is
 * told to set has a bit of it in any case: a word that power fails in is set.
 */
import { rmSync } from "node:fs";
import { assert } from "chai";
import { after, before, describe, it } from "mocha";
import { useEngines } from "../cli/support.js";
import { nameOf } from "./cases.js";
import type { Flow } from "./flow.js";
import {
  app,
  firmware,
  IMAGES,
  NEXT,
  NEXT_KEYS,
  ONES,
  RECORD,
  ROOT,
  record,
  SECURED,
  SPARE,
  UDS,
} from "./flow-parts.js";
import { FlowProgram } from "./flow-program.js";

const READY = SECURED.flash("trust1", record()).starts({ start: "APP" });
const TRYING = READY.slots("PENDING", 3, 0).starts({ slots: "TRYING" });
/** So many that the next one begins the other sector. */
const FULL = Array.from({ length: 255 }).reduce<Flow>(
  (flow) => flow.slots("CONFIRMED", 0, 0),
  READY.slots("CONFIRMED", 0, 0),
);
const FORGED = Buffer.from([...[0xff, 0xff, 0xff, 0xff, 0x96, 0, 0, 0], ...[0, 0, 0, 0, 0x69, 0xff, 0xff, 0xff]]);
const [OLD, NEW] = ["fw0 app0", "fw1 app1"];

interface Scenario {
  readonly name: string;
  readonly before: Flow;
  readonly action: (flow: Flow) => Flow;
  /** How a start may end, each at least once: start, slots, images, trust record, lifecycle, counters, roots, epoch. */
  readonly ends: readonly string[];
}

const SCENARIOS: readonly Scenario[] = [
  {
    name: "first start",
    before: SECURED,
    action: (flow) => flow.starts({ start: "APP", refused: "any" }),
    ends: [`APP CONFIRMED ${OLD} trust3 SECURED 2/2/3 roots11 epoch0`],
  },
  {
    name: "trial begin",
    before: READY,
    action: (flow) => flow.slots("PENDING", 3, 0).starts({ slots: "TRYING" }),
    ends: [
      `APP CONFIRMED ${OLD} trust3 SECURED 2/2/3 roots11 epoch0`,
      `APP TRYING ${NEW} trust3 SECURED 2/2/3 roots11 epoch0`,
      `APP REVERTED ${OLD} trust3 SECURED 2/2/3 roots11 epoch0`,
    ],
  },
  {
    name: "confirm",
    before: TRYING,
    action: (flow) => flow.slots("CONFIRMED", 3, 0).raise("FIRMWARE", 4).raise("APP", 4),
    ends: [
      `APP REVERTED ${OLD} trust3 SECURED 2/2/3 roots11 epoch0`,
      `APP CONFIRMED ${NEW} trust3 SECURED 4/4/3 roots11 epoch0`,
    ],
  },
  {
    name: "revert",
    before: TRYING,
    action: (flow) => flow.starts({ slots: "REVERTED" }),
    ends: [`APP REVERTED ${OLD} trust3 SECURED 2/2/3 roots11 epoch0`],
  },
  {
    name: "counter rise, by 41",
    before: READY.flash("fw1", firmware({ counter: 43 }).bytes)
      .flash("app1", app({ counter: 43 }).bytes)
      .slots("CONFIRMED", 3, 0),
    action: (flow) => flow.starts({ start: "APP" }),
    ends: [`APP CONFIRMED ${NEW} trust3 SECURED 43/43/3 roots11 epoch0`],
  },
  {
    name: "trust record change",
    before: READY,
    action: (flow) => flow.write("trust1", record({ version: 35 })).starts({ trust: 35, refused: "any" }),
    ends: [
      `APP CONFIRMED ${OLD} trust3 SECURED 2/2/3 roots11 epoch0`,
      `APP CONFIRMED ${OLD} trust35 SECURED 2/2/35 roots11 epoch0`,
    ],
  },
  {
    name: "image key revocation, with the next images in place",
    before: READY.flash("fw1", firmware({ signer: NEXT, counter: 4 }).bytes)
      .flash("app1", app({ signer: NEXT, counter: 4 }).bytes)
      .slots("CONFIRMED", 0, 0),
    action: (flow) =>
      flow.write("trust0", record({ version: 4, keys: NEXT_KEYS })).starts({ trust: 4, refused: "any" }),
    ends: [
      `APP CONFIRMED ${OLD} trust3 SECURED 2/2/3 roots11 epoch0`,
      `APP CONFIRMED ${NEW} trust4 SECURED 2/2/4 roots11 epoch0`,
    ],
  },
  {
    name: "root revocation",
    before: READY,
    action: (flow) =>
      flow
        .write("trust1", record({ version: 4, root: SPARE, revokesOther: true }))
        .starts({ trust: 4, refused: "any" }),
    ends: [
      `APP CONFIRMED ${OLD} trust3 SECURED 2/2/3 roots11 epoch0`,
      `APP CONFIRMED ${OLD} trust4 SECURED 2/2/4 roots01 epoch0`,
    ],
  },
  {
    name: "decommission",
    before: READY,
    action: (flow) => flow.set("DECOMMISSIONED").starts({ lifecycle: "DECOMMISSIONED" }),
    ends: [`SERVICE CONFIRMED ${OLD} trust3 DECOMMISSIONED 2/2/3 roots11 epoch64`],
  },
  {
    name: "wipe, and enter debug",
    before: READY,
    action: (flow) => flow.raise("WIPE", 1).raise("DEBUG", 1).starts({ lifecycle: "DEBUG" }),
    ends: [
      `APP CONFIRMED ${OLD} trust3 SECURED 2/2/3 roots11 epoch1`,
      `APP CONFIRMED ${OLD} trust3 DEBUG 2/2/3 roots11 epoch1`,
    ],
  },
  {
    name: "owner transfer",
    before: READY.otp("OWNER0_SET", ONES),
    action: (flow) => flow.program(0xd0, UDS).program(0xa4, ONES).starts({ epoch: 1 }),
    ends: [
      `APP CONFIRMED ${OLD} trust3 SECURED 2/2/3 roots11 epoch0`,
      `APP CONFIRMED ${OLD} trust3 SECURED 2/2/3 roots11 epoch1`,
    ],
  },
  {
    name: "provisioning",
    before: IMAGES.flash("trust0", RECORD),
    action: (flow) =>
      flow
        .set("PROVISIONING")
        .program(0, UDS)
        .set("UDS_MADE")
        .program(0x20, Buffer.concat([ROOT.keyHash, SPARE.keyHash]))
        .set("ROOTS_SET")
        .set("SECURED")
        .starts({ lifecycle: "SECURED", refused: "any" }),
    ends: [
      `SERVICE CONFIRMED ${OLD} trust0 PROVISIONING 0/0/0 roots00 epoch0`,
      `SERVICE CONFIRMED ${OLD} trust3 PROVISIONING 0/0/3 roots11 epoch0`,
      `APP CONFIRMED ${OLD} trust3 SECURED 2/2/3 roots11 epoch0`,
    ],
  },
  {
    name: "slot records: the next sector, in a trial",
    before: FULL,
    action: (flow) => flow.slots("PENDING", 3, 0).starts({ slots: "TRYING" }),
    ends: [
      `APP CONFIRMED ${OLD} trust3 SECURED 2/2/3 roots11 epoch0`,
      `APP TRYING ${NEW} trust3 SECURED 2/2/3 roots11 epoch0`,
      `APP REVERTED ${OLD} trust3 SECURED 2/2/3 roots11 epoch0`,
    ],
  },
  {
    name: "slot records: after the last number that there is",
    before: READY.flash("boot0", FORGED),
    action: (flow) => flow.slots("PENDING", 3, 0).starts({ slots: "TRYING" }),
    ends: [
      `APP CONFIRMED ${OLD} trust3 SECURED 2/2/3 roots11 epoch0`,
      `APP TRYING ${NEW} trust3 SECURED 2/2/3 roots11 epoch0`,
      `APP REVERTED ${OLD} trust3 SECURED 2/2/3 roots11 epoch0`,
    ],
  },
];

/** As test/c/flow-main.c notes a start: its numbers by their names. */
function readable(outcome: string): string {
  const [status = "", start = "", slots = "", fw, appSlot, trust, lifecycle = "", ...rest] = outcome.split(",");
  const word = (text: string): string => nameOf(Number.parseInt(text, 16));
  if (word(status) !== "BOOT_OK") return word(status);
  const [firmwareCount, appCount, trustCount, roots, epoch] = rest;
  const states: Readonly<Record<string, string>> = {
    "96": "CONFIRMED",
    "5a": "PENDING",
    c3: "TRYING",
    "3c": "REVERTED",
  };
  return [
    word(start).replace("BOOT_START_", ""),
    ...[states[slots], `fw${fw}`, `app${appSlot}`, `trust${trust}`, word(lifecycle).replace("LIFECYCLE_", "")],
    ...[`${firmwareCount}/${appCount}/${trustCount}`, `roots${roots}`, `epoch${epoch}`],
  ].join(" ");
}

describe("boot, with power cut in every operation", function () {
  this.timeout(300_000);
  useEngines({ board: "host", variant: "release" });
  const program = new FlowProgram();
  let total = 0;
  before(() => program.build());
  after(() => rmSync(program.folder, { recursive: true, force: true }));

  for (const { name, before: flow, action, ends } of SCENARIOS) {
    it(name, async function () {
      const cuts = await program.cuts(action(flow.mark()).mark());
      assert.sameMembers(Object.keys(cuts.outcomes).map(readable), [...ends]);
      assert.isAbove(cuts.first, 0);
      total += cuts.first + cuts.second;
      if (this.test !== undefined)
        this.test.title += `: ${cuts.operations} operations, ${cuts.first} cuts, ${cuts.second} more in the start after`;
    });
  }

  for (const [name, flow] of [
    ["that runs", READY],
    ["whose first root is revoked", SECURED.flash("trust1", record({ version: 4, root: SPARE, revokesOther: true }))],
    ["that is decommissioned", READY.set("DECOMMISSIONED")],
  ] as const) {
    it(`changes nothing at the next start of a device ${name}`, async () => {
      const started = flow.starts({ refused: "any" });
      assert.strictEqual((await program.cuts(started.mark().starts({ refused: "any" }).mark())).operations, 0);
    });
  }

  it("counts them", function () {
    if (this.test !== undefined) this.test.title += `: ${total} distinct cuts`;
    assert.isAbove(total, 10_000);
  });
});
