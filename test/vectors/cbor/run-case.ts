// SPDX-License-Identifier: Apache-2.0
/** Runs one case of the CBOR vectors. Portable: a case is plain data, which boards are given too (files.ts). */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { decodeCbor } from "../../../sdk/cbor/decode.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import type { CborValue } from "../../../sdk/cbor/value.js";
import { ProtocolError } from "../../../sdk/errors/security-error.js";
import { decodeAs, FORMS, type Form } from "../../specs/cbor/forms.js";
import { failed, type Outcome } from "../outcome.js";
import { diagnosticOf, isJson } from "./notation.js";

export type CborCase =
  | { readonly kind: "malformed"; readonly hex: string }
  | {
      readonly kind: "example";
      readonly hex: string;
      /** A deterministic encoding. */
      readonly roundtrip: boolean;
      /** The value: as JSON, or else in diagnostic notation. */
      readonly decoded?: unknown;
      readonly diagnostic?: string;
      /** What refuses a valid example, and why that is so. */
      readonly deviation?: { readonly code: string; readonly why: string };
    };

/** Wide: a malformed input is to be refused for what it is, not for its depth. */
const LIMITS = Object.freeze({ length: 65536, depth: 4096, count: 65536 });

/** What a strict reader says of an encoding that is valid, and not the deterministic one. */
const NOT_DETERMINISTIC: readonly string[] = Object.freeze(["CBOR_NON_SHORTEST", "CBOR_INDEFINITE_LENGTH"]);

/** The code of a refusal with a place in the input; undefined when it is read. What else is thrown is a failure. */
function refusal(bytes: Uint8Array, form: Form): { readonly detail: string; readonly code: string } | undefined {
  try {
    decodeAs(form, bytes, LIMITS);
    return undefined;
  } catch (error) {
    if (error instanceof ProtocolError && error.offset !== undefined && error.offset <= bytes.length) return error;
    throw error;
  }
}

function runMalformed(bytes: Uint8Array): Outcome {
  for (const form of FORMS) {
    const refused = refusal(bytes, form);
    if (refused === undefined) return failed(`invalid, but accepted in the form ${form}`);
    if (refused.code !== "PSA_ERROR_INVALID_ARGUMENT")
      return failed(`refused as ${refused.detail} in the form ${form}`);
  }
  return { kind: "refused" };
}

function runExample(c: CborCase & { kind: "example" }, bytes: Uint8Array): Outcome {
  if (c.deviation !== undefined) {
    const { code, why } = c.deviation;
    const got = refusal(bytes, "wellFormed")?.detail;
    return got === code ? { kind: "unsupported", text: why } : failed(`got ${got}, where ${code} was expected`);
  }
  const value = decodeAs(c.roundtrip ? "deterministic" : "wellFormed", bytes);
  if (!isExpected(c, value)) return failed(`got ${diagnosticOf(value)}`);
  const encoded = encodeCbor(value);
  if (c.roundtrip) {
    return encodeHex(encoded) === c.hex ? { kind: "passed" } : failed(`encoded to ${encodeHex(encoded)}`);
  }
  const again = encodeCbor(decodeCbor(encoded));
  if (encodeHex(again) !== encodeHex(encoded)) return failed(`encoded to ${encodeHex(encoded)}`);
  const strict = refusal(bytes, "deterministic")?.detail ?? "nothing";
  return NOT_DETERMINISTIC.includes(strict) ? { kind: "passed" } : failed(`a strict reader threw ${strict}`);
}

function isExpected({ decoded, diagnostic }: CborCase & { kind: "example" }, value: CborValue): boolean {
  return diagnostic === undefined ? isJson(value, decoded) : diagnosticOf(value) === diagnostic;
}

export function runCbor(c: CborCase): Outcome {
  const bytes = decodeHex(c.hex);
  return c.kind === "malformed" ? runMalformed(bytes) : runExample(c, bytes);
}
