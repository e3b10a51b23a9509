// SPDX-License-Identifier: Apache-2.0
/** What lies in flash is not as it should be: each refusal has its code, changes nothing, and leads to the other slot. */
import { Flow, type FlowCase, type Refused } from "./flow.js";
import {
  APP,
  APP2,
  app,
  damaged,
  FW,
  FW2,
  firmware,
  GOOD,
  IMAGES,
  MANIFEST,
  NEXT,
  ONES,
  OTHER_ABI,
  SECURED,
  secretsOf,
  steps,
  UDS,
} from "./flow-parts.js";
import { TLV, u32, versionBytes } from "./maker.js";

const NO_RECORD: Refused = ["trust", 1, "IMAGE_E_HEADER"];
const EMPTY = Buffer.alloc(4096, 0xff);
const BAD_FW = damaged(FW.bytes);
const BAD_FW2 = damaged(FW2.bytes);
const BAD_APP = damaged(APP.bytes);
const BAD_APP2 = damaged(APP2.bytes);
/** The whole of what a start with two bad firmwares tells. */
const NO_FIRMWARE = (first: string, second: string): readonly Refused[] => [
  NO_RECORD,
  ["fw", 0, first],
  ["fw", 1, second],
  ["fw", 0, first],
  ["fw", 1, second],
];
const withLength = (bytes: Buffer, length: number): Buffer =>
  Buffer.concat([bytes.subarray(0, 12), u32(length), bytes.subarray(16)]);
const dependsOn = (major: number): readonly [number, Buffer] => [
  TLV.DEPENDENCY,
  Buffer.concat([u32(0), versionBytes([major, 0, 0, 0])]),
];

/** One bad image in the first slot of its kind, the good one of the second stands in. */
function firmwareCase(name: string, bytes: Buffer, status: string): FlowCase {
  return {
    name: `firmware: ${name}`,
    flow: SECURED.flash("fw0", EMPTY)
      .flash("fw0", bytes)
      .starts({ ...GOOD, fw: 1, refused: [NO_RECORD, ["fw", 0, status]] })
      .locked("fw1", "app0", "secret")
      .otpIs("FIRMWARE", steps(0))
      .flash("fw1", EMPTY)
      .starts({ fails: "BOOT_E_NOTHING", refused: NO_FIRMWARE(status, "IMAGE_E_HEADER") }),
  };
}

function appCase(name: string, bytes: Buffer, status: string): FlowCase {
  return {
    name: `app: ${name}`,
    flow: SECURED.flash("app0", EMPTY)
      .flash("app0", bytes)
      .starts({
        ...{ ...GOOD, app: 1, refused: [NO_RECORD, ["app", 0, status]] },
        secrets: secretsOf({ firmware: FW, app: APP2 }),
      })
      .locked("fw0", "app1", "secret")
      .otpIs("APP", steps(0))
      .flash("app1", EMPTY)
      .starts({
        ...{ ...GOOD, start: "NOTHING", mode: "MAINTENANCE", refusal: status, refused: "any" },
        secrets: secretsOf({ firmware: FW, start: "NOTHING", mode: "MAINTENANCE" }),
      })
      .locked("fw0", "secret"),
  };
}

const BAD_IMAGES: readonly FlowCase[] = [
  firmwareCase("empty", EMPTY, "IMAGE_E_HEADER"),
  firmwareCase("a flipped bit", BAD_FW, "IMAGE_E_DIGEST"),
  firmwareCase("not signed", firmware({ signer: "nobody" }).bytes, "IMAGE_E_UNSIGNED"),
  firmwareCase("signed by a key that is not listed", firmware({ signer: NEXT }).bytes, "IMAGE_E_KEY"),
  firmwareCase("signed by a key for manifests", firmware({ signer: MANIFEST }).bytes, "IMAGE_E_ROLE"),
  firmwareCase("an app in its place", APP.bytes, "IMAGE_E_CLASS"),
  firmwareCase("longer than its memory", firmware({ size: 4000 }).bytes, "IMAGE_E_SIZE"),
  firmwareCase("longer than its slot", withLength(FW.bytes, 0x180000), "IMAGE_E_SIZE"),
  appCase("empty", EMPTY, "IMAGE_E_HEADER"),
  appCase("a flipped bit", BAD_APP, "IMAGE_E_DIGEST"),
  appCase("not signed", app({ signer: "nobody" }).bytes, "IMAGE_E_UNSIGNED"),
  appCase("signed by a key that is not listed", app({ signer: NEXT }).bytes, "IMAGE_E_KEY"),
  appCase("signed by a key for manifests", app({ signer: MANIFEST }).bytes, "IMAGE_E_ROLE"),
  appCase("a firmware in its place", FW.bytes, "IMAGE_E_CLASS"),
  appCase("of another ABI", app({ abi: OTHER_ABI }).bytes, "IMAGE_E_ABI"),
  appCase("wants a newer firmware", app({ extra: [dependsOn(3)] }).bytes, "IMAGE_E_DEPENDENCY"),
  appCase("longer than its slot", withLength(APP.bytes, 0x100000), "IMAGE_E_SIZE"),
];

export const DAMAGE_FLOWS: readonly FlowCase[] = [
  ...BAD_IMAGES,
  {
    name: "nothing in flash: assembly",
    flow: new Flow().starts({
      fails: "BOOT_E_NOTHING",
      refused: NO_FIRMWARE("IMAGE_E_HEADER", "IMAGE_E_HEADER").slice(1),
    }),
  },
  {
    name: "assembly: damage is refused there too",
    flow: IMAGES.flash("fw0", BAD_FW)
      .starts({
        fails: "BOOT_E_NOTHING",
        refused: NO_FIRMWARE("IMAGE_E_DIGEST", "IMAGE_E_HEADER").slice(1),
      })
      .flash("fw1", FW2.bytes)
      .flash("app0", BAD_APP)
      .flash("app1", APP2.bytes)
      .starts({ start: "APP", fw: 1, app: 1, refused: "any", lifecycle: "ASSEMBLY" }),
  },
  {
    name: "both apps are bad: a firmware alone, and why",
    flow: SECURED.flash("app0", BAD_APP)
      .flash("app1", BAD_APP2)
      .starts({ ...GOOD, start: "NOTHING", mode: "MAINTENANCE", refusal: "IMAGE_E_DIGEST", refused: "any" })
      .locked("fw0", "secret"),
  },
  {
    name: "a firmware and an app of different pairs are what is left",
    flow: SECURED.flash("fw0", BAD_FW)
      .flash("app1", BAD_APP2)
      .starts({ ...GOOD, fw: 1, app: 0, refused: [NO_RECORD, ["fw", 0, "IMAGE_E_DIGEST"]] })
      .otpIs("FIRMWARE", steps(0)),
  },
  {
    name: "the app's own firmware is the other one",
    flow: SECURED.flash("fw1", firmware({ version: [2, 0, 0, 0], abi: OTHER_ABI }).bytes)
      .flash("app0", EMPTY)
      .flash("app0", app({ abi: OTHER_ABI }).bytes)
      .flash("app1", EMPTY)
      .starts({ ...GOOD, fw: 1, app: 0, refused: "any" }),
  },
  {
    name: "a dependency that is satisfied",
    flow: SECURED.flash("app0", app({ extra: [dependsOn(1)] }).bytes).starts({ ...GOOD, refused: [NO_RECORD] }),
  },
  {
    name: "both firmwares are bad",
    flow: SECURED.flash("fw0", BAD_FW)
      .flash("fw1", BAD_FW2)
      .starts({ fails: "BOOT_E_NOTHING", refused: NO_FIRMWARE("IMAGE_E_DIGEST", "IMAGE_E_DIGEST") }),
  },
  {
    name: "service with a bad firmware, without an app",
    flow: SECURED.flash("fw0", BAD_FW)
      .flash("app0", BAD_APP)
      .flash("app1", BAD_APP2)
      .starts({ ...GOOD, start: "SERVICE", mode: "MAINTENANCE", fw: 1, app: 0, refused: "any" }, true),
  },
  {
    name: "old counters: a counter is the least that is believed",
    flow: SECURED.otp("FIRMWARE", steps(2))
      .otp("APP", steps(2))
      .starts({ ...GOOD, refused: [NO_RECORD] })
      .otp("APP", steps(3))
      .starts({ ...GOOD, app: 1, refused: [NO_RECORD, ["app", 0, "IMAGE_E_COUNTER"]] })
      .otp("FIRMWARE", steps(3))
      .starts({ ...GOOD, fw: 1, app: 1, refused: "any" })
      .otp("FIRMWARE", steps(5))
      .starts({ fails: "BOOT_E_NOTHING", refused: NO_FIRMWARE("IMAGE_E_COUNTER", "IMAGE_E_COUNTER") }),
  },
  {
    name: "old counters: any bits of the 64",
    flow: SECURED.otp("FIRMWARE", Buffer.of(0, 0x10, 0, 0, 0, 0, 2, 0x80)).starts({ ...GOOD, fw: 1, refused: "any" }),
  },
  {
    name: "confirmed: counters rise to what runs",
    flow: SECURED.starts({ ...GOOD, refused: "any" })
      .otpIs("FIRMWARE", steps(2))
      .otpIs("APP", steps(2))
      .otpIs("TRUST", steps(3))
      .otpIs("WIPE", steps(0)),
  },
  {
    name: "counters: not beyond 64, not back, and what power left of a step is counted",
    flow: SECURED.notRaised("WIPE", 65)
      .raise("WIPE", 64)
      .notRaised("WIPE", 65)
      .notRaised("WIPE", 63)
      .otp("DEBUG", Buffer.of(0, 5, 0, 0, 0, 0x80))
      .notRaised("DEBUG", 2)
      .raise("DEBUG", 3)
      .otpIs("DEBUG", Buffer.of(0, 5, 0, 0, 0, 0x80, 0, 0))
      .raise("DEBUG", 5)
      .otpIs("DEBUG", Buffer.of(3, 5, 0, 0, 0, 0x80, 0, 0)),
  },
  {
    name: "assembly: counters stay",
    flow: IMAGES.starts({ start: "APP", fw: 0, app: 0 }).otpIs("FIRMWARE", steps(0)).otpIs("APP", steps(0)),
  },
  {
    name: "a service start raises no counters of images",
    flow: SECURED.starts({ start: "SERVICE", refused: "any" }, true).otpIs("FIRMWARE", steps(0)).otpIs("APP", steps(0)),
  },
  {
    name: "OTP does not answer for the secret",
    flow: SECURED.hide("UDS_OFFSET", 32).starts({ fails: "BOOT_E_MEASURE", refused: "any" }),
  },
  {
    name: "OTP does not answer for a state",
    flow: SECURED.hide("PROVISIONING").starts({ fails: "FUSES_E_OTP" }),
  },
  {
    name: "OTP does not answer whether the device is decommissioned: nothing is burned",
    flow: SECURED.hide("DECOMMISSIONED")
      .starts({ fails: "FUSES_E_OTP" })
      .otpIs("UDS_OFFSET", UDS)
      .otpIs("WIPE", steps(0))
      .starts({ ...GOOD, refused: "any" }),
  },
  {
    name: "OTP does not answer whether there are roots: nothing unsigned is believed",
    flow: IMAGES.hide("ROOTS_SET").starts({ fails: "FUSES_E_OTP" }).starts({ start: "APP", fw: 0, app: 0 }),
  },
  {
    name: "a decommissioned device without roots believes nobody",
    flow: IMAGES.set("DECOMMISSIONED").starts({ fails: "BOOT_E_TRUST", refused: "any" }),
  },
  {
    name: "a secured device without roots believes nobody",
    flow: IMAGES.otp("SECURED", ONES).starts({
      fails: "BOOT_E_TRUST",
      refused: [
        ["trust", 0, "IMAGE_E_HEADER"],
        ["trust", 1, "IMAGE_E_HEADER"],
      ],
    }),
  },
];
