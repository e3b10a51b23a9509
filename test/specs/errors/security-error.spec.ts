// SPDX-License-Identifier: Apache-2.0
import { ERROR_CODES } from "../../../sdk/errors/codes.js";
import { ProtocolError, SecurityError } from "../../../sdk/errors/security-error.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";

describe("errors", () => {
  it("a SecurityError has its code, message and name, and is an Error", () => {
    const error = new SecurityError("PSA_ERROR_BAD_STATE", "twice");
    assert.strictEqual(error.code, "PSA_ERROR_BAD_STATE");
    assert.strictEqual(error.message, "PSA_ERROR_BAD_STATE: twice");
    assert.strictEqual(error.name, "SecurityError");
    assert.isTrue(error instanceof Error);
  });

  it("a ProtocolError reports its detail under the PSA code of the table", () => {
    const error = new ProtocolError("COSE_ALG_UNSUPPORTED", "algorithm 7", 5);
    assert.strictEqual(error.code, "PSA_ERROR_NOT_SUPPORTED");
    assert.strictEqual(error.detail, "COSE_ALG_UNSUPPORTED");
    assert.strictEqual(error.offset, 5);
    assert.strictEqual(error.name, "SecurityError");
    assert.isTrue(error instanceof SecurityError);
    assert.strictEqual(error.message, "COSE_ALG_UNSUPPORTED at byte 5: algorithm 7");
    assert.strictEqual(new ProtocolError("COSE_CRIT", "x").message, "COSE_CRIT: x");
  });

  it("the table and the classes cannot be changed", () => {
    assert.isTrue(Object.isFrozen(ERROR_CODES));
    assert.isTrue(Object.isFrozen(SecurityError.prototype));
    assert.isTrue(Object.isFrozen(ProtocolError.prototype));
    assert.strictEqual(
      thrownBy(() => Object.assign(ERROR_CODES, { PSA_ERROR_BAD_STATE: 0 })),
      "TypeError",
    );
  });

  it("each PSA code has a status number of its own, each detail code a PSA code", () => {
    const numbers: unknown[] = [];
    for (const [code, meaning] of Object.entries(ERROR_CODES)) {
      if (code.startsWith("PSA_ERROR_")) {
        assert.isTrue(typeof meaning === "number" && meaning < -128 && !numbers.includes(meaning), code);
        numbers.push(meaning);
      } else {
        assert.strictEqual(typeof ERROR_CODES[meaning as "PSA_ERROR_BAD_STATE"], "number", code);
      }
    }
  });
});
