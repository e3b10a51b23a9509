// SPDX-License-Identifier: Apache-2.0
/** Signed CoRIMs as files. */
import { resolve } from "node:path";
import { KeyError } from "../host-sim/keys/error.js";
import { readBounded } from "../host-sim/keys/private-file.js";
import { type CorimExpected, type VerifiedCorim, verifyCorim } from "../sdk/attestation/corim-signed.js";
import type { Crypto } from "../sdk/contracts/crypto.js";
import { SecurityError } from "../sdk/errors/security-error.js";
import { CommandError } from "./errors.js";
import { groupDigits } from "./terminal.js";
import { importVerifying } from "./verifying-key.js";

/** More than a board takes: of some thousand releases, or 15,000 devices. */
const LIMITS = Object.freeze({ length: 1 << 22, depth: 24, count: 1 << 20 });
const ADVICE = "`thimble attest reference` makes one; --reference-key names the key that signed it.";

/** Who has to have signed. */
export interface CorimSigner {
  readonly name: string;
  /** 0x04‖x‖y. */
  readonly publicKey: Uint8Array;
}

function fail(message: string, cause?: unknown): never {
  throw new CommandError(message, ADVICE, { code: "ATTEST_REFERENCE", cause });
}

/** @throws CommandError ATTEST_REFERENCE - a file that is not there, or no CoRIM that this key signed. */
export function readCorim(
  crypto: Crypto,
  { name, publicKey }: CorimSigner,
  file: string,
  expected: Pick<CorimExpected, "time" | "whenTimeUnknown">,
): VerifiedCorim {
  const bytes = readFile(file);
  const key = importVerifying(crypto, publicKey);
  try {
    return verifyCorim(crypto, key, bytes, { ...expected, limits: LIMITS });
  } catch (cause) {
    if (!(cause instanceof SecurityError)) throw cause;
    const what =
      cause.code === "PSA_ERROR_INVALID_SIGNATURE" ? `${file} was not signed by ${name}` : `${file}: ${cause.message}`;
    return fail(what, cause);
  } finally {
    crypto.destroyKey(key);
  }
}

/** @throws CommandError ATTEST_REFERENCE - nobody would read it. */
export function requireReadable(file: string, corim: Uint8Array): void {
  if (corim.length <= LIMITS.length) return;
  const message = `${file} would have ${groupDigits(corim.length)} bytes, and a verifier reads ${groupDigits(LIMITS.length)}`;
  const advice = "Give verifiers the folder of devices itself, or the owner's key: both know more.";
  throw new CommandError(message, advice, { code: "ATTEST_REFERENCE" });
}

function readFile(file: string): Uint8Array {
  try {
    const bytes = readBounded(resolve(file), { limit: LIMITS.length });
    return new Uint8Array(bytes ?? fail(`there is no file ${file}`));
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    return fail(error.message, error);
  }
}
