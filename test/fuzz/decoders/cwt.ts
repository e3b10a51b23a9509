// SPDX-License-Identifier: Apache-2.0
/** CWT claims. What is accepted is written as claims that are read as the same. */
import { compareBytes } from "../../../sdk/bytes/bytes.js";
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { type Claims, encodeClaims, parseClaims } from "../../../sdk/cwt/claims.js";
import { type Decoder, Finding } from "./decoder.js";

/** Of RFC 8392 appendix A.1, with dates as floats, with a key, and with claims that have no meaning of their own. */
const SAMPLES = [
  "a70175636f61703a2f2f61732e6578616d706c652e636f6d02656572696b77037818636f61703a2f2f6c696768742e6578616d706c652e636f6d" +
    "041a5612aeb0051a5610d9f0061a5610d9f007420b71",
  "a203826161616204fb41d584367c200000",
  `a108a101a401022001215820${"11".repeat(32)}225820${"22".repeat(32)}`,
  "a108a103420102",
  "a41863f5206178657468696e67011b002000000000000080",
];

/** A cnf of members that we do not know is read as an empty one, and none such can be written. */
function tellable({ cnf, ...rest }: Claims): Claims {
  return cnf === undefined || (cnf.key === undefined && cnf.kid === undefined) ? rest : { ...rest, cnf };
}

export function claimsDecoder(): Decoder {
  return {
    name: "CWT claims",
    samples: SAMPLES.map((hex) => decodeHex(hex)),
    check(bytes) {
      const claims = parseClaims(bytes);
      const labels = [...(claims.others ?? new Map()).keys()];
      if (labels.some((label) => typeof label === "number" && !Number.isSafeInteger(label))) {
        throw new Finding("a float stands for an integer");
      }
      const written = encodeClaims(tellable(claims));
      const again = encodeClaims(parseClaims(written));
      if (compareBytes(again, written) !== 0) throw new Finding(`${encodeHex(written)} is read as ${encodeHex(again)}`);
    },
  };
}
