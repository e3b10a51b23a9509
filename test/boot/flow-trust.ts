// SPDX-License-Identifier: Apache-2.0
/** Trust records: two places, versions, roots, and keys that are not listed any more. */
import { type Expected, Flow, type FlowCase, type Refused } from "./flow.js";
import {
  APP,
  app,
  damaged,
  FW,
  firmware,
  GOOD,
  KEYS,
  NEXT,
  NEXT_KEYS,
  ONES,
  RECORD,
  ROOT,
  record,
  SECURED,
  SPARE,
  STRANGER,
  secretsOf,
  steps,
} from "./flow-parts.js";

const EMPTY = Buffer.alloc(4096, 0xff);
const BARE = SECURED.flash("trust0", EMPTY);
const at = (first: Buffer, second: Buffer): Flow => BARE.flash("trust0", first).flash("trust1", second);
const refusedBy = (first: string | undefined, second: string | undefined): readonly Refused[] => [
  ...(first === undefined ? [] : [["trust", 0, first] as const]),
  ...(second === undefined ? [] : [["trust", 1, second] as const]),
];
const goodBut = (change: Expected): Expected => ({ ...GOOD, ...change });
const NO_TRUST = (first: string, second: string): Expected => ({
  fails: "BOOT_E_TRUST",
  refused: refusedBy(first, second),
});
const V4 = record({ version: 4 });
const BY_SPARE = record({ version: 4, root: SPARE });
const REVOKING = record({ version: 4, root: SPARE, revokesOther: true });

export const TRUST_FLOWS: readonly FlowCase[] = [
  {
    name: "both are good: the newer one, in either place, and its version counts from then on",
    flow: at(RECORD, V4)
      .starts(goodBut({ trust: 4, secrets: secretsOf({ firmware: FW, app: APP, trust: 4 }) }))
      .otpIs("TRUST", steps(4))
      .starts(goodBut({ trust: 4, refused: refusedBy("IMAGE_E_COUNTER", undefined) }))
      .flash("trust0", V4)
      .flash("trust1", RECORD)
      .starts(goodBut({ trust: 4, refused: refusedBy(undefined, "IMAGE_E_COUNTER") })),
  },
  {
    name: "the first is damaged",
    flow: at(damaged(V4), RECORD).starts(goodBut({ refused: refusedBy("IMAGE_E_DIGEST", undefined) })),
  },
  {
    name: "the second is damaged",
    flow: at(RECORD, damaged(V4)).starts(goodBut({ refused: refusedBy(undefined, "IMAGE_E_DIGEST") })),
  },
  {
    name: "none is there",
    flow: BARE.starts(NO_TRUST("IMAGE_E_HEADER", "IMAGE_E_HEADER")).otpIs("TRUST", steps(0)),
  },
  {
    name: "both are damaged",
    flow: at(damaged(RECORD), damaged(V4)).starts(NO_TRUST("IMAGE_E_DIGEST", "IMAGE_E_DIGEST")),
  },
  {
    name: "an old record is put back after a newer one ran",
    flow: at(RECORD, V4)
      .starts(goodBut({ trust: 4 }))
      .flash("trust0", RECORD)
      .flash("trust1", RECORD)
      .starts(NO_TRUST("IMAGE_E_COUNTER", "IMAGE_E_COUNTER"))
      .otpIs("TRUST", steps(4)),
  },
  {
    name: "a root that OTP does not have",
    flow: at(record({ root: STRANGER }), RECORD).starts(goodBut({ refused: refusedBy("IMAGE_E_KEY", undefined) })),
  },
  {
    name: "only a root that OTP does not have",
    flow: at(record({ root: STRANGER }), EMPTY).starts(NO_TRUST("IMAGE_E_KEY", "IMAGE_E_HEADER")),
  },
  {
    name: "the other root",
    flow: at(RECORD, BY_SPARE)
      .starts(goodBut({ trust: 4 }))
      .otpIs("ROOT0_REVOKED", Buffer.alloc(8)),
  },
  {
    name: "the other root revokes the first: at once, and what the first signed is refused",
    flow: at(RECORD, REVOKING)
      .starts(goodBut({ trust: 4 }))
      .otpIs("ROOT0_REVOKED", Buffer.concat([ONES, Buffer.alloc(4)]))
      .flash("trust0", record({ version: 9 }))
      .starts(goodBut({ trust: 4, refused: refusedBy("IMAGE_E_REVOKED", undefined) }))
      .flash("trust1", record({ version: 9 }))
      .starts(NO_TRUST("IMAGE_E_REVOKED", "IMAGE_E_REVOKED")),
  },
  {
    name: "the first root revokes the other",
    flow: at(record({ version: 4, revokesOther: true }), EMPTY)
      .starts(goodBut({ trust: 4, refused: "any" }))
      .otpIs("ROOT0_REVOKED", Buffer.concat([Buffer.alloc(4), ONES]))
      .flash("trust1", record({ version: 5, root: SPARE }))
      .starts(goodBut({ trust: 4, refused: refusedBy(undefined, "IMAGE_E_REVOKED") })),
  },
  {
    name: "a record that is not chosen revokes nobody",
    flow: at(REVOKING, record({ version: 5 }))
      .starts(goodBut({ trust: 5 }))
      .otpIs("ROOT0_REVOKED", Buffer.alloc(8)),
  },
  {
    name: "a root that is revoked by one bit",
    flow: at(RECORD, EMPTY)
      .otp("ROOT0_REVOKED", Buffer.of(0, 0, 0x10, 0))
      .starts(NO_TRUST("IMAGE_E_REVOKED", "IMAGE_E_HEADER"))
      .otpIs("ROOT0_REVOKED", Buffer.concat([ONES, Buffer.alloc(4)])),
  },
  {
    name: "hashes of roots count once their word is set",
    flow: new Flow()
      .flash("fw0", FW.bytes)
      .flash("trust0", RECORD)
      .otp("SECURED", ONES)
      .otp("ROOTS_OFFSET", Buffer.concat([ROOT.keyHash, SPARE.keyHash]))
      .starts(NO_TRUST("IMAGE_E_REVOKED", "IMAGE_E_HEADER")),
  },
  {
    name: "version 64 is the last",
    flow: at(record({ version: 64 }), EMPTY)
      .starts(goodBut({ trust: 64, refused: "any" }))
      .otpIs("TRUST", Buffer.alloc(8, 0xff))
      .starts(goodBut({ trust: 64, refused: "any" })),
  },
  {
    name: "version 65, and version 0",
    flow: at(record({ version: 65 }), record({ version: 0 })).starts(NO_TRUST("IMAGE_E_COUNTER", "IMAGE_E_COUNTER")),
  },
  {
    name: "an image key that is not listed any more",
    flow: at(RECORD, record({ version: 4, keys: NEXT_KEYS }))
      .starts({
        fails: "BOOT_E_NOTHING",
        refused: [
          ["fw", 0, "IMAGE_E_KEY"],
          ["fw", 1, "IMAGE_E_KEY"],
          ["fw", 0, "IMAGE_E_KEY"],
          ["fw", 1, "IMAGE_E_KEY"],
        ],
      })
      .flash("fw1", EMPTY)
      .flash("fw1", firmware({ signer: NEXT }).bytes)
      .starts({
        ...GOOD,
        trust: 4,
        start: "NOTHING",
        mode: "MAINTENANCE",
        fw: 1,
        refusal: "IMAGE_E_KEY",
        refused: "any",
      })
      .flash("app0", EMPTY)
      .flash("app0", app({ signer: NEXT }).bytes)
      .starts({ ...GOOD, trust: 4, fw: 1, refused: "any" }),
  },
  {
    name: "with a revoked key, the old record that listed it does not help",
    flow: at(RECORD, record({ version: 4, keys: NEXT_KEYS }))
      .flash("fw0", EMPTY)
      .flash("fw0", firmware({ signer: NEXT }).bytes)
      .flash("app0", EMPTY)
      .flash("app0", app({ signer: NEXT }).bytes)
      .starts(goodBut({ trust: 4, app: 0 }))
      .flash("app0", EMPTY)
      .flash("app0", app({ counter: 9 }).bytes)
      .flash("trust1", RECORD)
      .starts(NO_TRUST("IMAGE_E_COUNTER", "IMAGE_E_COUNTER"))
      .flash("trust1", record({ version: 4, keys: NEXT_KEYS }))
      .starts({ ...GOOD, trust: 4, start: "NOTHING", mode: "MAINTENANCE", refusal: "IMAGE_E_KEY", refused: "any" }),
  },
  {
    name: "two roots with the same version: the first place",
    flow: at(record({ version: 4, keys: KEYS }), record({ version: 4, root: SPARE, keys: NEXT_KEYS })).starts(
      goodBut({ trust: 4 }),
    ),
  },
];
