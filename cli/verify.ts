// SPDX-License-Identifier: Apache-2.0
/** `thimble verify`: each check of an image and its outcome; status 0 only when none failed. */
import type { NamedKey } from "../host-sim/image/signature.js";
import { type Against, type Check, type Verdict, verifyImage } from "../host-sim/image/verify.js";
import type { KeyStore } from "../host-sim/keys/store.js";
import { CommandError } from "./errors.js";
import { ExitStatus } from "./exit-status.js";
import { ending, openStore, type SecretArguments } from "./keys-store.js";
import { Passphrases } from "./passphrases.js";
import { findKey, readImageFile, readKeyFile } from "./read-image.js";
import { colorsFor, printJson } from "./terminal.js";

export interface VerifyArguments extends SecretArguments {
  /** A key's name, or a file. */
  readonly key?: string;
  /** A trust record's file. */
  readonly trust?: string;
  /** Names or files of root keys. */
  readonly root?: readonly string[];
  readonly digestOnly: boolean;
  /** File of a recipient's private key. */
  readonly decrypt?: string;
}

const HOW =
  "Name a key (--key), or a trust record and a root key (--trust, --root); in a project with a key store neither is needed. --digest-only asks for no signature.";

function rootsOf(store: KeyStore, isRevoked: boolean): NamedKey[] {
  return store.list().filter(({ role, revoked }) => role === "root" && (revoked !== undefined) === isRevoked);
}

/** @throws CommandError VERIFY_KEY - nothing to hold the image against. */
async function chooseAgainst(options: VerifyArguments, store: KeyStore, passphrases: Passphrases): Promise<Against> {
  if (options.digestOnly) return { kind: "digest" };
  if (options.key !== undefined) return { kind: "keys", keys: [await findKey(store, options.key, passphrases)] };
  const roots: NamedKey[] = [];
  for (const root of options.root ?? []) roots.push(await findKey(store, root, passphrases));
  if (options.root === undefined) roots.push(...rootsOf(store, false));
  const record = options.trust === undefined ? store.readTrust() : readImageFile(options.trust);
  if (roots.length === 0 || record === undefined) {
    const what = roots.length === 0 ? "no root key" : "no trust record";
    throw new CommandError(`there is ${what} to verify with, and no key was named`, HOW, { code: "VERIFY_KEY" });
  }
  const recordName = options.trust ?? store.trustPath;
  return { kind: "trust", record, recordName, roots, revoked: rootsOf(store, true), known: store.list() };
}

function describeCheck({ id, state, code, detail }: Check): string {
  const colors = colorsFor(process.stdout);
  const paint = { ok: colors.green, failed: colors.red, skipped: colors.dim }[state];
  return `  ${paint(state.padEnd(7))}  ${id.padEnd(12)}  ${code === null ? "" : `${code}: `}${detail}`;
}

function describeImage(path: string, { class: kind, version, securityCounter }: Verdict): string {
  const counter = securityCounter === null ? "" : `, security counter ${securityCounter}`;
  if (version === null) return path;
  if (kind === "trust record") return `${path}: trust record, version ${securityCounter}`;
  return `${path}: ${kind ?? "MCUboot image"} ${version}${counter}`;
}

/** @returns the exit status. */
export function verify(path: string, options: VerifyArguments): Promise<number> {
  return ending(options.json, async () => {
    const image = readImageFile(path);
    const store = openStore(options);
    const passphrases = new Passphrases(options.passphraseFile);
    const against = await chooseAgainst(options, store, passphrases);
    const recipient = options.decrypt === undefined ? undefined : await readKeyFile(options.decrypt, passphrases);
    if (options.decrypt !== undefined && recipient === undefined) {
      throw new CommandError(`there is no file ${options.decrypt}`, "It is to hold the recipient's private key.", {
        code: "VERIFY_KEY",
      });
    }
    const verdict = verifyImage(image, against, recipient);
    if (options.json) printJson({ image: path, ...verdict });
    else {
      const { bold, green, red } = colorsFor(process.stdout);
      const last = against.kind === "digest" ? "whole; nobody's signature was asked for" : "valid";
      const lines = [bold(describeImage(path, verdict)), ...verdict.checks.map(describeCheck)];
      lines.push(verdict.ok ? green(last) : red("NOT valid"));
      process.stdout.write(`${lines.join("\n")}\n`);
    }
    return verdict.ok ? ExitStatus.ok : ExitStatus.failed;
  });
}
