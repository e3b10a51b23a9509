// SPDX-License-Identifier: Apache-2.0
/**
 * An alias certificate against the token that its key signed: boot measured what the certificate says (devices/boot/boot.c,
 * `measure`), and a token that says otherwise was not made of boot's record.
 */
import { concatBytes, equalPublicBytes } from "../bytes/bytes.js";
import type { DiceCertificate } from "../dice/verify.js";
import type { PsaClaims } from "./psa-claims.js";

const DIGEST_LENGTH = 32;
/** Words of the configuration, little endian: this form, lifecycle, start, ... */
const FORM = 1;
const Word = Object.freeze({ form: 0, lifecycle: 1, start: 2, firmwareVersion: 6, appVersion: 8, end: 10 } as const);
const START_APP = 0x2d4b1e87;
/** Of devices/boot/fuses.h. */
const LIFECYCLES: Readonly<Record<string, number>> = Object.freeze({
  "assembly-and-test": 0x5a1e3c87,
  provisioning: 0x1e7869d2,
  secured: 0x4b96c31d,
  debug: 0x0fd25a78,
  decommissioned: 0x47873cb4,
});
/** Client ids of our tokens: the app is the caller, or the firmware's own service app. */
const APP_CLIENT = -1;

/** @returns What does not agree, for people; undefined: all does. */
export function disagreementOf(alias: DiceCertificate, claims: PsaClaims): string | undefined {
  const { configurationDescriptor: config, configurationHash } = alias;
  if (configurationHash !== undefined) return "the configuration is not that of a boot program that is known";
  const view = new DataView(config.buffer, config.byteOffset, config.length);
  const word = (index: number): number => view.getUint32(4 * index, true);
  if (word(Word.form) !== FORM || config.subarray(4 * Word.end).some((byte) => byte !== 0)) {
    return "the configuration is not that of a boot program that is known";
  }
  const isApp = word(Word.start) === START_APP;
  const [firmware, ...otherFirmware] = componentsOf(claims, "firmware");
  const [app, ...otherApps] = componentsOf(claims, "app");
  if (otherFirmware.length + otherApps.length > 0) return "the token has two components of one type";
  if (!equalPublicBytes(alias.codeHash, concatBytes(digestOf(firmware?.value), digestOf(app?.value)))) {
    return "other digests of firmware and app were measured";
  }
  if (firmware?.version !== versionAt(word, Word.firmwareVersion))
    return "another version of the firmware was measured";
  if (app !== undefined && app.version !== versionAt(word, Word.appVersion)) {
    return "another version of the app was measured";
  }
  if (isApp !== (app !== undefined)) return "the token and the certificate differ in whether an app was started";
  if (isApp !== (claims.clientId === APP_CLIENT)) return "another client asks than was started";
  const { lifecycle = "unknown" } = claims;
  if (word(Word.lifecycle) !== LIFECYCLES[lifecycle]) return "another lifecycle was measured";
  return alias.mode === modeOf(lifecycle, isApp) ? undefined : `the mode ${alias.mode} is not that of ${lifecycle}`;
}

/** As boot's `mode_of`. */
function modeOf(lifecycle: string, isApp: boolean): DiceCertificate["mode"] {
  if (lifecycle === "provisioning" || (lifecycle === "secured" && isApp)) return "normal";
  return lifecycle === "secured" ? "recovery" : "debug";
}

function componentsOf({ components }: PsaClaims, type: string): PsaClaims["components"] {
  return components.filter((component) => component.type === type);
}

/** Of what is not there zeros; of another length nothing that could be the same. */
function digestOf(value: Uint8Array | undefined): Uint8Array {
  return value ?? new Uint8Array(DIGEST_LENGTH);
}

/** major, minor, revision and build as 8, 8, 16 and 32 bits. */
function versionAt(word: (index: number) => number, index: number): string {
  const high = word(index + 1);
  return `${high >>> 24}.${(high >>> 16) & 0xff}.${high & 0xffff}+${word(index)}`;
}
