// SPDX-License-Identifier: Apache-2.0
/** The options of `thimble attest reference` and `thimble attest show`. */
import { type Command, Option } from "commander";
import { parseFrom, parseUntil } from "./attest-dates.js";
import type { ReferenceArguments } from "./attest-reference.js";
import type { ShowTokenArguments } from "./attest-show.js";
import { collect, keysOption, passphraseOption } from "./keys-options.js";
import { boardOption, JSON_HELP } from "./options.js";

const OFF = Object.freeze({ json: false, debug: false, add: [] } as const);

export function addAttestReference(attest: Command, done: (status: number) => void): void {
  attest
    .command("reference")
    .description("sign which software is known to be good: of images, the board's boot program and its firmware")
    .argument("<images...>", "app and firmware images; a folder stands for the app that was built in it")
    .addOption(boardOption())
    .option("-d, --debug", "of the debug engine")
    .option("-k, --key <name>", "verifier key (default: the only one in the key store)")
    .addOption(new Option("--add <file>", "what an earlier one says as well; may be given again").argParser(collect))
    .option("--devices <dir>", "known devices of the board: the folder that `thimble provision` writes")
    .addOption(new Option("--from <date>", "first day or second that it holds").argParser(parseFrom))
    .addOption(new Option("--until <date>", "last day or second that it holds (default: no end)").argParser(parseUntil))
    .option("-o, --output <file>", "signed CoRIM", "reference.cbor")
    .addOption(keysOption())
    .addOption(passphraseOption())
    .option("--json", JSON_HELP)
    .action(async (images: string[], options: ReferenceArguments) =>
      done(await (await import("./attest-reference.js")).makeReference(images, { ...OFF, ...options })),
    );
}

export function addAttestShow(attest: Command, done: (status: number) => void): void {
  attest
    .command("show")
    .description("explain a token, claim by claim; verifies nothing")
    .argument("<token>", "file, - for standard input, or the token in hexadecimal or base64url")
    .option("--json", JSON_HELP)
    .action(async (token: string, options: Partial<ShowTokenArguments>) =>
      done(await (await import("./attest-show.js")).showToken(token, { json: false, ...options })),
    );
}
