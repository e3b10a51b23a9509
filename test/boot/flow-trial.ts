// SPDX-License-Identifier: Apache-2.0
/** Trials: a pair that is new runs once, and again only when it was confirmed. */
import type { Expected, FlowCase } from "./flow.js";
import {
  APP,
  APP2,
  app,
  damaged,
  FW,
  FW2,
  firmware,
  GOOD,
  OTHER_ABI,
  record,
  SECURED,
  secretsOf,
  steps,
} from "./flow-parts.js";
import { u32 } from "./maker.js";

const READY = SECURED.flash("trust1", record()).starts(GOOD);
/** Both are new, in the second slots. */
const PENDING = READY.slots("PENDING", 3, 0);
const TRIED: Expected = Object.freeze({ ...GOOD, fw: 1, app: 1, slots: "TRYING" } as const);
const BACK: Expected = Object.freeze({ ...GOOD, slots: "REVERTED" } as const);

/** A slot record as anybody can write it. */
function forged(sequence: number, state: number, active: number, previous: number): Buffer {
  const half = Buffer.concat([u32(sequence), Buffer.of(state, active, previous, 0)]);
  return Buffer.concat([half, Buffer.from(half.map((byte) => byte ^ 0xff))]);
}
const [CONFIRMED, TRYING] = [0x96, 0xc3];

export const TRIAL_FLOWS: readonly FlowCase[] = [
  {
    name: "a trial that is confirmed",
    flow: PENDING.starts({ ...TRIED, secrets: secretsOf({ firmware: FW2, app: APP2 }) })
      .locked("fw1", "app1", "secret")
      .otpIs("FIRMWARE", steps(2))
      .otpIs("APP", steps(2))
      .slots("CONFIRMED", 3, 0)
      .raise("FIRMWARE", 4)
      .raise("APP", 4)
      .starts({ ...GOOD, fw: 1, app: 1 })
      .otpIs("FIRMWARE", steps(4))
      .otpIs("APP", steps(4)),
  },
  {
    name: "a confirmed trial whose counters did not rise any more: they do at the next start",
    flow: PENDING.starts(TRIED)
      .slots("CONFIRMED", 3, 0)
      .starts({ ...GOOD, fw: 1, app: 1 })
      .otpIs("FIRMWARE", steps(4))
      .otpIs("APP", steps(4))
      .flash("fw1", damaged(FW2.bytes))
      .starts({ fails: "BOOT_E_NOTHING", refused: "any" }),
  },
  {
    name: "a trial that is not confirmed: what ran before, for good",
    flow: PENDING.starts(TRIED)
      .starts({ ...BACK, secrets: secretsOf({ firmware: FW, app: APP }) })
      .starts(BACK)
      .otpIs("FIRMWARE", steps(2))
      .otpIs("APP", steps(2)),
  },
  {
    name: "after a revert the next trial",
    flow: PENDING.starts(TRIED)
      .starts(BACK)
      .slots("PENDING", 3, 0)
      .starts(TRIED)
      .slots("CONFIRMED", 3, 0)
      .starts({
        ...GOOD,
        fw: 1,
        app: 1,
      }),
  },
  {
    name: "an app alone",
    flow: READY.slots("PENDING", 2, 0)
      .starts({ ...TRIED, fw: 0, secrets: secretsOf({ firmware: FW, app: APP2 }) })
      .starts(BACK),
  },
  {
    name: "a firmware alone",
    flow: READY.slots("PENDING", 1, 0)
      .starts({ ...TRIED, app: 0, secrets: secretsOf({ firmware: FW2, app: APP }) })
      .slots("CONFIRMED", 1, 0)
      .starts({ ...GOOD, fw: 1 }),
  },
  {
    name: "a firmware that breaks the ABI, with its app; and both go back",
    flow: SECURED.flash("trust1", record())
      .flash("fw1", firmware({ version: [2, 0, 0, 0], counter: 4, abi: OTHER_ABI }).bytes)
      .flash("app1", app({ version: [2, 0, 0, 0], counter: 4, abi: OTHER_ABI }).bytes)
      .starts(GOOD)
      .slots("PENDING", 3, 0)
      .starts(TRIED)
      .starts(BACK),
  },
  {
    name: "a firmware that breaks the ABI, without its app: no other app stands in for a trial",
    flow: SECURED.flash("trust1", record())
      .flash("fw1", firmware({ version: [2, 0, 0, 0], counter: 4, abi: OTHER_ABI }).bytes)
      .flash("app1", app({ version: [2, 0, 0, 0], counter: 4, abi: OTHER_ABI }).bytes)
      .starts(GOOD)
      .slots("PENDING", 1, 0)
      .starts({ ...BACK, refused: [["app", 0, "IMAGE_E_ABI"]] }),
  },
  {
    name: "a trial whose firmware is bad",
    flow: PENDING.flash("fw1", damaged(FW2.bytes))
      .starts({ ...BACK, refused: [["fw", 1, "IMAGE_E_DIGEST"]] })
      .starts(BACK),
  },
  {
    name: "a trial whose app is bad",
    flow: PENDING.flash("app1", damaged(APP2.bytes))
      .starts({ ...BACK, refused: [["app", 1, "IMAGE_E_DIGEST"]] })
      .starts(BACK),
  },
  {
    name: "a trial of an old release",
    flow: PENDING.raise("APP", 5).starts({
      ...GOOD,
      ...{ start: "NOTHING", mode: "MAINTENANCE", slots: "REVERTED", refusal: "IMAGE_E_COUNTER", refused: "any" },
    }),
  },
  {
    name: "a bad trial, and what ran before has gone as well",
    flow: PENDING.flash("fw1", damaged(FW2.bytes))
      .flash("fw0", damaged(FW.bytes))
      .starts({ fails: "BOOT_E_NOTHING", refused: "any" }),
  },
  {
    name: "a trial that failed is better than nothing: it stands in, and raises no counters",
    flow: PENDING.starts(TRIED)
      .flash("fw0", damaged(FW.bytes))
      .starts({ ...BACK, fw: 1, app: 0, refused: "any" })
      .otpIs("FIRMWARE", steps(2)),
  },
  {
    name: "a trial waits while somebody wants service, and ends when service comes in between",
    flow: PENDING.starts({ ...GOOD, slots: "PENDING", start: "SERVICE", mode: "MAINTENANCE" }, true)
      .starts(TRIED)
      .starts({ ...BACK, start: "SERVICE", mode: "MAINTENANCE" }, true)
      .starts(BACK),
  },
  {
    name: "slot records: more than two sectors hold",
    flow: Array.from({ length: 1100 }, (_, i) => i % 4)
      .reduce((flow, pair) => flow.slots("CONFIRMED", pair, 0), READY)
      .starts({ ...GOOD, fw: 1, app: 1 }),
  },
  {
    name: "slot records: the last number that there is, forged",
    flow: READY.flash("boot0", forged(0xffffffff, CONFIRMED, 0, 0), 0x40)
      .slots("PENDING", 3, 0)
      .starts(TRIED)
      .starts(BACK)
      .slots("PENDING", 3, 0)
      .starts(TRIED)
      .slots("CONFIRMED", 3, 0)
      .starts({ ...GOOD, fw: 1, app: 1 }),
  },
  {
    name: "slot records: the last number, in a trial that was never begun",
    flow: READY.flash("boot0", forged(0xffffffff, TRYING, 3, 0))
      .starts(BACK)
      .starts(BACK),
  },
  {
    name: "slot records: the same number twice",
    flow: READY.flash("boot0", forged(7, CONFIRMED, 0, 0))
      .flash("boot1", forged(7, CONFIRMED, 3, 0))
      .starts(GOOD)
      .slots("CONFIRMED", 3, 0)
      .starts({ ...GOOD, fw: 1, app: 1 }),
  },
  ...(
    [
      ["a pair that there is not", forged(9, CONFIRMED, 4, 0)],
      ["a previous pair that there is not", forged(9, CONFIRMED, 3, 4)],
      ["a state that there is not", forged(9, 0x97, 3, 0)],
      ["number 0", forged(0, CONFIRMED, 3, 0)],
      ["a flipped bit", damaged(forged(9, CONFIRMED, 3, 0), 12)],
      ["a byte more", forged(9, CONFIRMED, 3, 0).fill(1, 7, 8).fill(0xfe, 15, 16)],
      ["zeros", Buffer.alloc(16)],
    ] as const
  ).map(
    ([name, bytes]): FlowCase => ({
      name: `slot records: ${name} is none`,
      flow: SECURED.flash("trust1", record()).flash("boot0", bytes).starts(GOOD),
    }),
  ),
];
