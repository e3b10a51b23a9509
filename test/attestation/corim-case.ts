// SPDX-License-Identifier: Apache-2.0
/** A CoRIM that has to be taken or refused, and by whom. Written from the drafts, without a look at what reads them. */
import { parseCorim } from "../../sdk/attestation/corim.js";
import { readPsaEndorsements } from "../../sdk/attestation/corim-psa.js";
import { verifyCorim } from "../../sdk/attestation/corim-signed.js";
import { ProtocolError, SecurityError } from "../../sdk/errors/security-error.js";
import type { Item } from "./cbor-bytes.js";
import { signCorim } from "./corim-maker.js";
import type { Parties } from "./token-maker.js";

/** Codes that may name it. `dates`: it is too early or too late, or nobody knows. */
export type CorimFault = "structure" | "unsupported" | "either" | "signature" | "dates";

const CODES: Readonly<Record<CorimFault, RegExp>> = Object.freeze({
  structure: /^(?:CORIM_STRUCTURE|(?:CBOR|COSE)_[A-Z_0-9]+)$/,
  unsupported: /^(?:CORIM_UNSUPPORTED|CBOR_LIMIT_[A-Z]+|CBOR_UNSUPPORTED_[A-Z]+)$/,
  either: /^(?:CORIM_STRUCTURE|CORIM_UNSUPPORTED|(?:CBOR|COSE)_[A-Z_0-9]+)$/,
  signature: /^(?:PSA_ERROR_INVALID_SIGNATURE|COSE_SIGNATURE_LENGTH)$/,
  dates: /^CORIM_VALIDITY$/,
});

export interface CorimCase {
  readonly name: string;
  readonly section: string;
  /** A CoRIM without a signature (tag 501), which is read, and read once more within a signed one; or the signed one. */
  readonly unsigned?: Item;
  readonly signed?: (parties: Parties) => Item;
  readonly expect: "taken" | CorimFault;
  /** Seconds since 1970. Default 1000; null: nothing is known. */
  readonly now?: number | null;
}

type Made = Item | ((parties: Parties) => Item);
/** Writers of rows for one section. */
export function corimRows(section: string): {
  taken: (name: string, made: Made, now?: number | null) => CorimCase;
  refused: (fault: CorimFault, name: string, made: Made, now?: number | null) => CorimCase;
} {
  const row = (expect: CorimCase["expect"], name: string, made: Made, now?: number | null): CorimCase => ({
    name,
    section,
    expect,
    ...(typeof made === "function" ? { signed: made } : { unsigned: made }),
    ...(now === undefined ? {} : { now }),
  });
  return { taken: (name, made, now) => row("taken", name, made, now), refused: row };
}

/** @returns What is not as the case expects; undefined when all is. */
function misreadBy(expect: CorimCase["expect"], read: () => unknown): string | undefined {
  try {
    read();
  } catch (error) {
    if (!(error instanceof SecurityError)) return `an error without a code: ${error}`;
    const code = error instanceof ProtocolError ? error.detail : error.code;
    return expect !== "taken" && CODES[expect].test(code) ? undefined : `refused with ${error.message}`;
  }
  return expect === "taken" ? undefined : "taken";
}

/** @returns What is not as the case expects; undefined when all is. */
export function misread(parties: Parties, { unsigned, signed, expect, now = 1000 }: CorimCase): string | undefined {
  const at = (): number | undefined => now ?? undefined;
  const expected = { time: { earliest: at, latest: at }, whenTimeUnknown: "refuse" } as const;
  const verify = (message: Item) => () => verifyCorim(parties.crypto, parties.owner.key, message, expected);
  if (unsigned === undefined) return misreadBy(expect, verify((signed as NonNullable<typeof signed>)(parties)));
  const alone = expect === "dates" ? "taken" : expect;
  return (
    misreadBy(alone, () => readPsaEndorsements(parseCorim(unsigned))) ??
    misreadBy(expect, verify(signCorim(parties, unsigned)))
  );
}
