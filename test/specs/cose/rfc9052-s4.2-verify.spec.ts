// SPDX-License-Identifier: Apache-2.0
/** Verification of COSE_Sign1: what comes back, and what is refused before any crypto is asked. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { parseSign1Headers, type Sign1VerifyOptions, verifySign1 } from "../../../sdk/cose/sign1.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { KEY, recorder, SIGNATURE } from "./recorder.js";

const SIGNED = `5840${SIGNATURE}`;
const GOOD = `8443a10126a0420102${SIGNED}`;

/** What verification throws; the stand-in crypto must not have been asked, whatever is refused here. */
function refused(hex: string, options?: Sign1VerifyOptions): string {
  const crypto = recorder();
  const thrown = thrownBy(() => verifySign1(crypto, KEY, decodeHex(hex), options));
  assert.strictEqual(crypto.messages.length, thrown === "nothing" ? 1 : 0, hex);
  return thrown;
}

describe("RFC 9052 §4.2 verification of COSE_Sign1", () => {
  it("returns payload, headers and algorithm, tagged or not", () => {
    for (const hex of [GOOD, `d2${GOOD}`]) {
      const verified = verifySign1(recorder(), KEY, decodeHex(hex));
      assert.strictEqual(encodeHex(verified.payload), "0102");
      assert.strictEqual(verified.algorithm, -7);
      assert.strictEqual(verified.protectedHeader.get(1), -7);
      assert.strictEqual(verified.unprotectedHeader.size, 0);
      assert.isTrue(Object.isFrozen(verified));
    }
  });

  it("returns a view into the message, not a copy", () => {
    const message = decodeHex(GOOD);
    assert.strictEqual(verifySign1(recorder(), KEY, message).payload.buffer, message.buffer);
  });

  it("hands the protected bucket on as it was received, keys in any order", () => {
    const crypto = recorder();
    verifySign1(crypto, KEY, decodeHex(`8445a203000126a040${SIGNED}`));
    assert.strictEqual(crypto.messages.join(), "846a5369676e61747572653145a2030001264040");
  });

  it("passes on what the crypto refuses", () => {
    const other = GOOD.replace(/5a$/, "5b");
    assert.strictEqual(
      thrownBy(() => verifySign1(recorder(), KEY, decodeHex(other))),
      "PSA_ERROR_INVALID_SIGNATURE",
    );
  });

  it("takes a detached payload only where the message has nil, and an empty one for what it is", () => {
    const detachedPayload = Uint8Array.of(1, 2);
    const nil = `8443a10126a0f6${SIGNED}`;
    assert.strictEqual(refused(nil, { detachedPayload }), "nothing");
    assert.strictEqual(refused(nil), "COSE_PAYLOAD_MISSING");
    assert.strictEqual(refused(GOOD, { detachedPayload }), "COSE_PAYLOAD_UNEXPECTED");
    assert.strictEqual(refused(`8443a10126a040${SIGNED}`, { detachedPayload }), "COSE_PAYLOAD_UNEXPECTED");
    assert.strictEqual(refused(`8443a10126a040${SIGNED}`), "nothing");
  });

  it("refuses what is not built as a COSE_Sign1", () => {
    const cases: readonly (readonly [string, string])[] = [
      [`d1${GOOD}`, "COSE_TAG@0"],
      [`d862${GOOD}`, "COSE_TAG@0"],
      [`d2d2${GOOD}`, "CBOR_UNEXPECTED_TYPE@1"],
      [`d83dd2${GOOD}`, "COSE_TAG@0"],
      ["a0", "CBOR_UNEXPECTED_TYPE@0"],
      ["8343a10126a04102", "COSE_STRUCTURE@0"],
      [`8543a10126a0420102${SIGNED}f6`, "COSE_STRUCTURE@0"],
      [`84a10126a0420102${SIGNED}`, "CBOR_UNEXPECTED_TYPE@1"],
      [`84f6a0420102${SIGNED}`, "CBOR_UNEXPECTED_TYPE@1"],
      [`844126a0420102${SIGNED}`, "CBOR_UNEXPECTED_TYPE@2"],
      [`8444a1012600a0420102${SIGNED}`, "CBOR_TRAILING_BYTES@5"],
      [`8443a1012640420102${SIGNED}`, "CBOR_UNEXPECTED_TYPE@5"],
      [`8443a10126a0626162${SIGNED}`, "CBOR_UNEXPECTED_TYPE@6"],
      [`8443a10126a0f7${SIGNED}`, "CBOR_UNEXPECTED_TYPE@6"],
      ["8443a10126a0420102f6", "CBOR_UNEXPECTED_TYPE@9"],
      [`${GOOD}00`, "CBOR_TRAILING_BYTES@75"],
      [`9f${GOOD.slice(2)}ff`, "CBOR_INDEFINITE_LENGTH@0"],
    ];
    for (const [hex, thrown] of cases) assert.strictEqual(refused(hex), thrown, hex);
  });

  it("refuses a signature that is not 64 bytes", () => {
    for (const end of ["40", `583f${SIGNATURE.slice(2)}`, `5841${SIGNATURE}00`]) {
      assert.strictEqual(refused(`8443a10126a0420102${end}`), "COSE_SIGNATURE_LENGTH");
    }
  });

  it("accepts only the algorithms that the caller names", () => {
    assert.strictEqual(refused(GOOD, { algorithms: [-9] }), "COSE_ALG_NOT_ALLOWED");
    assert.strictEqual(refused(GOOD, { algorithms: [] }), "COSE_ALG_NOT_ALLOWED");
    assert.strictEqual(refused(GOOD, { algorithms: [-9, -7] }), "nothing");
  });

  it("gives the headers without verifying, and kid from either bucket", () => {
    const kids = [GOOD, `8446a20126044131a040${SIGNED}`, `8443a10126a104413240${SIGNED}`].map(
      (hex) => parseSign1Headers(decodeHex(hex)).kid,
    );
    assert.strictEqual(kids.map((kid) => kid?.[0]).join(), ",49,50");
  });
});
