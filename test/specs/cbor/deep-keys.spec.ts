// SPDX-License-Identifier: Apache-2.0
/** Maps as keys of maps, as deep as the limits allow: on a board with its default stack. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { decodeCbor } from "../../../sdk/cbor/decode.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import { DEFAULT_LIMITS } from "../../../sdk/cbor/value.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { decodeAs, FORMS } from "./forms.js";

const DEEP = `${"a1".repeat(DEFAULT_LIMITS.depth)}01${"02".repeat(DEFAULT_LIMITS.depth)}`;

describe("maps as keys of maps", () => {
  for (const form of FORMS) {
    it(`are read in the form ${form}`, () => {
      decodeAs(form, decodeHex(DEEP));
    });
  }

  it("are written", () => {
    assert.strictEqual(encodeHex(encodeCbor(decodeCbor(decodeHex(DEEP)))), DEEP);
  });
});
