// SPDX-License-Identifier: Apache-2.0
/** The options of `thimble provision`. */
import { type Command, Option } from "commander";
import { collect, keysOption, passphraseOption } from "./keys-options.js";
import { boardOption, boardProfileOption, JSON_HELP, wrongProfile } from "./options.js";
import type { ProvisionArguments } from "./provision-look.js";

/** Options that are not given; commander would print such defaults. */
const OFF = Object.freeze({ json: false, yes: false, rehearse: false, status: false, x509: false } as const);
const ORDERS = ["enter-debug", "leave-debug", "wipe", "decommission"];

/** Options that make no sense together. */
function findContradiction(options: ProvisionArguments): string | undefined {
  const { order, transfer, status, rehearse, x509, board, boardProfile } = options;
  const orders = [order, transfer].filter((value) => value !== undefined).length;
  if (orders > 1) return "options '--order' and '--transfer' are two orders: give one after the other";
  if (status && (orders > 0 || rehearse)) return "option '--status' changes nothing: it stands alone";
  if (x509 && (orders > 0 || status)) return "option '--x509' is for provisioning";
  return wrongProfile(board, boardProfile);
}

export function addProvision(program: Command, done: (status: number) => void): void {
  program
    .command("provision")
    .description("make a device one of yours: its secret, root keys, owner; or give it an order of its owner")
    .requiredOption("-s, --state <dir>", "the device: its state folder, made when it is not there")
    .option("--owner <name>", "the owner key (default: the only one in the key store)")
    .addOption(boardOption())
    .addOption(boardProfileOption())
    .option("--app <path>", "its app: an image, or a project to build (default: the current folder)")
    .option("--firmware <image>", "its firmware (default: that of the board's engine)")
    .option("--trust <file>", "trust record (default: the key store's)")
    .addOption(
      new Option("--root <key>", "name or file of a root key; given twice (default: the key store's two)").argParser(
        collect,
      ),
    )
    .option("--image-key <name>", "signs what is not signed (default: the first that the trust record lists)")
    .option("-o, --out <dir>", "folder for the credentials and public keys (default: provisioned)")
    .option("--x509", "an X.509 certificate of the signing key as well")
    .option("--rehearse", "do it all with a copy of the device, and say how it went")
    .option("--status", "what the device is, and what it has")
    .addOption(new Option("--order <order>", "an order of the owner").choices(ORDERS))
    .option("--transfer <key>", "order: hand it over to the owner whose public key this is, by name or file")
    .option("-y, --yes", "do not ask, but for passphrases")
    .addOption(keysOption())
    .addOption(passphraseOption())
    .option("--json", JSON_HELP)
    .action(async (given: ProvisionArguments) => {
      const options = { ...OFF, ...given };
      const wrong = findContradiction(options);
      if (wrong !== undefined) program.error(`error: ${wrong}`);
      done(await (await import("./provision.js")).provision(options));
    });
}
