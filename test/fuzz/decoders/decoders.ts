// SPDX-License-Identifier: Apache-2.0
/** All decoders, in one list: a row added here, or in what it calls, is fuzzed everywhere. */
import type { Crypto } from "../../../sdk/contracts/crypto.js";
import { eatDecoder, psaClaimsDecoder, tokenDecoder } from "./attestation.js";
import { cborDecoders } from "./cbor.js";
import { corimDecoder } from "./corim.js";
import { coseDecoders } from "./cose.js";
import { claimsDecoder } from "./cwt.js";
import type { Decoder } from "./decoder.js";
import { diceDecoder } from "./dice.js";
import { identityDecoders } from "./identity.js";
import { keyDecoder } from "./key.js";
import { recipientDecoders } from "./recipients.js";

export function decoders(crypto: Crypto): Decoder[] {
  return [
    ...cborDecoders(),
    ...coseDecoders(crypto),
    ...recipientDecoders(crypto),
    keyDecoder(crypto),
    claimsDecoder(),
    corimDecoder(),
    ...identityDecoders(),
    diceDecoder(crypto),
    eatDecoder(),
    psaClaimsDecoder(),
    tokenDecoder(crypto),
  ];
}
