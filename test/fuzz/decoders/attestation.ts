// SPDX-License-Identifier: Apache-2.0
/** Claims of EAT and PSA, and whole tokens with a path: what is accepted has all that the RFCs ask for, and was signed. */
import { encodeEat, parseEat } from "../../../sdk/attestation/eat.js";
import type { PsaClaims } from "../../../sdk/attestation/psa-claims.js";
import { parsePsaClaims } from "../../../sdk/attestation/psa-parse.js";
import { appraise } from "../../../sdk/attestation/verify.js";
import { compareBytes } from "../../../sdk/bytes/bytes.js";
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import type { Crypto } from "../../../sdk/contracts/crypto.js";
import type { DetailCode } from "../../../sdk/errors/codes.js";
import { ProtocolError } from "../../../sdk/errors/security-error.js";
import { Lab, NONCE, REFERENCES } from "../../specs/attestation/lab.js";
import { firstClaims, olderClaims, rfcClaims } from "../../specs/attestation/psa-sets.js";
import { type Decoder, Finding } from "./decoder.js";

const TOKEN_IN_PART = "a119010aa26163a11901050161744ed83dd28443a10126a041a0420101";
/** Each claim once, with all kinds of submodules but those in JSON. */
const EAT = [
  "a5 0a8248010101010101010149010101010101010101 1901004701010101010101 19010219faf2 190103420101" +
    "190101a2 61314701000000000001 61324701000000000002",
  "a6 1901048263332e3101 1901050a 190106f5 19010704 190108a401f93e00022103020805 190109657461673a78",
  "a5 19010b05 19010c420101 19010d8183617261706161 19010e6173 19010f826131190400",
  "a4 19011081821901024101 19011181820a6178 1901128182616d8282616101824101 04 19011305",
  TOKEN_IN_PART,
  "a2 061a5afd322e 19010aa16164822f420101",
];

export function eatDecoder(): Decoder {
  return {
    name: "EAT claims",
    samples: EAT.map((hex) => decodeHex(hex.replaceAll(" ", ""))),
    check(bytes) {
      const written = encodeEat(parseEat(bytes));
      const again = encodeEat(parseEat(written));
      if (compareBytes(again, written) !== 0) throw new Finding(`${encodeHex(written)} is read as ${encodeHex(again)}`);
    },
  };
}

function isWhole({
  nonce,
  instanceId,
  implementationId,
  clientId,
  securityLifecycle,
  bootSeed,
  components,
  profile,
}: PsaClaims): boolean {
  const hashes = [nonce, ...components.flatMap(({ value, signerId }) => [value, signerId])];
  return (
    hashes.every(({ length }) => length === 32 || length === 48 || length === 64) &&
    instanceId.length === 33 &&
    instanceId[0] === 1 &&
    implementationId.length === 32 &&
    clientId !== 0 &&
    clientId === (clientId | 0) &&
    securityLifecycle <= 0x60ff &&
    (securityLifecycle & 0xf00) === 0 &&
    (bootSeed === undefined || (bootSeed.length >= 8 && bootSeed.length <= 32)) &&
    (components.length > 0 || profile === "PSA_IOT_PROFILE_1")
  );
}

export function psaClaimsDecoder(): Decoder {
  return {
    name: "PSA claims",
    samples: [rfcClaims(), olderClaims(), firstClaims()].map((claims) => encodeCbor(claims)),
    check(bytes) {
      if (!isWhole(parsePsaClaims(bytes))) throw new Finding("accepted, and not whole");
    },
  };
}

/** Tokens of a device whose owner is known, with a path of two certificates; and of one that is known itself. */
export function tokenDecoder(crypto: Crypto): Decoder {
  const lab = new Lab(crypto);
  const alias = lab.pair();
  const owned = lab.token([], [lab.alias(alias.publicKey), lab.credential()], alias.key);
  const { owners = [] } = lab.owned();
  const options = { ...lab.options(), owners, references: REFERENCES };
  const genuine = encodeHex(encodeCbor(lab.claims()));
  return {
    name: "PSA tokens",
    samples: [owned, lab.token()],
    isSlow: true,
    check(bytes) {
      const appraisal = appraise(crypto, bytes, options);
      if (appraisal.result === "refused") {
        throw new ProtocolError(appraisal.reason.code as DetailCode, appraisal.reason.text);
      }
      const { claims } = appraisal;
      const isGenuine =
        compareBytes(claims.nonce, NONCE) === 0 && claims.clientId === -1 && claims.components.length === 3;
      const at = encodeHex(bytes).indexOf(genuine);
      if (!isGenuine || at < 0) throw new Finding("a forgery is accepted");
    },
  };
}
