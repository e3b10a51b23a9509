// SPDX-License-Identifier: Apache-2.0
/** What is refused as a COSE_Mac0 before any crypto is asked, and what cannot be made. RFC 9052 §2, §3, §6.2. */
import { decodeHex } from "../../../sdk/bytes/hex.js";
import type { KeyAttributes, KeyId } from "../../../sdk/contracts/crypto.js";
import { decryptEncrypt0 } from "../../../sdk/cose/encrypt0.js";
import {
  createMac0,
  type Mac0Options,
  type Mac0VerifyOptions,
  parseMac0Headers,
  verifyMac0,
} from "../../../sdk/cose/mac0.js";
import { verifySign1 } from "../../../sdk/cose/sign1.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { around, bstr } from "./symmetric.js";

const KEY = 1 as KeyId;
const END = `48${"5a".repeat(8)}`;
const GOOD = `8443a10104a0420102${END}`;
const getKeyAttributes = (): KeyAttributes => ({ type: "HMAC", bits: 256, usage: [], alg: "HMAC_SHA_256_8" });

/** What verification throws. The stand-in finds every tag right, and must not have been asked about what is refused. */
function refused(hex: string, options?: Mac0VerifyOptions): string {
  let asked = 0;
  const trusting = { getKeyAttributes, macVerify: () => void asked++ };
  const thrown = thrownBy(() => verifyMac0(trusting, KEY, decodeHex(hex), options));
  assert.strictEqual(asked, thrown === "nothing" ? 1 : 0, hex);
  return thrown;
}

/** The same for a message with these two buckets, each given as the hex of a map. */
function outcome(protectedMap: string, unprotectedMap = "a0", options: Mac0VerifyOptions = {}): string {
  return refused(`84${bstr(protectedMap)}${unprotectedMap}420102${END}`, options);
}

/** What making a message throws. */
function made(options: Partial<Mac0Options>): string {
  const macCompute = () => new Uint8Array(8);
  return thrownBy(() =>
    createMac0({ getKeyAttributes, macCompute }, KEY, { algorithm: 4, payload: new Uint8Array(1), ...options }),
  );
}

describe("RFC 9052 §6.2 what is no COSE_Mac0", () => {
  it("is whole: no beginning of a message, and nothing after it", () => {
    for (const hex of [GOOD, `d1${GOOD}`]) {
      assert.strictEqual(refused(hex), "nothing");
      for (let length = 0; length < hex.length; length += 2) {
        assert.strictEqual(refused(hex.slice(0, length)).replace(/@.*/, ""), "CBOR_TRUNCATED", `${length / 2} bytes`);
      }
      assert.strictEqual(refused(`${hex}00`), `CBOR_TRAILING_BYTES@${hex.length / 2}`);
      assert.strictEqual(refused(`${hex}${hex}`), `CBOR_TRAILING_BYTES@${hex.length / 2}`);
    }
  });

  it("has tag 17 or none", () => {
    for (const tag of ["d0", "d2", "d6", "d83d", "d860", "d861", "d862"]) {
      assert.strictEqual(refused(`${tag}${GOOD}`), "COSE_TAG@0", tag);
    }
    assert.strictEqual(refused(`d1d1${GOOD}`), "CBOR_UNEXPECTED_TYPE@1");
    assert.strictEqual(refused(`d811${GOOD}`), "CBOR_NON_SHORTEST@0");
  });

  it("is an array of four: byte string, map, byte string or nil, byte string", () => {
    const cases: readonly (readonly [string, string])[] = [
      ["8343a10104a0420102", "COSE_STRUCTURE@0"],
      [`8543a10104a0420102${END}80`, "COSE_STRUCTURE@0"],
      ["80", "COSE_STRUCTURE@0"],
      [`9f${GOOD.slice(2)}ff`, "CBOR_INDEFINITE_LENGTH@0"],
      ["a0", "CBOR_UNEXPECTED_TYPE@0"],
      [bstr(GOOD), "CBOR_UNEXPECTED_TYPE@0"],
      [`84a10104a0420102${END}`, "CBOR_UNEXPECTED_TYPE@1"],
      [`8463a10104a0420102${END}`, "CBOR_UNEXPECTED_TYPE@1"],
      [`84f6a0420102${END}`, "CBOR_UNEXPECTED_TYPE@1"],
      [`844104a0420102${END}`, "CBOR_UNEXPECTED_TYPE@2"],
      [`8444a1010400a0420102${END}`, "CBOR_TRAILING_BYTES@5"],
      [`8443a1010441a0420102${END}`, "CBOR_UNEXPECTED_TYPE@5"],
      [`8443a10104f6420102${END}`, "CBOR_UNEXPECTED_TYPE@5"],
      [`8443a10104a0626162${END}`, "CBOR_UNEXPECTED_TYPE@6"],
      [`8443a10104a0820102${END}`, "CBOR_UNEXPECTED_TYPE@6"],
      [`8443a10104a0f7${END}`, "CBOR_UNEXPECTED_TYPE@6"],
      ["8443a10104a0420102f6", "CBOR_UNEXPECTED_TYPE@9"],
      ["8443a10104a0420102685a5a5a5a5a5a5a5a", "CBOR_UNEXPECTED_TYPE@9"],
      // COSE_Mac: recipients come fifth.
      [`8543a10104a0420102${END}818340a040`, "COSE_STRUCTURE@0"],
    ];
    for (const [hex, thrown] of cases) assert.strictEqual(refused(hex), thrown, hex);
  });

  it("takes a detached payload only where the message has nil", () => {
    const detachedPayload = Uint8Array.of(1, 2);
    assert.strictEqual(refused(`8443a10104a0f6${END}`, { detachedPayload }), "nothing");
    assert.strictEqual(refused(`8443a10104a0f6${END}`), "COSE_PAYLOAD_MISSING");
    assert.strictEqual(refused(GOOD, { detachedPayload }), "COSE_PAYLOAD_UNEXPECTED");
    assert.strictEqual(refused(`8443a10104a040${END}`, { detachedPayload }), "COSE_PAYLOAD_UNEXPECTED");
  });

  it("has an empty protected bucket as h'' or h'a0', and then no algorithm", () => {
    for (const empty of ["", "a0"]) {
      const { protectedHeader } = parseMac0Headers(decodeHex(`84${bstr(empty)}a0420102${END}`));
      assert.strictEqual(protectedHeader.size, 0);
      assert.strictEqual(outcome(empty), "COSE_ALG_MISSING");
      assert.strictEqual(outcome(empty, "a10104"), "COSE_ALG_UNPROTECTED");
    }
    assert.strictEqual(outcome("a10300"), "COSE_ALG_MISSING");
    assert.strictEqual(outcome("a10104", "a10104"), "COSE_DUPLICATE_LABEL");
  });

  it("has a MAC algorithm: none for signatures or encryption, none that is reserved", () => {
    const others = ["00", "01", "03", "0a", "0d", "10", "1818", "181b", "181e", "24", "26", "27", "28", "32"];
    for (const alg of [...others, "1903e7", "3bffffffffffffffff", "6b484d4143203235362f3634"]) {
      assert.strictEqual(outcome(`a101${alg}`), "COSE_ALG_UNSUPPORTED", alg);
    }
    for (const alg of ["4104", "f6", "8104", "f94400"]) {
      assert.strictEqual(outcome(`a101${alg}`), "COSE_HEADER_VALUE", alg);
    }
  });

  it("has an algorithm that the caller names", () => {
    assert.strictEqual(refused(GOOD, { algorithms: [4, 5] }), "nothing");
    for (const algorithms of [[], [5], [-7]]) assert.strictEqual(refused(GOOD, { algorithms }), "COSE_ALG_NOT_ALLOWED");
  });

  it("keeps the rules of all headers: labels once, crit understood, types of common parameters", () => {
    assert.strictEqual(outcome("a201040104"), "CBOR_DUPLICATE_KEY@5");
    assert.strictEqual(outcome("a20104044131", "a1044131"), "COSE_DUPLICATE_LABEL");
    assert.strictEqual(outcome("a10104", "a14000"), "COSE_LABEL@5");
    assert.strictEqual(outcome("a3010402811863186300"), "COSE_CRIT_UNKNOWN");
    assert.strictEqual(outcome("a3010402811863186300", "a0", { criticalLabels: [99] }), "nothing");
    assert.strictEqual(outcome("a301040281050541ff"), "COSE_CRIT_UNKNOWN");
    assert.strictEqual(outcome("a301040281060641ff"), "COSE_CRIT_UNKNOWN");
    assert.strictEqual(outcome("a2010402811863"), "COSE_CRIT");
    assert.strictEqual(outcome("a20104028101"), "nothing");
    assert.strictEqual(outcome("a2010402811863", "a1186300", { criticalLabels: [99] }), "COSE_CRIT");
    assert.strictEqual(outcome("a201040280"), "COSE_CRIT");
    assert.strictEqual(outcome("a10104", "a1028101"), "COSE_CRIT");
    for (const bad of ["0400", "046131", "0500", "0320"])
      assert.strictEqual(outcome("a10104", `a1${bad}`), "COSE_HEADER_VALUE");
    assert.strictEqual(outcome("a201040540", "a10640"), "COSE_HEADER_VALUE");
  });

  it("stays within the limits", () => {
    around({ length: 19, depth: 3, count: 9 }, (limits) => refused(`d1${GOOD}`, { limits }));
    const nested = `8443a10104a118638181004101${END}`;
    around({ length: nested.length / 2, depth: 4, count: 12 }, (limits) => refused(nested, { limits }));
    // The levels of the protected bucket count by themselves, its items among the message's.
    const inside = `8448a201041863818100a04101${END}`;
    around({ length: inside.length / 2, depth: 3, count: 12 }, (limits) => refused(inside, { limits }));
  });

  it("is no other message, and no other message is one", () => {
    const sign1 = `8443a10126a04201025840${"5a".repeat(64)}`;
    const encrypt0 = `8343a10101a1054c${"00".repeat(12)}50${"5a".repeat(16)}`;
    assert.strictEqual(refused(`d2${sign1}`), "COSE_TAG@0");
    assert.strictEqual(refused(sign1), "COSE_ALG_UNSUPPORTED");
    assert.strictEqual(refused(`d0${encrypt0}`), "COSE_TAG@0");
    assert.strictEqual(refused(encrypt0), "COSE_STRUCTURE@0");
    const read = [verifySign1, decryptEncrypt0].map((reader) =>
      [`d1${GOOD}`, GOOD].map((hex) => thrownBy(() => reader(crypto, KEY, decodeHex(hex)))).join(),
    );
    assert.strictEqual(read.join(), "COSE_TAG@0,COSE_ALG_UNSUPPORTED,COSE_TAG@0,COSE_STRUCTURE@0");
  });

  it("is not made against the rules either", () => {
    assert.strictEqual(made({}), "nothing");
    for (const algorithm of [0, 1, 10, 13, 16, 24, -7, -8])
      assert.strictEqual(made({ algorithm }), "COSE_ALG_UNSUPPORTED");
    const kid = Uint8Array.of(1);
    assert.strictEqual(made({ protectedHeader: new Map([[1, 4]]) }), "COSE_DUPLICATE_LABEL");
    assert.strictEqual(made({ unprotectedHeader: new Map([[1, 4]]) }), "COSE_DUPLICATE_LABEL");
    assert.strictEqual(made({ kid, protectedHeader: new Map([[4, kid]]) }), "COSE_DUPLICATE_LABEL");
    assert.strictEqual(made({ unprotectedHeader: new Map([[4, "1"]]) }), "COSE_HEADER_VALUE");
    assert.strictEqual(made({ unprotectedHeader: new Map([[1.5, 0]]) }), "COSE_LABEL");
    assert.strictEqual(made({ protectedHeader: new Map([[2, [99]]]) }), "COSE_CRIT");
    for (const kid of ["d1", 5, null, []]) {
      assert.strictEqual(made({ kid: kid as unknown as Uint8Array }), "TypeError", `kid ${String(kid)}`);
    }
    const text = { algorithms: "47" as unknown as number[] };
    assert.strictEqual(outcome("a10104", "a0", text), "TypeError");
  });

  it("a mistake of the caller's own is a TypeError or a RangeError", () => {
    const wrong = "d1" as unknown as Uint8Array;
    const macVerify = () => {};
    assert.strictEqual(
      thrownBy(() => verifyMac0({ getKeyAttributes, macVerify }, KEY, wrong)),
      "TypeError",
    );
    assert.strictEqual(
      thrownBy(() => parseMac0Headers(wrong)),
      "TypeError",
    );
    assert.strictEqual(refused(GOOD, { externalAad: wrong }), "TypeError");
    assert.strictEqual(refused(`8443a10104a0f6${END}`, { detachedPayload: wrong }), "TypeError");
    assert.strictEqual(refused(GOOD, { limits: { length: -1, depth: 1, count: 1 } }), "RangeError");
    for (const options of [{ payload: wrong }, { externalAad: wrong }]) {
      assert.strictEqual(made(options), "TypeError", Object.keys(options).join());
    }
    assert.strictEqual(made({ protectedHeader: new Map([[99, Symbol("x") as unknown as string]]) }), "TypeError");
  });
});
