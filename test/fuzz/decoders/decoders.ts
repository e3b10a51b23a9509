// SPDX-License-Identifier: Apache-2.0
/** All decoders, in one list: a row added here, or in what it calls, is fuzzed everywhere. */
import type { Crypto } from "../../../sdk/contracts/crypto.js";
import { cborDecoders } from "./cbor.js";
import { coseDecoders } from "./cose.js";
import type { Decoder } from "./decoder.js";
import { keyDecoder } from "./key.js";
import { recipientDecoders } from "./recipients.js";

/** Those that need no crypto are in cbor.ts. */
export function cryptoDecoders(crypto: Crypto): Decoder[] {
  return [...coseDecoders(crypto), ...recipientDecoders(crypto), keyDecoder(crypto)];
}

export function decoders(crypto: Crypto): Decoder[] {
  return [...cborDecoders(), ...cryptoDecoders(crypto)];
}
