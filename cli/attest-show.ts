// SPDX-License-Identifier: Apache-2.0
/** `thimble attest show`: what a token says, in words. It verifies nothing, and says so. */

import { TOKEN_LIMITS } from "../sdk/attestation/appraisal-options.js";
import { type Envelope, readEnvelope } from "../sdk/attestation/envelope.js";
import { readPath } from "../sdk/attestation/path.js";
import { printable } from "../sdk/attestation/printable.js";
import { parsePsaClaims } from "../sdk/attestation/psa-parse.js";
import { CborTag, type CborValue } from "../sdk/cbor/value.js";
import { decodeWellFormed } from "../sdk/cbor/well-formed.js";
import { SecurityError } from "../sdk/errors/security-error.js";
import { readToken } from "./attest-token.js";
import { type ExplainedClaim, explainClaims } from "./attest-words.js";
import { CommandError } from "./errors.js";
import { ending, printResult } from "./keys-store.js";
import { colorsFor } from "./terminal.js";

export interface ShowTokenArguments {
  readonly json: boolean;
}

const NOT_VERIFIED =
  "Nothing of this was verified: anyone can write such a token. `thimble attest verify` holds it against what you know.";
const TITLE_WIDTH = 16;

interface Shown {
  readonly envelope: Envelope;
  readonly claims: readonly ExplainedClaim[];
  readonly path: readonly string[];
}

/** Who a certificate says made it and whom it is for. Unverified. */
function describeCertificate(certificate: Uint8Array): string {
  try {
    const message = decodeWellFormed(certificate);
    const [, , payload] = (message instanceof CborTag ? message.value : message) as readonly CborValue[];
    const claims = decodeWellFormed(payload as Uint8Array) as ReadonlyMap<CborValue, CborValue>;
    const [issuer, subject] = [claims.get(1), claims.get(2)];
    if (typeof issuer !== "string" || typeof subject !== "string") return "a certificate that names nobody";
    return `${printable(issuer)} certifies the key of ${printable(subject)}`;
  } catch {
    return "not readable";
  }
}

/** @throws CommandError ATTEST_TOKEN - it is no token, or not one with the claims that PSA asks for. */
function parse(token: Uint8Array): Shown {
  try {
    const envelope = readEnvelope(token, TOKEN_LIMITS);
    const claims = explainClaims(parsePsaClaims(envelope.payload, TOKEN_LIMITS));
    return { envelope, claims, path: readPath(envelope.unprotectedHeader).map(describeCertificate) };
  } catch (cause) {
    if (!(cause instanceof SecurityError)) throw cause;
    const advice = "A PSA token is a COSE_Sign1 or COSE_Mac0, with its tag, around the claims of RFC 9783.";
    throw new CommandError(`this is not a PSA token: ${cause.message}`, advice, { code: "ATTEST_TOKEN", cause });
  }
}

/** @returns the exit status. */
export function showToken(named: string, { json }: ShowTokenArguments): Promise<number> {
  return ending(json, async () => {
    const token = readToken(named);
    const { envelope, claims, path } = parse(token);
    const message = envelope.kind === "sign1" ? "COSE_Sign1" : "COSE_Mac0";
    const facts = { verified: false, size: token.length, message, algorithm: envelope.algorithm, claims, path };
    const { bold, dim, yellow } = colorsFor(process.stdout);
    const indent = " ".repeat(TITLE_WIDTH + 2);
    const lines = [
      bold("A PSA attestation token: a device says what it is and what it runs."),
      dim(`${token.length} bytes, ${message}, ${envelope.algorithm}`),
      "",
      ...claims.flatMap(({ title, value, meaning }) => [
        `  ${bold(title.padEnd(TITLE_WIDTH))}${value}`,
        `${indent}${dim(meaning)}`,
      ]),
      `  ${bold("path".padEnd(TITLE_WIDTH))}${path.length === 0 ? "none" : `${path.length} certificate${path.length === 1 ? "" : "s"}`}`,
      ...path.map((one) => `${indent}${one}`),
      `${indent}${dim("Certificates that lead from the key that signed the token to one that you know. Without any, you have to know the device's key.")}`,
      "",
      yellow(NOT_VERIFIED),
    ];
    return printResult(json, facts, lines);
  });
}
