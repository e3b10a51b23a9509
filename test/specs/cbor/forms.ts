// SPDX-License-Identifier: Apache-2.0
/** The three ways in which CBOR is decoded, by name. */
import { decodeCbor } from "../../../sdk/cbor/decode.js";
import type { CborForm } from "../../../sdk/cbor/reader.js";
import type { CborLimits, CborValue } from "../../../sdk/cbor/value.js";
import { decodeWellFormed } from "../../../sdk/cbor/well-formed.js";

export type Form = CborForm | "wellFormed";

export const FORMS: readonly Form[] = Object.freeze(["deterministic", "anyOrder", "wellFormed"] as const);

export function decodeAs(form: Form, bytes: Uint8Array, limits?: CborLimits): CborValue {
  return form === "wellFormed" ? decodeWellFormed(bytes, { limits }) : decodeCbor(bytes, { form, limits });
}
