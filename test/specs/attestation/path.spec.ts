// SPDX-License-Identifier: Apache-2.0
/** The certificates that travel with a token (docs/decisions/0009): RFC 9360's x5chain, for certificates in CBOR. */

import { attachPath, CERTIFICATE_MAX, PATH_LABEL, PATH_MAX, readPath } from "../../../sdk/attestation/path.js";
import { concatBytes } from "../../../sdk/bytes/bytes.js";
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import { CborTag, type CborValue } from "../../../sdk/cbor/value.js";
import { parseSign1Headers } from "../../../sdk/cose/sign1.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";

const PROTECTED = decodeHex("a10126");
const SIGNATURE = new Uint8Array(64).fill(7);
const A = Uint8Array.of(1, 2);
const B = Uint8Array.of(3);

function tokenWith(header: Map<CborValue, CborValue>, payload: CborValue = Uint8Array.of(0xa0)): Uint8Array {
  return encodeCbor(new CborTag(18, [PROTECTED, header, payload, SIGNATURE]));
}

const bare = () => tokenWith(new Map());
const withPath = (path: CborValue) => tokenWith(new Map([[PATH_LABEL, path]]));
const pathOf = (token: Uint8Array) => readPath(parseSign1Headers(token).unprotectedHeader);
const hexOf = (token: Uint8Array) => pathOf(token).map(encodeHex).join();
const many = (count: number) => new Array<Uint8Array>(count).fill(A);

describe("The path of a token", () => {
  it("is empty where the header does not have it", () => {
    assert.strictEqual(pathOf(bare()).length, 0);
    assert.strictEqual(encodeHex(attachPath(bare(), [])), encodeHex(bare()));
  });

  it("is attached behind what is there, and changes nothing else", () => {
    const once = attachPath(bare(), [A]);
    assert.strictEqual(encodeHex(once), encodeHex(withPath([A])));
    const twice = attachPath(once, [B]);
    assert.strictEqual(hexOf(twice), "0102,03");
    assert.strictEqual(encodeHex(twice), encodeHex(withPath([A, B])));
    const other = tokenWith(new Map<CborValue, CborValue>([[4, B]]));
    assert.strictEqual(encodeHex(parseSign1Headers(attachPath(other, [A])).kid as Uint8Array), "03");
  });

  it("keeps the payload and the signature byte by byte", () => {
    const payload = decodeHex("a2181b00011a00000001"); // no deterministic CBOR
    const hex = encodeHex(attachPath(tokenWith(new Map(), payload), [A]));
    assert.isTrue(hex.endsWith(`4a${encodeHex(payload)}5840${encodeHex(SIGNATURE)}`));
  });

  it("has a length, and so do its certificates", () => {
    assert.strictEqual(pathOf(withPath(many(PATH_MAX))).length, PATH_MAX);
    assert.strictEqual(pathOf(withPath([new Uint8Array(CERTIFICATE_MAX)])).length, 1);
    for (const path of [many(PATH_MAX + 1), [], [new Uint8Array(CERTIFICATE_MAX + 1)], [new Uint8Array(0)]]) {
      assert.strictEqual(
        thrownBy(() => pathOf(withPath(path))),
        "ATTEST_PATH",
      );
    }
    const full = withPath(many(PATH_MAX));
    assert.strictEqual(encodeHex(attachPath(full, [])), encodeHex(full));
    const attached = (token: Uint8Array, path: Uint8Array[]) => thrownBy(() => attachPath(token, path));
    assert.strictEqual(attached(full, [A]), "RangeError");
    const lengths = [0, 1, CERTIFICATE_MAX, CERTIFICATE_MAX + 1];
    assert.strictEqual(
      lengths.map((length) => attached(bare(), [new Uint8Array(length)])).join(),
      "RangeError,nothing,nothing,RangeError",
    );
  });

  it("is an array of byte strings", () => {
    for (const path of [A, null, undefined, 1, new Map(), [A, "b"], [[A]], [null]]) {
      assert.strictEqual(
        thrownBy(() => pathOf(withPath(path))),
        "ATTEST_PATH",
      );
      assert.strictEqual(
        thrownBy(() => attachPath(withPath(path), [A])),
        "ATTEST_PATH",
      );
    }
    for (const path of [undefined, A, ["a"], [null], new Map([[0, A]])]) {
      assert.strictEqual(
        thrownBy(() => attachPath(bare(), path as unknown as Uint8Array[])),
        "TypeError",
      );
    }
  });

  it("is attached to a COSE_Sign1 with its payload", () => {
    assert.strictEqual(
      thrownBy(() => attachPath(tokenWith(new Map(), null), [A])),
      "COSE_PAYLOAD_MISSING",
    );
    assert.strictEqual(
      thrownBy(() => attachPath(concatBytes(bare(), A), [A])).replace(/@.*/, ""),
      "CBOR_TRAILING_BYTES",
    );
    assert.strictEqual(
      thrownBy(() => attachPath(encodeCbor(new CborTag(17, [PROTECTED, new Map(), A, A])), [A])).replace(/@.*/, ""),
      "COSE_TAG",
    );
    const whole = attachPath(bare(), [A]);
    for (let length = 0; length < whole.length; length++) {
      assert.notStrictEqual(
        thrownBy(() => attachPath(whole.subarray(0, length), [B])),
        "nothing",
      );
    }
  });
});
