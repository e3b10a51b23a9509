// SPDX-License-Identifier: Apache-2.0
/** A private key that stays in a token (a smart card, an HSM), reached by OpenSC's `pkcs11-tool`. */
import { spawnSync } from "node:child_process";
import { createPublicKey, type KeyObject } from "node:crypto";
import type { Signer } from "../image/sign.js";
import { KeyError } from "./error.js";
import { pointOf, requireP256 } from "./public-key.js";
import type { TokenKey } from "./stored-key.js";

const PROGRAM = "pkcs11-tool";
/** A token may wait for a finger. */
const LIMIT_MS = 60_000;
const OUTPUT_MAX = 64 * 1024;
const SIGNATURE_BYTES = 64;
/** Where the child finds the PIN: a command line can be read by others. */
const PIN_VARIABLE = "THIMBLE_PKCS11_PIN";

function fail(message: string, advice: string): never {
  throw new KeyError("KEY_PKCS11", message, advice);
}

/** What the tool says is wrong, in a line. */
function reasonOf(stderr: string): string {
  const lines = stderr.split("\n").map((line) => line.trim());
  const wrong = lines.filter((line) => line !== "" && !/^(Using |Aborting|Using signature)/.test(line));
  return (wrong[0] ?? "it does not say why").replace(/^error: /, "").slice(0, 200);
}

function adviceOf(reason: string): string {
  if (/PIN_INCORRECT|PIN_LEN/.test(reason)) return "The PIN is wrong. A token locks itself after a few wrong ones.";
  if (/PIN_LOCKED/.test(reason)) return "The token has locked itself: its security officer can set a new PIN.";
  if (/module|dlopen/.test(reason)) return "--pkcs11 is to name the token's PKCS#11 module, a shared library.";
  return "`pkcs11-tool --module MODULE --list-slots` shows tokens, `--token-label LABEL --list-objects` the keys of one.";
}

interface Place {
  readonly module: string;
  readonly token: string;
}

function run({ module, token }: Place, args: readonly string[], input?: Uint8Array, pin?: string): Buffer {
  const env = { ...process.env, ...(pin === undefined ? {} : { [PIN_VARIABLE]: pin }) };
  const options = { env, timeout: LIMIT_MS, maxBuffer: OUTPUT_MAX, ...(input === undefined ? {} : { input }) };
  const words = ["--module", module, "--token-label", token, ...args];
  const { status, stdout, stderr, error } = spawnSync(PROGRAM, words, options);
  if (error !== undefined) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    if (isMissing)
      return fail(`${PROGRAM} is not there`, "It is in Debian's package opensc: sudo apt-get install opensc");
    return fail(`${PROGRAM} did not answer: ${error.message}`, "Is the token plugged in?");
  }
  if (status === 0) return stdout;
  const reason = reasonOf(stderr.toString("utf8"));
  return fail(`the token ${token}: ${reason}`, adviceOf(reason));
}

/** The CKA_ID of the one public key with a label. */
function findId(place: Place, label: string): string {
  const objects = run(place, ["--list-objects", "--type", "pubkey"])
    .toString("utf8")
    .split(/^(?=\S)/m);
  const labelled = objects.filter((object) => /^ +label: +(.*?) *$/m.exec(object)?.[1] === label);
  const [object = ""] = labelled;
  const id = /^ +ID: +([0-9a-f]+) *$/m.exec(object)?.[1];
  if (labelled.length !== 1) {
    const message = `the token ${place.token} has ${labelled.length === 0 ? "no" : "more than one"} public key ${label}`;
    return fail(message, adviceOf(""));
  }
  return id ?? fail(`the key ${label} has no id`, "`pkcs11-tool --set-id` gives it one: it is signed with by its id.");
}

/**
 * Finds a key in a token, by its label.
 * @returns its public half, and where it is.
 * @throws KeyError KEY_PKCS11, KEY_CURVE
 */
export function readTokenKey(place: Place, label: string): { readonly key: KeyObject; readonly token: TokenKey } {
  const id = findId(place, label);
  const der = run(place, ["--read-object", "--type", "pubkey", "--id", id]);
  let key: KeyObject;
  try {
    key = createPublicKey({ key: der, format: "der", type: "spki" });
  } catch {
    return fail(`${PROGRAM} gives no public key of ${label}`, "Version 0.20 of OpenSC or a later one is needed.");
  }
  requireP256(key, `${label} in the token ${place.token}`);
  return { key, token: { module: place.module, token: place.token, label, id } };
}

/** @param key - the public half, as the store has it. */
export function tokenSigner(token: TokenKey, key: KeyObject, pin: string): Signer {
  return {
    publicKey: pointOf(key),
    signDigest: (digest) => {
      const args = ["--login", "--pin", `env:${PIN_VARIABLE}`, "--sign", "--mechanism", "ECDSA", "--id", token.id];
      const signature = run(token, args, digest, pin);
      if (signature.length === SIGNATURE_BYTES) return signature;
      return fail(`the token ${token.token} gave ${signature.length} bytes and no signature`, "Is it a key on P-256?");
    },
  };
}
