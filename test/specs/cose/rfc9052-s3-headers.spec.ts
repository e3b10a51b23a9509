// SPDX-License-Identifier: Apache-2.0
/** Header rules of RFC 9052 §3, from its text: labels, buckets, alg, crit, common parameters. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { parseSign1Headers, type Sign1VerifyOptions, verifySign1 } from "../../../sdk/cose/sign1.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { KEY, recorder, SIGNATURE } from "./recorder.js";

/** A message with these two buckets, each given as the hex of a map. */
function message(protectedMap: string, unprotectedMap: string): Uint8Array {
  const length = (0x40 + protectedMap.length / 2).toString(16);
  return decodeHex(`84${length}${protectedMap}${unprotectedMap}405840${SIGNATURE}`);
}

function outcome(protectedMap: string, unprotectedMap = "a0", options: Sign1VerifyOptions = {}): string {
  return thrownBy(() => verifySign1(recorder(), KEY, message(protectedMap, unprotectedMap), options));
}

describe("RFC 9052 §3 headers", () => {
  it("an empty protected bucket is h'' or h'a0'", () => {
    for (const empty of ["", "a0"]) {
      const headers = parseSign1Headers(message(empty, "a0"));
      assert.strictEqual(headers.protectedHeader.size, 0);
      assert.strictEqual(encodeHex(headers.protectedBytes), empty);
    }
  });

  it("the same label twice, in one bucket or across both, is refused", () => {
    assert.strictEqual(outcome("a201260126"), "CBOR_DUPLICATE_KEY@5");
    assert.strictEqual(outcome("a10126", "a2044131044132"), "CBOR_DUPLICATE_KEY@9");
    assert.strictEqual(outcome("a20126044131", "a1044131"), "COSE_DUPLICATE_LABEL");
    assert.strictEqual(outcome("a10126", "a10126"), "COSE_DUPLICATE_LABEL");
    assert.strictEqual(outcome("a20126616100", "a1616100"), "COSE_DUPLICATE_LABEL");
    assert.strictEqual(outcome("a201261bffffffffffffffff00", "a11bffffffffffffffff01"), "COSE_DUPLICATE_LABEL");
  });

  it("labels are integers or text", () => {
    assert.strictEqual(outcome("a20126616100", "a21bffffffffffffffff002000"), "nothing");
    for (const label of ["40", "f5", "f6", "80", "f93c00", "f93e00", "c100", "f98000"]) {
      assert.strictEqual(outcome("a10126", `a1${label}00`), "COSE_LABEL@5", label);
      assert.strictEqual(outcome(`a1${label}26`), "COSE_LABEL@2", label);
    }
  });

  it("errors show labels that are numbers, and no text of the sender's", () => {
    const messageOf = (protectedMap: string, unprotectedMap: string): string => {
      try {
        parseSign1Headers(message(protectedMap, unprotectedMap));
      } catch (error) {
        return (error as Error).message;
      }
      return "";
    };
    assert.isTrue(messageOf("a201260700", "a10700").includes("label 7 "));
    assert.isTrue(
      messageOf("a201261bffffffffffffffff00", "a11bffffffffffffffff01").includes("label 18446744073709551615 "),
    );
    assert.isTrue(messageOf("a201266365766900", "a16365766900").includes("label (string) "));
  });

  it("alg must be there, and protected", () => {
    assert.strictEqual(outcome(""), "COSE_ALG_MISSING");
    assert.strictEqual(outcome("a0"), "COSE_ALG_MISSING");
    assert.strictEqual(outcome("a10300"), "COSE_ALG_MISSING");
    assert.strictEqual(outcome("", "a10126"), "COSE_ALG_UNPROTECTED");
    assert.strictEqual(outcome("a10300", "a10126"), "COSE_ALG_UNPROTECTED");
  });

  it("alg is one that we carry out", () => {
    assert.strictEqual(outcome("a10126"), "nothing");
    assert.strictEqual(outcome("a10128"), "nothing");
    for (const alg of ["00", "07", "3822", "3823", "3903e6", "654553323536", "3bffffffffffffffff"]) {
      assert.strictEqual(outcome(`a101${alg}`), "COSE_ALG_UNSUPPORTED", alg);
    }
    for (const alg of ["4126", "f6", "f5", "8126", "f9c700"]) {
      assert.strictEqual(outcome(`a101${alg}`), "COSE_HEADER_VALUE", alg);
    }
  });

  it("crit names labels that are protected and that somebody processes", () => {
    assert.strictEqual(outcome("a20126028101"), "nothing");
    assert.strictEqual(outcome("a40126028203040300044131"), "nothing");
    assert.strictEqual(outcome("a3012602811863186300"), "COSE_CRIT_UNKNOWN");
    assert.strictEqual(outcome("a301260282011863186300"), "COSE_CRIT_UNKNOWN");
    assert.strictEqual(outcome("a3012602816178617800"), "COSE_CRIT_UNKNOWN");
    assert.strictEqual(outcome("a3012602811863186300", "a0", { criticalLabels: [99] }), "nothing");
    assert.strictEqual(outcome("a3012602816178617800", "a0", { criticalLabels: ["x"] }), "nothing");
    assert.strictEqual(outcome("a3012602816178617800", "a0", { criticalLabels: [99, "y"] }), "COSE_CRIT_UNKNOWN");
    const text = { criticalLabels: "xy" as unknown as string[] };
    assert.strictEqual(outcome("a3012602816178617800", "a0", text), "TypeError");
    assert.strictEqual(outcome("a10126", "a0", text), "TypeError");
  });

  it("crit names a label that is absent, or only unprotected: fatal, even where the caller would process it", () => {
    assert.strictEqual(outcome("a2012602811863", "a0", { criticalLabels: [99] }), "COSE_CRIT");
    assert.strictEqual(outcome("a2012602811863", "a1186300", { criticalLabels: [99] }), "COSE_CRIT");
  });

  it("crit is a non-empty array of labels, and protected", () => {
    for (const crit of ["80", "01", "f6", "4101", "a0", "8140", "81f6", "8201f5"]) {
      assert.strictEqual(outcome(`a2012602${crit}`), "COSE_CRIT", crit);
    }
    assert.strictEqual(outcome("a10126", "a1028101"), "COSE_CRIT");
  });

  it("kid, IV and Partial IV are byte strings, content type text or unsigned, IV and Partial IV not both", () => {
    for (const bad of ["0400", "046131", "04f6", "0500", "0600", "0320", "0340", "03f5"]) {
      assert.strictEqual(outcome("a10126", `a1${bad}`), "COSE_HEADER_VALUE", bad);
      assert.strictEqual(outcome(`a20126${bad}`), "COSE_HEADER_VALUE", bad);
    }
    for (const good of ["0440", "0300", "036161", "0540", "0640"])
      assert.strictEqual(outcome("a10126", `a1${good}`), "nothing");
    assert.strictEqual(outcome("a201260540", "a10640"), "COSE_HEADER_VALUE");
  });
});
