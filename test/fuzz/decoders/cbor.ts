// SPDX-License-Identifier: Apache-2.0
/** The CBOR decoder in each of its forms. What it accepts has one deterministic encoding, which says the same. */
import { compareBytes } from "../../../sdk/bytes/bytes.js";
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { decodeCbor } from "../../../sdk/cbor/decode.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import { decodeAs, type Form } from "../../specs/cbor/forms.js";
import { type Decoder, Finding } from "./decoder.js";

const DETERMINISTIC = [
  "1bffffffffffffffff",
  "3b7fffffffffffffff",
  "8301820203820405",
  "a56161614161626142616361436164614461656145",
  "a4012003f5206378c3a943010203d9d9f7a0",
  "d2845820000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1fa04080",
  "88f93c00fa47c35000fb3ff199999999999af97c00f9000001f4f7",
  "a10281a10281a10281a10281f6",
  "c249010000000000000000",
];
const WELL_FORMED = [
  "5f42010243030405ff",
  "7f657374726561646d696e67ff",
  "9f018202039f0405ffff",
  "bf61610161629f0203ffff",
  "1800",
  "fb3ff8000000000000",
  "a2616201616102",
];

/** What was accepted, written, read and written again. */
function checkRewritten(bytes: Uint8Array, form: Form): void {
  const written = encodeCbor(decodeAs(form, bytes));
  if (form === "deterministic") {
    if (compareBytes(written, bytes) !== 0) throw new Finding(`it encodes to ${encodeHex(written)}`);
    return;
  }
  const again = encodeCbor(decodeCbor(written));
  if (compareBytes(again, written) !== 0) throw new Finding(`${encodeHex(written)} encodes to ${encodeHex(again)}`);
}

function cborDecoder(form: Form, samples: readonly string[]): Decoder {
  return {
    name: `CBOR, ${form}`,
    samples: samples.map((hex) => decodeHex(hex)),
    check: (bytes) => checkRewritten(bytes, form),
  };
}

export function cborDecoders(): Decoder[] {
  return [
    cborDecoder("deterministic", DETERMINISTIC),
    cborDecoder("anyOrder", [...DETERMINISTIC, "a2616201616102"]),
    cborDecoder("wellFormed", [...DETERMINISTIC, ...WELL_FORMED]),
  ];
}
