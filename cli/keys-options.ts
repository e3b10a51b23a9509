// SPDX-License-Identifier: Apache-2.0
/** The options of `thimble keys`, `thimble sign` and `thimble verify`. */
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { COUNTER_MAX, type ImageVersion, parseVersion } from "../host-sim/image/format.js";
import { type KeyRole, ROLES } from "../host-sim/keys/roles.js";
import type { ExportArguments, ImportArguments } from "./keys-files.js";
import type { ShowArguments } from "./keys-show.js";
import type { SecretArguments } from "./keys-store.js";
import type { RotateArguments, TrustArguments } from "./keys-trust.js";
import { JSON_HELP } from "./options.js";
import type { SignArguments } from "./sign.js";
import type { VerifyArguments } from "./verify.js";

type Done = (status: number) => void;

const OFF = Object.freeze({ json: false } as const);
const FORMATS = ["pem", "jwk", "cose"];

export function keysOption(): Option {
  return new Option("--keys <dir>", "folder of the key store").default("keys");
}

export function passphraseOption(): Option {
  return new Option(
    "--passphrase-file <file>",
    "first line is the passphrase (or THIMBLE_KEY_PASSPHRASE, or asked for)",
  );
}

function rootOption(): Option {
  return new Option("--root <name>", "root key that signs the trust record (default: the first that is there)");
}

function roleArgument(name: string): Argument {
  return new Argument(name, ROLES.join(", ")).choices(ROLES);
}

function parseImageVersion(text: string): ImageVersion {
  const version = parseVersion(text);
  if (version !== undefined) return version;
  throw new InvalidArgumentError("Expected major.minor.revision or major.minor.revision+build: 1.2.0, 1.2.0+7.");
}

function parseCounter(text: string): number {
  const value = /^\d{1,2}$/.test(text) ? Number(text) : -1;
  if (value >= 0 && value <= COUNTER_MAX) return value;
  throw new InvalidArgumentError(`Expected a whole number from 0 to ${COUNTER_MAX}.`);
}

export const collect = (text: string, before: readonly string[] = []): string[] => [...before, text];

function addVerbs(keys: Command, done: Done): void {
  keys
    .command("create")
    .description("make a key; without a role all that a product begins with, and its first trust record")
    .addArgument(roleArgument("[role]"))
    .argument("[name]", "its name (default: the role and a number)")
    .addOption(keysOption())
    .addOption(passphraseOption())
    .option("--json", JSON_HELP)
    .action(async (role: KeyRole | undefined, name: string | undefined, options: SecretArguments) =>
      done(await (await import("./keys-create.js")).createKeys(role, name, { ...OFF, ...options })),
    );
  keys
    .command("show")
    .description("list the keys, or show the public half of one")
    .argument("[name]", "of a key")
    .addOption(keysOption())
    .addOption(
      new Option("-f, --format <format>", "of the public key, alone on stdout; cose is in hex").choices(FORMATS),
    )
    .option("--json", JSON_HELP)
    .action(async (name: string | undefined, options: ShowArguments, command: Command) => {
      if (name === undefined && options.format !== undefined)
        command.error("error: '--format' needs the name of a key");
      done(await (await import("./keys-show.js")).showKeys(name, { ...OFF, ...options }));
    });
}

function addRecordVerbs(keys: Command, done: Done): void {
  keys
    .command("trust")
    .description("show the trust record, or make the next one with keys added")
    .addOption(new Option("--add <name>", "image or manifest key to be trusted; may be given again").argParser(collect))
    .addOption(rootOption())
    .addOption(keysOption())
    .addOption(passphraseOption())
    .option("--json", JSON_HELP)
    .action(async (options: TrustArguments & { readonly add?: readonly string[] }) =>
      done(await (await import("./keys-trust.js")).trust({ ...OFF, ...options })),
    );
  keys
    .command("rotate")
    .description("make a new key of the same role, and the next trust record with both")
    .argument("<name>", "of the old key, which counts until it is revoked")
    .option("--name <name>", "of the new key (default: the old one's with a number)")
    .option("--revoke", "revoke the old one in the same record: for a key that was stolen", false)
    .addOption(rootOption())
    .addOption(keysOption())
    .addOption(passphraseOption())
    .option("--json", JSON_HELP)
    .action(async (name: string, options: RotateArguments) =>
      done(await (await import("./keys-trust.js")).rotate(name, { ...OFF, ...options })),
    );
  keys
    .command("revoke")
    .description("make the next trust record without a key; one of a root key by the other root key")
    .argument("<name>", "of the key")
    .addOption(rootOption())
    .addOption(keysOption())
    .addOption(passphraseOption())
    .option("--json", JSON_HELP)
    .action(async (name: string, options: TrustArguments) =>
      done(await (await import("./keys-trust.js")).revoke(name, { ...OFF, ...options })),
    );
}

function checkSource(file: string | undefined, { pkcs11, token, key }: ImportArguments, command: Command): void {
  const given = [pkcs11, token, key].filter((value) => value !== undefined).length;
  if (given !== 0 && given !== 3) command.error("error: '--pkcs11', '--token' and '--key' go together");
  if ((file === undefined) !== (given === 3)) command.error("error: name a file, or a key in a token (--pkcs11)");
}

function addFileVerbs(keys: Command, done: Done): void {
  keys
    .command("import")
    .description("take a key of another tool (PEM, DER, JWK, COSE_Key), or name one in a token")
    .addArgument(roleArgument("<role>"))
    .argument("<name>", "that it is to have")
    .argument("[file]", "that holds it; the public half alone will do")
    .option("--pkcs11 <module>", "PKCS#11 module of the token that has the private half")
    .option("--token <label>", "label of the token")
    .option("--key <label>", "label of the key in the token")
    .addOption(keysOption())
    .addOption(passphraseOption())
    .option("--json", JSON_HELP)
    .action(
      async (
        role: KeyRole,
        name: string,
        file: string | undefined,
        options: ImportArguments,
        command: Command,
      ): Promise<void> => {
        checkSource(file, options, command);
        done(await (await import("./keys-files.js")).importKey(role, name, file, { ...OFF, ...options }));
      },
    );
  keys
    .command("export")
    .description("write a key to a file for another tool: its public half, unless --private says otherwise")
    .argument("<name>", "of the key")
    .requiredOption("-o, --output <file>", "that is to be made")
    .addOption(new Option("-f, --format <format>", "of the public half").choices(FORMATS).default("pem"))
    .option("--private", "the private half, as encrypted PKCS #8 in PEM", false)
    .addOption(keysOption())
    .addOption(passphraseOption())
    .option("--json", JSON_HELP)
    .action(async (name: string, options: ExportArguments, command: Command) => {
      if (options.private && options.format !== "pem") command.error("error: a private half is written as PEM alone");
      done(await (await import("./keys-files.js")).exportKey(name, { ...OFF, ...options }));
    });
}

export function addKeys(program: Command, done: Done): void {
  const keys = program.command("keys").description("make, show, rotate and revoke keys, and the trust record of them");
  addVerbs(keys, done);
  addRecordVerbs(keys, done);
  addFileVerbs(keys, done);
}

export function addSign(program: Command, done: Done): void {
  program
    .command("sign")
    .description("sign an image")
    .argument("<image>", "that `thimble build` made")
    .requiredOption("-k, --key <name>", "image key")
    .addOption(new Option("--class <class>", "what it is (default: as it looks)").choices(["app", "firmware"]))
    .addOption(
      new Option(
        "--counter <n>",
        "security counter; devices take none below their own (default: the image's, or 0)",
      ).argParser(parseCounter),
    )
    .addOption(
      new Option("--version <version>", "X.Y.Z or X.Y.Z+B (default: the image's)").argParser(parseImageVersion),
    )
    .addOption(
      new Option("--depends <version>", "the least firmware that the app needs, X.Y.Z or X.Y.Z+B").argParser(
        parseImageVersion,
      ),
    )
    .option("-o, --output <file>", "signed image (default: app.signed.img beside app.img)")
    .addOption(keysOption())
    .addOption(passphraseOption())
    .option("--json", JSON_HELP)
    .action(async (image: string, options: SignArguments) =>
      done(await (await import("./sign.js")).sign(image, { ...OFF, ...options })),
    );
}

export function addVerify(program: Command, done: Done): void {
  program
    .command("verify")
    .description("check an image or a trust record: each check, and its outcome")
    .argument("<image>", "in MCUboot's format, also of other tools")
    .addOption(
      new Option("-k, --key <key>", "name or file of the key that signed it").conflicts([
        "trust",
        "root",
        "digestOnly",
      ]),
    )
    .addOption(new Option("--trust <file>", "trust record (default: the key store's)").conflicts("digestOnly"))
    .addOption(
      new Option("--root <key>", "name or file of a root key; may be given again (default: the key store's)").argParser(
        collect,
      ),
    )
    .option("--digest-only", "whether it is whole, whoever made it", false)
    .option("--decrypt <file>", "private key of the recipient of an encrypted image")
    .addOption(keysOption())
    .addOption(passphraseOption())
    .option("--json", JSON_HELP)
    .action(async (image: string, options: VerifyArguments) =>
      done(await (await import("./verify.js")).verify(image, { ...OFF, ...options })),
    );
}
