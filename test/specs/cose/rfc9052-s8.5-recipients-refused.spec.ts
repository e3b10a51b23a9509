// SPDX-License-Identifier: Apache-2.0
/** Recipients that break the rules of their algorithm, before any crypto is asked: RFC 9052 §8.5, RFC 9053 §6. */
import { decodeHex } from "../../../sdk/bytes/hex.js";
import type { KeyId } from "../../../sdk/contracts/crypto.js";
import { decryptEncrypt } from "../../../sdk/cose/encrypt.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { bstr } from "./symmetric.js";

const FRONT = `8443a10101a1054c${"00".repeat(12)}51${"5a".repeat(17)}`;
const POINT = `a401022001215820${"11".repeat(32)}225820${"22".repeat(32)}`;
const EPK = `a120${POINT}`;
const KW = "a10122";
const WRAPPED = `5818${"5a".repeat(24)}`;

interface Outcome {
  readonly thrown: string;
  readonly asked: string;
}

/** What decryption throws, and what crypto was asked, all of which the stand-in grants. @param bits - of the caller's key. */
function outcome(recipients: string, bits = 128, which?: number): Outcome {
  const asked: string[] = [];
  const grant = (name: string) => () => {
    asked.push(name);
    return 2 as KeyId;
  };
  const trusting = {
    getKeyAttributes: (key: KeyId) =>
      ({ type: "AES", bits: key === 1 ? bits : 128, usage: [], alg: "KW", lifetime: "volatile" }) as const,
    aeadDecrypt: () => new Uint8Array(1),
    unwrapKey: grant("unwrap"),
    keyAgreement: grant("agree"),
    hkdfExtract: grant("extract"),
    hkdfExpand: grant("expand"),
    destroyKey: () => undefined,
  };
  const message = decodeHex(FRONT + recipients);
  const own = { key: 1 as KeyId, ...(which === undefined ? {} : { which }) };
  const thrown = thrownBy(() => decryptEncrypt(trusting, own, message));
  return { thrown: thrown.replace(/@.*/, ""), asked: asked.join() };
}

/** Refused with this code, and no crypto was asked. */
function refused(recipients: string, code: string, bits?: number): void {
  assert.deepEqual(outcome(recipients, bits), { thrown: code, asked: "" }, recipients);
}

function recipient(protectedMap: string, unprotectedMap: string, rest: string, items = 3): string {
  return `${(0x80 + items).toString(16)}${bstr(protectedMap)}${unprotectedMap}${rest}`;
}

describe("RFC 9052 §8.5 recipients", () => {
  it("are as the algorithm has them: then the crypto is asked", () => {
    const cases = [
      [`81${recipient("", "a10125", "40")}`, ""],
      [`81${recipient("", KW, WRAPPED)}`, "unwrap"],
      [`81${recipient("a10129", "a0", "40")}`, "extract,expand"],
      [`81${recipient("a1013818", EPK, "40")}`, "agree,extract,expand"],
      [`81${recipient("a101381c", EPK, WRAPPED)}`, "agree,extract,expand,unwrap"],
      [`81${recipient("", KW, `${WRAPPED}81${recipient("a10129", "a0", "40")}`, 4)}`, "extract,expand,unwrap"],
      [`81${recipient("a0", KW, WRAPPED)}`, "unwrap"],
    ] as const;
    for (const [recipients, asked] of cases) {
      assert.deepEqual(outcome(recipients), { thrown: "nothing", asked }, recipients);
    }
  });

  it("are an array of one or more, each of three items or four", () => {
    refused("80", "COSE_STRUCTURE");
    refused(`818240${KW}`, "COSE_STRUCTURE");
    refused(`81${recipient("", KW, `${WRAPPED}80`, 4)}`, "COSE_STRUCTURE");
    refused(`81${recipient("", KW, `${WRAPPED}80f6`, 5)}`, "COSE_STRUCTURE");
    const direct = recipient("", "a10125", "40");
    const layers = recipient("", KW, `${WRAPPED}81${recipient("", KW, `${WRAPPED}81${direct}`, 4)}`, 4);
    refused(`81${layers}`, "COSE_STRUCTURE");
    refused("f6", "CBOR_UNEXPECTED_TYPE");
    refused("a0", "CBOR_UNEXPECTED_TYPE");
  });

  it("direct ways have no other recipient beside them, no ciphertext, and no layer below", () => {
    const ways = [recipient("", "a10125", "40"), recipient("a10129", "a0", "40"), recipient("a1013818", EPK, "40")];
    for (const way of ways) {
      for (const other of [way, recipient("", KW, WRAPPED)]) {
        assert.deepEqual(outcome(`82${way}${other}`, 128, 0), { thrown: "COSE_RECIPIENT", asked: "" });
        refused(`82${way}${other}`, "COSE_NOT_FOUND");
      }
      refused(`81${way.slice(0, -2)}f6`, "COSE_RECIPIENT");
      refused(`81${way.slice(0, -2)}4100`, "COSE_RECIPIENT");
      refused(`81${way.slice(0, -2)}${WRAPPED}`, "COSE_RECIPIENT");
      refused(`8184${way.slice(2)}81${recipient("", KW, WRAPPED)}`, "COSE_RECIPIENT");
    }
  });

  it("what does not authenticate its headers protects none", () => {
    refused(`81${recipient("a10125", "a0", "40")}`, "COSE_RECIPIENT");
    refused(`81${recipient("a10122", "a0", WRAPPED)}`, "COSE_RECIPIENT");
    refused(`81${recipient("a10300", KW, WRAPPED)}`, "COSE_RECIPIENT");
  });

  it("what derives a key has its alg protected", () => {
    refused(`81${recipient("", "a10129", "40")}`, "COSE_ALG_UNPROTECTED");
    refused(`81${recipient("", `a2013818${EPK.slice(2)}`, "40")}`, "COSE_ALG_UNPROTECTED");
  });

  it("has an algorithm that is one of a recipient", () => {
    refused(`81${recipient("", "a0", "40")}`, "COSE_ALG_MISSING");
    for (const alg of ["01", "05", "26", "00", "3828", "3903e7", "674131323847434d"]) {
      refused(`81${recipient("", `a101${alg}`, "40")}`, "COSE_ALG_UNSUPPORTED");
    }
  });

  it("a wrapped key has the length that the content's algorithm takes", () => {
    for (const bytes of [0, 7, 8, 16, 23, 25, 32]) {
      refused(`81${recipient("", KW, bstr("5a".repeat(bytes)))}`, "COSE_RECIPIENT");
    }
    refused(`81${recipient("", KW, "f6")}`, "COSE_RECIPIENT");
    refused(`81${recipient("", KW, WRAPPED)}`, "COSE_KEY_USE", 256);
  });

  it("an agreement has the sender's public key, and no private one", () => {
    refused(`81${recipient("a1013818", "a0", "40")}`, "COSE_RECIPIENT");
    refused(`81${recipient("a1013818", `a121${POINT}`, "40")}`, "COSE_RECIPIENT");
    refused(`81${recipient("a101381a", EPK, "40")}`, "COSE_RECIPIENT");
    refused(`81${recipient("a1013818", "a12040", "40")}`, "COSE_KEY_VALUE");
    refused(`81${recipient("a1013818", `a120${POINT.replace("2001", "2003")}`, "40")}`, "COSE_KEY_UNSUPPORTED");
    refused(`81${recipient("a1013818", `a120a5${POINT.slice(2)}235820${"33".repeat(32)}`, "40")}`, "COSE_KEY_PRIVATE");
    refused(`81${recipient("a1013818", "a120a201042041aa", "40")}`, "COSE_KEY_PRIVATE");
  });

  it("salt and parties are byte strings, a nonce also an integer", () => {
    const direct = (header: string) => `81${recipient("a10129", header, "40")}`;
    for (const label of ["33", "34", "35", "36", "37", "3818", "3819"]) {
      assert.strictEqual(outcome(direct(`a1${label}4101`)).thrown, "nothing", label);
      refused(direct(`a1${label}6101`), "COSE_HEADER_VALUE");
      refused(direct(`a1${label}f6`), "COSE_HEADER_VALUE");
      refused(direct(`a1${label}fb7e37e43c8800759c`), "COSE_HEADER_VALUE"); // 1e300
      const isNonce = label === "35" || label === "3818";
      assert.strictEqual(outcome(direct(`a1${label}01`)).thrown, isNonce ? "nothing" : "COSE_HEADER_VALUE", label);
    }
  });

  it("have no longer context than HKDF takes", () => {
    const party = (bytes: number) =>
      `81${recipient("a10129", `a13459${bytes.toString(16).padStart(4, "0")}${"00".repeat(bytes)}`, "40")}`;
    const around = 19;
    assert.strictEqual(outcome(party(4096 - around)).thrown, "nothing");
    refused(party(4096 - around + 1), "COSE_LENGTH");
  });

  it("crit of a recipient is understood, or the recipient is refused", () => {
    refused(`81${recipient("a3012902811863186300", "a0", "40")}`, "COSE_CRIT_UNKNOWN");
  });
});
