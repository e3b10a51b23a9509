// SPDX-License-Identifier: Apache-2.0
/** What is no COSE_Sign, before any crypto is asked, and what cannot be made: RFC 9052 §4.1. */
import { decodeHex } from "../../../sdk/bytes/hex.js";
import type { Crypto } from "../../../sdk/contracts/crypto.js";
import { createSign, type SignOptions } from "../../../sdk/cose/sign.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { refused } from "./trusting.js";

const FRONT = "8440a04100";
const SIGNATURE = `5840${"5a".repeat(64)}`;
const GOOD = `43a10126a0${SIGNATURE}`;

describe("RFC 9052 §4.1 what is no COSE_Sign", () => {
  it("has one signature or more, each an array of three", () => {
    refused("Sign", decodeHex(`${FRONT}8183${GOOD}`), "nothing verify", "good");
    for (const [hex, code] of [
      ["80", "COSE_STRUCTURE"],
      [`8182${GOOD.slice(0, -132)}`, "COSE_STRUCTURE"],
      [`8184${GOOD}f6`, "COSE_STRUCTURE"],
      [`818343a10126a0f6`, "CBOR_UNEXPECTED_TYPE"],
      [`8183a10126a0${SIGNATURE}`, "CBOR_UNEXPECTED_TYPE"],
      ["f6", "CBOR_UNEXPECTED_TYPE"],
      [`83${GOOD}`, "CBOR_UNEXPECTED_TYPE"],
      [`8283${GOOD}`, "CBOR_TRUNCATED"],
      [`8183${GOOD}00`, "CBOR_TRAILING_BYTES"],
    ] as const) {
      refused("Sign", decodeHex(FRONT + hex), code, hex);
    }
  });

  it("has a signature of 64 bytes, by an algorithm that is protected", () => {
    refused("Sign", decodeHex(`${FRONT}818343a10126a0583f${"5a".repeat(63)}`), "COSE_SIGNATURE_LENGTH", "63 bytes");
    refused("Sign", decodeHex(`${FRONT}818343a10126a05841${"5a".repeat(65)}`), "COSE_SIGNATURE_LENGTH", "65 bytes");
    refused("Sign", decodeHex(`${FRONT}818340a10126${SIGNATURE}`), "COSE_ALG_UNPROTECTED", "unprotected");
    refused("Sign", decodeHex(`${FRONT}818340a0${SIGNATURE}`), "COSE_ALG_MISSING", "none");
    refused("Sign", decodeHex(`${FRONT}818343a10105a0${SIGNATURE}`), "COSE_ALG_UNSUPPORTED", "HMAC");
  });

  it("is not made without a signer", () => {
    const made = (signers: unknown) =>
      thrownBy(() => createSign({} as Crypto, { payload: new Uint8Array(1), signers } as SignOptions));
    assert.strictEqual(made([]), "COSE_STRUCTURE");
    for (const signers of [undefined, null, {}, "x"]) assert.strictEqual(made(signers), "TypeError");
  });
});
