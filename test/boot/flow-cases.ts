// SPDX-License-Identifier: Apache-2.0
/** Starts of devices that are as they are meant to be: each lifecycle, with and without roots, secret and service. */
import { Flow, type FlowCase } from "./flow.js";
import {
  APP,
  APP2,
  app,
  FW,
  FW2,
  firmware,
  GOOD,
  IMAGES,
  ONES,
  PROVISIONED,
  RECORD,
  ROOT,
  SECURED,
  SPARE,
  secretsOf,
  UDS,
} from "./flow-parts.js";
import { sha256 } from "./maker.js";

const PLAIN_FW = firmware({ signer: "nobody" });
const PLAIN_APP = app({ signer: "nobody" });
const OTHER_UDS = sha256(Buffer.from("another device"));
const OPEN = { mode: "NOT_CONFIGURED", hasCdis: false, trust: 0, slots: "CONFIRMED", fw: 0 } as const;

export const LIFECYCLE_FLOWS: readonly FlowCase[] = [
  {
    name: "assembly: images that are only whole",
    flow: new Flow()
      .flash("fw0", PLAIN_FW.bytes)
      .flash("app0", PLAIN_APP.bytes)
      .starts({ ...OPEN, start: "APP", app: 0, lifecycle: "ASSEMBLY", epoch: 0 })
      .locked("fw0", "app0"),
  },
  {
    name: "assembly: signed images",
    flow: IMAGES.starts({ ...OPEN, start: "APP", app: 0, lifecycle: "ASSEMBLY" }),
  },
  {
    name: "assembly: service is asked for",
    flow: IMAGES.starts({ ...OPEN, start: "SERVICE", app: 0, lifecycle: "ASSEMBLY" }, true).locked("fw0"),
  },
  {
    name: "provisioning begins: no secret, no roots",
    flow: IMAGES.otp("PROVISIONING", ONES)
      .starts({ ...OPEN, start: "SERVICE", lifecycle: "PROVISIONING" })
      .locked("fw0"),
  },
  {
    name: "provisioning: a word counts from its first bit",
    flow: IMAGES.otp("PROVISIONING", Buffer.of(0, 0, 0, 0x40))
      .starts({ ...OPEN, start: "SERVICE", lifecycle: "PROVISIONING" })
      .otpIs("PROVISIONING", ONES),
  },
  {
    name: "provisioning: any bit of OTP ends assembly",
    flow: IMAGES.otp(0x1fc, Buffer.of(0, 0, 0, 0x40)).starts({ ...OPEN, start: "SERVICE", lifecycle: "PROVISIONING" }),
  },
  {
    name: "provisioning: part of a secret stays in reach",
    flow: IMAGES.otp("PROVISIONING", ONES)
      .otp("UDS_OFFSET", UDS.subarray(0, 12))
      .starts({ ...OPEN, start: "SERVICE", lifecycle: "PROVISIONING" })
      .locked("fw0"),
  },
  {
    name: "provisioning: a secret, no roots",
    flow: IMAGES.otp("PROVISIONING", ONES)
      .otp("UDS_OFFSET", UDS)
      .otp("UDS_MADE", Buffer.of(1, 0, 0, 0))
      .starts({ ...OPEN, start: "SERVICE", lifecycle: "PROVISIONING" })
      .locked("fw0", "secret")
      .otpIs("UDS_MADE", ONES),
  },
  {
    name: "provisioning: roots and no secret",
    flow: IMAGES.flash("trust0", RECORD)
      .otp("PROVISIONING", ONES)
      .otp("ROOTS_OFFSET", Buffer.concat([ROOT.keyHash, SPARE.keyHash]))
      .otp("ROOTS_SET", ONES)
      .starts({ start: "SERVICE", trust: 3, hasCdis: false, lifecycle: "PROVISIONING", refused: "any" })
      .locked("fw0"),
  },
  {
    name: "provisioning: all is there",
    flow: PROVISIONED.starts({
      ...GOOD,
      ...{ start: "SERVICE", lifecycle: "PROVISIONING", refused: "any" },
      secrets: secretsOf({ firmware: FW, start: "SERVICE", lifecycle: "PROVISIONING" }),
    }).locked("fw0", "secret"),
  },
  {
    name: "secured: first start, and the next one",
    flow: SECURED.starts({ ...GOOD, refused: "any", secrets: secretsOf({ firmware: FW, app: APP }) })
      .locked("fw0", "app0", "secret")
      .starts({ ...GOOD, refused: "any", secrets: secretsOf({ firmware: FW, app: APP }) }),
  },
  {
    name: "secured: a cut left a bit of the word",
    flow: PROVISIONED.otp("SECURED", Buffer.of(0, 0, 4, 0))
      .starts({ ...GOOD, refused: "any" })
      .otpIs("SECURED", ONES),
  },
  {
    name: "secured: service is asked for",
    flow: SECURED.starts(
      {
        ...GOOD,
        ...{ start: "SERVICE", mode: "MAINTENANCE", refused: "any" },
        secrets: secretsOf({ firmware: FW, start: "SERVICE", mode: "MAINTENANCE" }),
      },
      true,
    ).locked("fw0", "secret"),
  },
  {
    name: "debug: other secrets; and after it the same as before",
    flow: SECURED.otp("DEBUG", Buffer.of(1, 0, 0, 0))
      .starts({
        ...GOOD,
        ...{ mode: "DEBUG", lifecycle: "DEBUG", refused: "any" },
        secrets: secretsOf({ firmware: FW, app: APP, mode: "DEBUG", lifecycle: "DEBUG" }),
      })
      .raise("DEBUG", 2)
      .starts({ ...GOOD, refused: "any", secrets: secretsOf({ firmware: FW, app: APP }) }),
  },
  {
    name: "debug: service is asked for",
    flow: SECURED.otp("DEBUG", Buffer.of(7, 0, 0, 0)).starts(
      { ...GOOD, start: "SERVICE", mode: "DEBUG", lifecycle: "DEBUG", refused: "any" },
      true,
    ),
  },
  {
    name: "decommissioned: no secrets, the wipe counter at its end, the secret gone",
    flow: SECURED.set("DECOMMISSIONED")
      .starts({
        ...GOOD,
        ...{
          start: "SERVICE",
          mode: "NOT_CONFIGURED",
          hasCdis: false,
          lifecycle: "DECOMMISSIONED",
          epoch: 64,
          refused: "any",
        },
      })
      .locked("fw0", "secret")
      .otpIs("UDS_OFFSET", Buffer.alloc(32, 0xff))
      .otpIs("WIPE", Buffer.alloc(8, 0xff)),
  },
  {
    name: "decommissioned: goes before debug, and counts from its first bit",
    flow: SECURED.otp("DEBUG", Buffer.of(1, 0, 0, 0))
      .otp("DECOMMISSIONED", Buffer.of(0, 1, 0, 0))
      .starts({ start: "SERVICE", hasCdis: false, lifecycle: "DECOMMISSIONED", refused: "any" })
      .otpIs("DECOMMISSIONED", ONES)
      .otpIs("UDS_OFFSET", Buffer.alloc(32, 0xff)),
  },
  {
    name: "an epoch is the wipe counter and each owner after the first",
    flow: SECURED.otp("WIPE", Buffer.of(7))
      .otp("OWNER0_SET", ONES)
      .starts({ ...GOOD, epoch: 3, refused: "any", secrets: secretsOf({ firmware: FW, app: APP, epoch: 3 }) })
      .otp(0xa4, Buffer.of(1, 0, 0, 0))
      .starts({ ...GOOD, epoch: 4, refused: "any", secrets: secretsOf({ firmware: FW, app: APP, epoch: 4 }) })
      .otpIs(0xa4, ONES)
      .otp(0xac, ONES)
      .starts({ ...GOOD, epoch: 4, refused: "any" }),
  },
  {
    name: "the attestation seed is of the device's secret and its form, and of nothing else",
    flow: SECURED.form("DEVICE_KEY")
      .starts({ ...GOOD, refused: "any", secrets: secretsOf({ firmware: FW, app: APP, form: "DEVICE_KEY" }) })
      .slots("CONFIRMED", 3, 0)
      .otp("WIPE", Buffer.of(1))
      .otp("OWNER0_SET", ONES)
      .otp(0xa4, ONES)
      .starts({
        ...{ ...GOOD, fw: 1, app: 1, epoch: 2, refused: "any" },
        secrets: secretsOf({ firmware: FW2, app: APP2, epoch: 2, form: "DEVICE_KEY" }),
      })
      .otp("DEBUG", Buffer.of(1, 0, 0, 0))
      .starts({
        ...{ mode: "DEBUG", lifecycle: "DEBUG", refused: "any" },
        secrets: secretsOf({
          ...{ firmware: FW2, app: APP2, epoch: 2, form: "DEVICE_KEY", mode: "DEBUG", lifecycle: "DEBUG" },
        }),
      }),
  },
  {
    name: "another device has another attestation seed",
    flow: IMAGES.flash("trust0", RECORD)
      .otp("PROVISIONING", ONES)
      .otp("UDS_OFFSET", OTHER_UDS)
      .otp("UDS_MADE", ONES)
      .otp("ROOTS_OFFSET", Buffer.concat([ROOT.keyHash, SPARE.keyHash]))
      .otp("ROOTS_SET", ONES)
      .otp("SECURED", ONES)
      .starts({ ...GOOD, refused: "any", secrets: secretsOf({ firmware: FW, app: APP, uds: OTHER_UDS }) }),
  },
  {
    name: "a board that does not say what it is does not start",
    flow: SECURED.form("NONE").starts({ fails: "BOOT_E_MEASURE", refused: "any" }),
  },
  {
    name: "before there is a secret, a board need not say what it is",
    flow: IMAGES.form("NONE").starts({ ...OPEN, start: "APP", app: 0, lifecycle: "ASSEMBLY" }),
  },
  {
    name: "an update changes CDI_attest alone",
    flow: SECURED.slots("CONFIRMED", 3, 0).starts({
      ...GOOD,
      ...{ fw: 1, app: 1, refused: "any" },
      secrets: secretsOf({ firmware: FW2, app: APP2 }),
    }),
  },
];
