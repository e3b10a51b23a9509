// SPDX-License-Identifier: Apache-2.0
/** hashCompute, hashSetup and the operation's methods. */
import type { HashAlg } from "../../../sdk/contracts/crypto.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { ascii, encodeHex, NONE, thrownBy } from "./support.js";

/** FIPS 180-4 examples: the digest of "abc" and the beginning of that of no bytes. */
const FACTS: readonly (readonly [HashAlg, string, string])[] = [
  ["SHA_256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "e3b0c44298fc1c149afbf4c8996fb924"],
  [
    "SHA_384",
    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
    "38b060a751ac96384cd9327eb1b1e36a",
  ],
  [
    "SHA_512",
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    "cf83e1357eefb8bdf1542850d66d8007",
  ],
];

describe("Crypto hashes", () => {
  for (const [alg, abc, empty] of FACTS) {
    it(`computes ${alg} of FIPS 180-4's examples`, () => {
      assert.strictEqual(encodeHex(crypto.hashCompute(alg, ascii("abc"))), abc);
      assert.strictEqual(encodeHex(crypto.hashCompute(alg, NONE)).slice(0, 32), empty);
    });

    it(`gives the same ${alg} for any cut of the input`, () => {
      const input = Uint8Array.from({ length: 300 }, (_, index) => index & 255);
      const whole = encodeHex(crypto.hashCompute(alg, input));
      for (const cut of [0, 1, 63, 64, 65, 127, 128, 129, 300]) {
        const operation = crypto.hashSetup(alg);
        operation.update(input.subarray(0, cut));
        operation.update(input.subarray(cut));
        assert.strictEqual(encodeHex(operation.finish()), whole, `cut at ${cut}`);
      }
    });
  }

  it("clones an operation, and the two go on apart", () => {
    const one = crypto.hashSetup("SHA_256");
    one.update(ascii("a"));
    const two = one.clone();
    one.update(ascii("bc"));
    two.update(ascii("bc"));
    const digest = one.finish();
    assert.strictEqual(encodeHex(two.finish()), encodeHex(digest));
  });

  it("refuses a finished and an aborted operation, and aborts again without harm", () => {
    const finished = crypto.hashSetup("SHA_256");
    finished.finish();
    const aborted = crypto.hashSetup("SHA_512");
    aborted.abort();
    for (const operation of [finished, aborted]) {
      assert.strictEqual(
        thrownBy(() => operation.update(NONE)),
        "PSA_ERROR_BAD_STATE",
      );
      assert.strictEqual(
        thrownBy(() => operation.finish()),
        "PSA_ERROR_BAD_STATE",
      );
      assert.strictEqual(
        thrownBy(() => operation.clone()),
        "PSA_ERROR_BAD_STATE",
      );
      assert.strictEqual(
        thrownBy(() => operation.abort()),
        "nothing",
      );
    }
  });

  it("refuses unknown algorithms and what is not bytes", () => {
    assert.strictEqual(
      thrownBy(() => crypto.hashCompute("MD5" as HashAlg, NONE)),
      "PSA_ERROR_NOT_SUPPORTED",
    );
    assert.strictEqual(
      thrownBy(() => crypto.hashSetup("GCM" as HashAlg)),
      "PSA_ERROR_NOT_SUPPORTED",
    );
    assert.strictEqual(
      thrownBy(() => crypto.hashSetup("toString" as HashAlg)),
      "PSA_ERROR_NOT_SUPPORTED",
    );
    assert.strictEqual(
      thrownBy(() => crypto.hashCompute(1 as unknown as HashAlg, NONE)),
      "TypeError",
    );
    assert.strictEqual(
      thrownBy(() => crypto.hashCompute("SHA_256", "abc" as unknown as Uint8Array)),
      "TypeError",
    );
    assert.strictEqual(
      thrownBy(() => crypto.hashSetup("SHA_256").update(new ArrayBuffer(1) as unknown as Uint8Array)),
      "TypeError",
    );
  });

  it("answers what it supports without throwing", () => {
    for (const alg of ["SHA_256", "GCM", "CCM_8", "ECDH", "HKDF_EXPAND_SHA_512"] as const) {
      assert.strictEqual(crypto.supports(alg), true, alg);
    }
    assert.strictEqual(crypto.supports("MD5" as HashAlg), false);
    assert.strictEqual(crypto.supports(undefined as unknown as HashAlg), false);
  });
});
