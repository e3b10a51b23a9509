// SPDX-License-Identifier: Apache-2.0
/**
 * What an attacker who can make the core skip an instruction would have a secured device start, or give away. Each device has
 * one firmware and one app: when the bad one is refused, nothing stands in for it.
 */
import type { Case } from "./cases.js";
import type { Expected, Flow } from "./flow.js";
import {
  APP,
  app,
  FW,
  firmware,
  IMAGES,
  NEXT,
  NEXT_KEYS,
  ONES,
  OTHER_ABI,
  RECORD,
  ROOT,
  record,
  SIGNER,
  SPARE,
  STRANGER,
  secretsOf,
  steps,
  UDS,
} from "./flow-parts.js";
import { image, recordTlvs, type Signer, signatureTlvs, TLV, type Tlv } from "./maker.js";

const EMPTY = Buffer.alloc(512, 0xff);
const SECURED = IMAGES.flash("trust0", RECORD)
  .otp("PROVISIONING", ONES)
  .otp("UDS_OFFSET", UDS)
  .otp("UDS_MADE", ONES)
  .otp("ROOTS_OFFSET", Buffer.concat([ROOT.keyHash, SPARE.keyHash]))
  .otp("ROOTS_SET", ONES)
  .otp("SECURED", ONES);
const ANY: Expected = { refused: "any" };
const NORMAL_SEAL = secretsOf({ firmware: FW, app: APP });

/** The signature of a stranger, under the name of who should have signed. */
function forged(good: Buffer, by: Signer, tlvsOf: typeof signatureTlvs): Buffer {
  const hashed = good.subarray(0, 32 + good.readUInt32LE(12) + good.readUInt16LE(10));
  const theirs = tlvsOf(hashed, STRANGER);
  return image(
    hashed,
    tlvsOf(hashed, by).map((tlv, i) => (tlv[0] === TLV.ECDSA_SIG ? (theirs[i] as Tlv) : tlv)),
  );
}

function starts(name: string, flow: Flow, expected: string, what: Expected = ANY): Case {
  return { name: `${name}: ${expected}`, kind: "flow", bytes: flow.starts(what).pack(), expected };
}
const withFirmware = (bytes: Buffer): Flow => SECURED.flash("fw0", EMPTY).flash("fw0", bytes);
const withApp = (bytes: Buffer): Flow => SECURED.flash("app0", EMPTY).flash("app0", bytes);
const withRecord = (bytes: Buffer): Flow => SECURED.flash("trust0", EMPTY).flash("trust0", bytes);
const REVOKED = withRecord(record({ version: 4, keys: NEXT_KEYS }))
  .flash("trust1", RECORD)
  .otp("TRUST", steps(4));

export function flowSkipCases(): readonly Case[] {
  return [
    starts("a secured device", SECURED, "BOOT_START_APP"),
    starts(
      "firmware: the signature of a stranger",
      withFirmware(forged(FW.bytes, SIGNER, signatureTlvs)),
      "BOOT_E_NOTHING",
    ),
    starts("firmware: not signed", withFirmware(firmware({ signer: "nobody" }).bytes), "BOOT_E_NOTHING"),
    starts("firmware: a key that is not listed", withFirmware(firmware({ signer: NEXT }).bytes), "BOOT_E_NOTHING"),
    starts("firmware: an old counter", SECURED.otp("FIRMWARE", steps(3)), "BOOT_E_NOTHING"),
    starts("firmware: an app", withFirmware(APP.bytes), "BOOT_E_NOTHING"),
    starts("firmware: a revoked key, with the old record beside the new one", REVOKED, "BOOT_E_NOTHING"),
    starts("app: the signature of a stranger", withApp(forged(APP.bytes, SIGNER, signatureTlvs)), "BOOT_START_NOTHING"),
    starts("app: not signed", withApp(app({ signer: "nobody" }).bytes), "BOOT_START_NOTHING"),
    starts("app: a key that is not listed", withApp(app({ signer: NEXT }).bytes), "BOOT_START_NOTHING"),
    starts("app: an old counter", SECURED.otp("APP", steps(3)), "BOOT_START_NOTHING"),
    starts("app: a firmware", withApp(FW.bytes), "BOOT_START_NOTHING"),
    starts("app: another ABI", withApp(app({ abi: OTHER_ABI }).bytes), "BOOT_START_NOTHING"),
    starts("record: the signature of a stranger", withRecord(forged(RECORD, ROOT, recordTlvs)), "BOOT_E_TRUST"),
    starts("record: a root that OTP does not have", withRecord(record({ root: STRANGER })), "BOOT_E_TRUST"),
    starts("record: an old version", SECURED.otp("TRUST", steps(4)), "BOOT_E_TRUST"),
    starts("record: a revoked root", SECURED.otp("ROOT0_REVOKED", ONES), "BOOT_E_TRUST"),
    starts(
      "record: none, and nothing is signed",
      withRecord(EMPTY)
        .flash("fw0", EMPTY)
        .flash("fw0", firmware({ signer: "nobody" }).bytes),
      "BOOT_E_TRUST",
    ),
    starts("debug: not what was sealed before", SECURED.otp("DEBUG", Buffer.of(1, 0, 0, 0)), "BOOT_START_APP", {
      ...ANY,
      otherThan: NORMAL_SEAL,
    }),
    starts("wiped: not what was sealed before", SECURED.otp("WIPE", steps(1)), "BOOT_START_APP", {
      ...ANY,
      otherThan: NORMAL_SEAL,
    }),
    starts("debug: does not say that it is secured", SECURED.otp("DEBUG", Buffer.of(1, 0, 0, 0)), "BOOT_START_APP", {
      ...ANY,
      lifecycle: "DEBUG",
    }),
    {
      name: "debug, the service: does not say that it is secured: BOOT_START_SERVICE",
      kind: "flow",
      bytes: SECURED.otp("DEBUG", Buffer.of(1, 0, 0, 0))
        .starts({ ...ANY, lifecycle: "DEBUG" }, true)
        .pack(),
      expected: "BOOT_START_SERVICE",
    },
    starts("a device key's seed is told as one", SECURED.form("DEVICE_KEY"), "BOOT_START_APP"),
    {
      name: "the secret is hidden: BOOT_START_APP",
      kind: "flow",
      bytes: SECURED.starts(ANY).locked("fw0", "app0", "secret").pack(),
      expected: "BOOT_START_APP",
    },
  ];
}
