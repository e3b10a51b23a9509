// SPDX-License-Identifier: Apache-2.0
/** The options of `thimble attest serve`. */
import { type Command, Option } from "commander";
import { DEFAULT_LIMITS } from "../verifier/limits.js";
import type { ServeArguments } from "./attest-serve.js";
import { allowOption, many, profileOption } from "./attest-verify-options.js";
import { keysOption, passphraseOption } from "./keys-options.js";
import { countFrom, parsePort } from "./options.js";

const OFF = Object.freeze({ json: false, owner: [], reference: [], claimsProfile: [], allow: [] } as const);

function limitOption(flag: string, what: string, preset: number): Option {
  return new Option(flag, what).argParser(countFrom(1)).default(preset);
}

export function addAttestServe(attest: Command, done: (status: number) => void): void {
  const limits = DEFAULT_LIMITS;
  attest
    .command("serve")
    .description("a verifier over HTTP: it draws nonces, appraises the evidence that answers them, and signs results")
    .requiredOption("-s, --state <dir>", "folder of its state: the sessions that are open")
    .addOption(many("--reference <file>", "signed CoRIM with the software that may run (required)"))
    .option("--reference-key <key>", "name or file of the key that signed it (default: the verifier key)")
    .option("--devices <dir>", "known devices: the folder that `thimble provision` writes")
    .addOption(many("--owner <key>", "name or file of an owner key: devices that it certifies are known"))
    .addOption(profileOption())
    .addOption(allowOption())
    .option("-k, --key <name>", "verifier key that signs results (default: the only one in the key store)")
    .option("--address <address>", "that it listens on", "127.0.0.1")
    .addOption(
      new Option("-p, --port <port>", "that it listens on; 0 takes one that is free")
        .argParser((text) => parsePort(text, 0))
        .default(8088),
    )
    .addOption(limitOption("--session-time <s>", "seconds that a nonce can be used", limits.sessionSeconds))
    .addOption(limitOption("--result-time <s>", "seconds that a result holds", limits.resultSeconds))
    .addOption(limitOption("--max-sessions <n>", "sessions that are open at the same time", limits.sessions))
    .addOption(limitOption("--max-client-sessions <n>", "of one address", limits.clientSessions))
    .addOption(limitOption("--rate <n>", "requests a second of one address", limits.rate))
    .addOption(keysOption())
    .addOption(passphraseOption())
    .option("--json", "log JSON, one object a line")
    .action(async (given: Partial<ServeArguments>, command: Command) => {
      const options = { ...OFF, ...given } as ServeArguments;
      if (options.reference.length === 0) command.error("error: name the software that may run: '--reference'");
      done(await (await import("./attest-serve.js")).attestServe(options));
    });
}
