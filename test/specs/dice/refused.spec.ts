// SPDX-License-Identifier: Apache-2.0
/** CBOR CDI certificates that are signed by another key, changed or wrapped otherwise than the Open Profile for DICE v2.6 says. */
import { decodeHex } from "../../../sdk/bytes/hex.js";
import { type DiceVerifyOptions, verifyDiceCertificate } from "../../../sdk/dice/verify.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import {
  believing,
  certificateOf,
  claimsOf,
  type Entry,
  entriesOf,
  HASHES,
  LABEL,
  signed,
  text,
  unsigned,
  withIssuer,
  ZERO,
} from "./known.js";

const outcome = (certificate: Uint8Array, options?: DiceVerifyOptions, by = crypto): string =>
  thrownBy(() => withIssuer(HASHES, (key) => verifyDiceCertificate(by, key, certificate, options))).replace(/@.*/, "");
const payload = claimsOf(entriesOf(HASHES));
/** A claim more, behind iss and sub. */
const inThird = (label: string, value: string) => {
  const [iss, sub, ...rest] = entriesOf(HASHES) as [Entry, Entry, ...Entry[]];
  return [iss, sub, [label, value] as const, ...rest];
};

describe("Open Profile for DICE, a certificate", () => {
  it("that nobody signed is refused, whatever it says", () => {
    const nobodys = unsigned(payload);
    assert.strictEqual(outcome(nobodys), "PSA_ERROR_INVALID_SIGNATURE");
    const believed = withIssuer(HASHES, (key) => verifyDiceCertificate(believing(), key, nobodys));
    assert.strictEqual(believed.subject, HASHES.subject);
  });

  it("of another layer's key is refused, although that layer signed it", () => {
    const certificate = signed(HASHES, claimsOf(entriesOf(HASHES)), { cdi: ZERO.cdi });
    assert.strictEqual(outcome(certificate), "PSA_ERROR_INVALID_SIGNATURE");
    const other = withIssuer(ZERO, (key) => thrownBy(() => verifyDiceCertificate(crypto, key, certificate)));
    assert.strictEqual(other, "DICE_ISSUER");
  });

  it("of which a bit was changed, or the end cut, is refused", () => {
    const good = decodeHex(certificateOf(HASHES));
    for (const at of [0, 5, 100, 250, 400, good.length - 1]) {
      const changed = good.slice();
      changed[at] = (changed[at] as number) ^ 1;
      assert.notStrictEqual(outcome(changed), "nothing", `${at}`);
      assert.strictEqual(outcome(good.subarray(0, at)), "CBOR_TRUNCATED", `${at}`);
    }
    assert.strictEqual(outcome(good), "nothing");
  });
});

describe("Open Profile for DICE, the envelope", () => {
  it("is an untagged COSE_Sign1 with ES256", () => {
    assert.strictEqual(outcome(signed(HASHES, payload)), "nothing");
    assert.strictEqual(outcome(signed(HASHES, payload, { tag: "d2" })), "COSE_TAG");
    assert.strictEqual(outcome(signed(HASHES, payload, { tag: "d83dd2" })), "COSE_TAG");
    assert.strictEqual(outcome(signed(HASHES, payload, { header: "43a10128" })), "COSE_ALG_NOT_ALLOWED");
    assert.strictEqual(outcome(signed(HASHES, payload, { header: "44a1013822" })), "COSE_ALG_UNSUPPORTED");
    assert.strictEqual(outcome(signed(HASHES, payload, { header: "40" })), "COSE_ALG_MISSING");
  });

  it("has claims in it, each once, and nothing else", () => {
    assert.strictEqual(outcome(signed(HASHES, "80")), "CWT_CLAIM");
    assert.strictEqual(outcome(signed(HASHES, `${payload}00`)), "CBOR_TRAILING_BYTES");
    const twice = claimsOf([...entriesOf(HASHES), [LABEL.mode, "4101"]]);
    assert.strictEqual(outcome(signed(HASHES, twice)), "CBOR_DUPLICATE_KEY");
    const withAudience = claimsOf(inThird("03", text("someone")));
    assert.strictEqual(outcome(signed(HASHES, withAudience)), "CWT_AUDIENCE");
    assert.strictEqual(
      outcome(signed(HASHES, payload), { limits: { length: 400, depth: 16, count: 512 } }),
      "CBOR_LIMIT_LENGTH",
    );
    const limits = { length: 4096, depth: 16, count: 5 };
    assert.strictEqual(outcome(unsigned(payload), { limits }), "CBOR_LIMIT_COUNT");
  });

  it("with dates needs a time that decides them", () => {
    const ending = signed(HASHES, claimsOf(inThird("04", "1a65000000")));
    const at = (seconds: number) => ({ earliest: () => seconds, latest: () => seconds });
    assert.strictEqual(outcome(ending), "CWT_TIME_UNKNOWN");
    assert.strictEqual(outcome(ending, { time: at(0x64ffffff) }), "nothing");
    assert.strictEqual(outcome(ending, { time: at(0x65000000) }), "CWT_EXPIRED");
    assert.strictEqual(outcome(ending, { time: at(0x65000000), leeway: 1 }), "nothing");
    assert.strictEqual(outcome(ending, { whenTimeUnknown: "accept" }), "nothing");
  });
});
