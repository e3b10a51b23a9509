// SPDX-License-Identifier: Apache-2.0
/** Runs one CoRIM example of Veraison. Portable: an example is plain data. */
import { parseCorim } from "../../../sdk/attestation/corim.js";
import { readPsaEndorsements } from "../../../sdk/attestation/corim-psa.js";
import { verifyCorim } from "../../../sdk/attestation/corim-signed.js";
import { decodeHex } from "../../../sdk/bytes/hex.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import { CborTag } from "../../../sdk/cbor/value.js";
import type { Crypto, KeyId } from "../../../sdk/contracts/crypto.js";
import { ProtocolError, SecurityError } from "../../../sdk/errors/security-error.js";
import { failed, type Outcome } from "../outcome.js";

export interface CorimCase {
  readonly kind: "comid" | "corim" | "signed";
  readonly hex: string;
  /** To be refused for what it is, and not for what it is about. */
  readonly isInvalid: boolean;
  /** 0x04‖x‖y of the key that signed those that are. */
  readonly signer: string;
}

/** Within the dates of those that are signed. */
const NOW = 1_700_000_000;
const TIME = Object.freeze({ earliest: () => NOW, latest: () => NOW });

/** Reads an example to its end. @returns How many statements of PSA's it has. */
function read(crypto: Crypto, key: KeyId, { kind, hex }: CorimCase): number {
  const bytes = decodeHex(hex);
  if (kind === "signed") {
    const { referenceValues } = verifyCorim(crypto, key, bytes, { time: TIME, whenTimeUnknown: "refuse" });
    return referenceValues.length;
  }
  const corim =
    kind === "corim"
      ? bytes
      : encodeCbor(
          new CborTag(
            501,
            new Map<number, unknown>([
              [0, "example"],
              [1, [new CborTag(506, bytes)]],
            ]) as never,
          ),
        );
  const { referenceValues, deviceKeys } = readPsaEndorsements(parseCorim(corim));
  return referenceValues.length + deviceKeys.length;
}

/** That it was the signature which decided. */
function isForgeryRefused(crypto: Crypto, key: KeyId, c: CorimCase): boolean {
  const last = c.hex.endsWith("0") ? "1" : "0";
  try {
    read(crypto, key, { ...c, hex: c.hex.slice(0, -1) + last });
    return false;
  } catch (error) {
    return error instanceof SecurityError && error.code === "PSA_ERROR_INVALID_SIGNATURE";
  }
}

function judgeError(error: unknown, isInvalid: boolean): Outcome {
  if (!(error instanceof ProtocolError)) return failed(`threw ${String(error)}`);
  // Its bytes were taken apart to the last: only then is it said whose they are.
  if (error.detail === "CORIM_UNSUPPORTED" && !isInvalid) {
    return { kind: "unsupported", text: `parsed: ${error.message.slice("CORIM_UNSUPPORTED: ".length)}` };
  }
  if (error.detail === "CORIM_STRUCTURE" && isInvalid) return { kind: "refused" };
  return failed(`${isInvalid ? "invalid" : "valid"}, but threw ${error.message}`);
}

export function runCorim(crypto: Crypto, c: CorimCase): Outcome {
  const attributes = { type: "ECC_PUBLIC_KEY_SECP_R1", bits: 256, usage: ["verifyMessage"] } as const;
  const key = crypto.importKey({ ...attributes, alg: "DETERMINISTIC_ECDSA_SHA_256" }, decodeHex(c.signer));
  try {
    if (c.kind === "signed" && !isForgeryRefused(crypto, key, c)) return failed("a damaged signature is not refused");
    const statements = read(crypto, key, c);
    if (c.isInvalid) return failed("invalid, but accepted");
    return statements > 0 ? { kind: "passed" } : failed("nothing was found in it");
  } catch (error) {
    return judgeError(error, c.isInvalid);
  } finally {
    crypto.destroyKey(key);
  }
}
