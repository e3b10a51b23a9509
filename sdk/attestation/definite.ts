// SPDX-License-Identifier: Apache-2.0
/**
 * CBOR of a stranger's token. Longer forms and keys in any order are taken, as RFC 9783 §5.1.1 asks of a verifier; indefinite
 * lengths, which it forbids, are not. Twice the same key is refused, whatever its encodings.
 */
import { decodeItem } from "../cbor/decode.js";
import type { CborReader, ReaderOptions } from "../cbor/reader.js";
import type { CborLimits, CborValue } from "../cbor/value.js";
import { WellFormedReader } from "../cbor/well-formed.js";

class DefiniteReader extends WellFormedReader {
  protected override readIndefinite(): never {
    return this.fail("CBOR_INDEFINITE_LENGTH", "definite lengths only");
  }

  protected override over(content: Uint8Array, options: ReaderOptions): DefiniteReader {
    return new DefiniteReader(content, options);
  }
}

Object.freeze(DefiniteReader.prototype);

export function openDefinite(bytes: Uint8Array, limits: CborLimits | undefined): CborReader {
  return new DefiniteReader(bytes, { limits });
}

/** @returns The value that fills `bytes`; byte strings are views. @throws ProtocolError - CBOR codes. */
export function decodeDefinite(bytes: Uint8Array, limits?: CborLimits): CborValue {
  const reader = openDefinite(bytes, limits);
  const value = decodeItem(reader);
  reader.end();
  return value;
}
