// SPDX-License-Identifier: Apache-2.0
/** A COSE message as a decoder that is fuzzed, and what all kinds are made from: always the same, so that a finding repeats. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import type { HeaderMap } from "../../../sdk/cose/headers.js";
import { type Decoder, Finding } from "./decoder.js";

/** A key of 32 bytes, and a private one on P-256. */
export const SECRET = decodeHex("57c92077664146e876760c9520d054aa93c3afb04e306705db6090308507b4d3");
export const PAYLOAD = Uint8Array.of(1, 2, 3, 4, 5);
export const AAD = Uint8Array.of(0xaa, 0xbb);
export const KID = Uint8Array.of(0x31, 0x31);

/** What verifying or decrypting gives that is authenticated. */
export interface Authentic {
  readonly content: Uint8Array;
  readonly protectedHeader: HeaderMap;
  /** Of the signer whose signature it is, where it has headers of its own. */
  readonly signerHeader?: HeaderMap;
}

function describe({ content, protectedHeader, signerHeader = new Map() }: Authentic): string {
  return [encodeCbor(protectedHeader), encodeCbor(signerHeader), content].map(encodeHex).join(" ");
}

/** @param open - verifies or decrypts. @param isSlow - with a public-key operation. */
export function messageDecoder(
  name: string,
  message: Uint8Array,
  isSlow: boolean,
  open: (bytes: Uint8Array) => Authentic,
): Decoder {
  const genuine = describe(open(message));
  return {
    name,
    samples: [message],
    isSlow,
    check(bytes) {
      const found = describe(open(bytes));
      if (found !== genuine) throw new Finding(`a forgery is accepted: ${found}`);
    },
  };
}
