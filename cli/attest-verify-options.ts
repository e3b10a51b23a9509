// SPDX-License-Identifier: Apache-2.0
/** The options of `thimble attest verify`. */
import { type Command, InvalidArgumentError, Option } from "commander";
import type { VerifyTokenArguments } from "./attest-verify.js";
import { collect, keysOption, passphraseOption } from "./keys-options.js";
import { JSON_HELP } from "./options.js";

const OFF = Object.freeze({
  ...{ json: false, anySoftware: false, owner: [], reference: [], claimsProfile: [], allow: [] },
} as const);
const STATES = ["assembly-and-test", "provisioning", "non-psa-rot-debug", "debug", "decommissioned", "unknown"];
const OLD_PROFILES = ["http://arm.com/psa/2.0.0", "PSA_IOT_PROFILE_1"];
const NONCE_LENGTHS = [32, 48, 64];

function parseNonce(text: string): Uint8Array {
  const bytes = /^([0-9a-fA-F]{2})+$/.test(text) ? Buffer.from(text, "hex") : Buffer.alloc(0);
  if (NONCE_LENGTHS.includes(bytes.length)) return new Uint8Array(bytes);
  throw new InvalidArgumentError("Expected 32, 48 or 64 bytes in hexadecimal.");
}

/** One of a list, given again and again. */
function oneOf(choices: readonly string[]): (text: string, before?: readonly string[]) => string[] {
  return (text, before) => {
    if (choices.includes(text)) return collect(text, before);
    throw new InvalidArgumentError(`Allowed choices are ${choices.join(", ")}.`);
  };
}

export function many(flag: string, what: string, parse = collect): Option {
  return new Option(flag, `${what}; may be given again`).argParser(parse);
}

export function profileOption(): Option {
  return many("--claims-profile <profile>", "older rules to accept as well", oneOf(OLD_PROFILES));
}

export function allowOption(): Option {
  return many("--allow <state>", "lifecycle to accept beside secured", oneOf(STATES));
}

export function addAttestVerify(attest: Command, done: (status: number) => void): void {
  attest
    .command("verify")
    .description("hold a token against what is known: devices or their owner, the nonce, the software")
    .argument("<token>", "file, - for standard input, or the token in hexadecimal or base64url")
    .addOption(
      new Option("--nonce <hex>", "that you drew for this token").argParser(parseNonce).makeOptionMandatory(true),
    )
    .addOption(
      new Option("--device-key <key>", "name or file of the device's public attestation key").conflicts("devices"),
    )
    .option("--devices <dir>", "known devices: the folder that `thimble provision` writes")
    .addOption(many("--owner <key>", "name or file of an owner key: devices that it certifies are known"))
    .addOption(many("--reference <file>", "signed CoRIM with the software that may run"))
    .option("--reference-key <key>", "name or file of the key that signed it (default: the only verifier key)")
    .addOption(new Option("--any-software", "accept whatever runs, in place of --reference").conflicts("reference"))
    .addOption(profileOption())
    .addOption(allowOption())
    .addOption(keysOption())
    .addOption(passphraseOption())
    .option("--json", JSON_HELP)
    .action(async (token: string, given: Partial<VerifyTokenArguments>, command: Command) => {
      const options = { ...OFF, ...given } as VerifyTokenArguments;
      const { owner, reference, deviceKey, devices, anySoftware } = options;
      if (reference.length === 0 && !anySoftware) {
        command.error("error: name the software that may run: '--reference'; or say '--any-software'");
      }
      if (owner.length === 0 && reference.length === 0 && deviceKey === undefined && devices === undefined) {
        command.error("error: name a device that is known: '--device-key', '--devices' or '--owner'");
      }
      done(await (await import("./attest-verify.js")).verifyToken(token, options));
    });
}
