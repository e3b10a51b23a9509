// SPDX-License-Identifier: Apache-2.0
/** The rules of headers in each layer of COSE_Sign, COSE_Mac and COSE_Encrypt: RFC 9052 §3, §3.1. */
import { decodeHex } from "../../../sdk/bytes/hex.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { bstr, DIRECT, ES256, GCM, HMAC, IV, KW, list, recipient } from "./by-hand.js";
import { type Kind, outcome, refused } from "./trusting.js";

const SIGNATURE = bstr("5a".repeat(64));
const TAG = bstr("5a".repeat(32));
const WRAPPED = bstr("5a".repeat(24));
const CIPHERTEXT = bstr("5a".repeat(17));
/** {1: -10} protected, and a salt: direct+HKDF-SHA-256. */
const HKDF = recipient("a10129", "a1334101", "40");

/** Pairs of a map, in hexadecimal: a label and its value. */
type Pairs = readonly string[];

interface Layer {
  readonly kind: Kind;
  /** The message with a layer whose buckets are these byte string and map. */
  readonly around: (protectedBucket: string, unprotectedMap: string) => string;
  readonly own: { readonly protected: Pairs; readonly unprotected: Pairs };
  readonly asked: string;
  /** alg, where the layer has one; its bucket is otherwise free. */
  readonly hasAlg: boolean;
}

const map = (pairs: Pairs) => `a${pairs.length.toString(16)}${pairs.join("")}`;
const macOver = (recipientItem: string) => `85${HMAC}a04100${TAG}81${recipientItem}`;
const encryptOver = (recipientItem: string) => `84${GCM}a1054c${"00".repeat(12)}${CIPHERTEXT}81${recipientItem}`;

const LAYERS: Readonly<Record<string, Layer>> = {
  "the body of COSE_Sign": {
    kind: "Sign",
    around: (p, u) => `84${p}${u}410081${list(ES256, "a0", SIGNATURE)}`,
    own: { protected: [], unprotected: [] },
    asked: "verify",
    hasAlg: false,
  },
  "a signer": {
    kind: "Sign",
    around: (p, u) => `8440a0410081${list(p, u, SIGNATURE)}`,
    own: { protected: ["0126"], unprotected: [] },
    asked: "verify",
    hasAlg: true,
  },
  "the body of COSE_Mac": {
    kind: "Mac",
    around: (p, u) => `85${p}${u}4100${TAG}81${recipient("", DIRECT, "40")}`,
    own: { protected: ["0105"], unprotected: [] },
    asked: "verify",
    hasAlg: true,
  },
  "a recipient of COSE_Mac": {
    kind: "Mac",
    around: (p, u) => macOver(list(p, u, "40")),
    own: { protected: ["0129"], unprotected: ["334101"] },
    asked: "extract,expand,verify",
    hasAlg: true,
  },
  "the body of COSE_Encrypt": {
    kind: "Encrypt",
    around: (p, u) => `84${p}${u}${CIPHERTEXT}81${recipient("", KW, WRAPPED)}`,
    own: { protected: ["0101"], unprotected: [`05${bstr(IV)}`] },
    asked: "unwrap,decrypt",
    hasAlg: true,
  },
  "a recipient of COSE_Encrypt": {
    kind: "Encrypt",
    around: (p, u) => encryptOver(list(p, u, "40")),
    own: { protected: ["0129"], unprotected: ["334101"] },
    asked: "extract,expand,decrypt",
    hasAlg: true,
  },
  "a recipient of a recipient": {
    kind: "Encrypt",
    around: (p, u) => encryptOver(recipient("", KW, WRAPPED, list(list(p, u, "40")))),
    own: { protected: ["0129"], unprotected: ["334101"] },
    asked: "extract,expand,unwrap,decrypt",
    hasAlg: true,
  },
};

for (const [name, { kind, around, own, asked, hasAlg }] of Object.entries(LAYERS)) {
  const whole = (moreProtected: Pairs, moreUnprotected: Pairs) =>
    decodeHex(around(bstr(map([...own.protected, ...moreProtected])), map([...own.unprotected, ...moreUnprotected])));
  const isRefused = (moreProtected: Pairs, moreUnprotected: Pairs, code: string) => {
    refused(kind, whole(moreProtected, moreUnprotected), code, `${moreProtected} / ${moreUnprotected}`);
  };
  const isTaken = (moreProtected: Pairs, moreUnprotected: Pairs) => {
    const label = `${moreProtected} / ${moreUnprotected}`;
    assert.strictEqual(outcome(kind, whole(moreProtected, moreUnprotected)), `nothing ${asked}`, label);
  };
  const raw = (protectedBucket: string, unprotectedMap: string, code: string) => {
    refused(kind, decodeHex(around(protectedBucket, unprotectedMap)), code, `${protectedBucket} ${unprotectedMap}`);
  };

  describe(`RFC 9052 §3 headers of ${name}`, () => {
    it("are taken as they should be", () => {
      isTaken([], []);
      isTaken(["186300"], ["186400", "61616161"]);
      isTaken(["0300"], ["044101"]);
      isTaken(["036161", "044101"], ["2040"]);
      isTaken(["02820302", "0300"], []);
      if (own.protected.length > 0) isTaken(["028101"], []);
    });

    it("have each label once, in both buckets together", () => {
      for (const label of ["1863", "6161", "3863", "1bffffffffffffffff"]) {
        isRefused([`${label}00`, `${label}00`], [], "CBOR_DUPLICATE_KEY");
        isRefused([], [`${label}00`, `${label}01`], "CBOR_DUPLICATE_KEY");
        isRefused([`${label}00`], [`${label}00`], "COSE_DUPLICATE_LABEL");
      }
      isRefused(["044101"], ["044101"], "COSE_DUPLICATE_LABEL");
      isRefused([], ["61ff00"], "CBOR_INVALID_UTF8");
    });

    it("have integers and text for labels", () => {
      for (const label of ["40", "f5", "f6", "80", "a0", "f93c00", "c249010000000000000000", "c100"]) {
        isRefused([`${label}00`], [], "COSE_LABEL");
        isRefused([], [`${label}00`], "COSE_LABEL");
      }
    });

    it("have a crit that is protected, not empty, and names what is protected and known", () => {
      isRefused([], ["028103", "0300"], "COSE_CRIT");
      isRefused(["0300"], ["028103"], "COSE_CRIT");
      for (const crit of ["0280", "0203", "02a0", "02f6", "024103", "02814103", "028180", "0281f5"]) {
        isRefused([crit, "0300"], [], "COSE_CRIT");
      }
      isRefused(["02811863"], [], "COSE_CRIT");
      isRefused(["02811863"], ["186300"], "COSE_CRIT");
      isRefused(["02811863", "186300"], [], "COSE_CRIT_UNKNOWN");
      isRefused(["0282031863", "0300", "186300"], [], "COSE_CRIT_UNKNOWN");
      isRefused(["02816161", "616100"], [], "COSE_CRIT_UNKNOWN");
    });

    it("have common parameters of their types", () => {
      const hasIv = own.unprotected.some((pair) => pair.startsWith("05"));
      const values = ["0320", "0340", "03f6", "046131", "0401", "04f6", "0500", "05f6", "066100", "0600"];
      for (const pair of values) {
        if (hasIv && pair.startsWith("05")) continue;
        isRefused([pair], [], "COSE_HEADER_VALUE");
        isRefused([], [pair], "COSE_HEADER_VALUE");
      }
      const iv = hasIv ? [] : ["0540"];
      isRefused(["064101"], iv, "COSE_HEADER_VALUE");
      isRefused([], [...iv, "064101"], "COSE_HEADER_VALUE");
    });

    it("are a byte string that is or holds a map, and a map", () => {
      const u = map(own.unprotected);
      const p = map(own.protected);
      for (const bucket of [p, "60", "80", "f6", "00"]) raw(bucket, u, "CBOR_UNEXPECTED_TYPE");
      for (const inner of ["80", "00", "f6", "40", `c6${p}`]) raw(bstr(inner), u, "CBOR_UNEXPECTED_TYPE");
      raw(bstr(`${p}00`), u, "CBOR_TRAILING_BYTES");
      raw(bstr(`${p}${p}`), u, "CBOR_TRAILING_BYTES");
      raw("41a1", u, "CBOR_TRUNCATED");
      raw("43a10301", "bfff", "CBOR_INDEFINITE_LENGTH");
      raw("42bfff", u, "CBOR_INDEFINITE_LENGTH");
      raw("5f40ff", u, "CBOR_INDEFINITE_LENGTH");
      raw("44a1180300", u, "CBOR_NON_SHORTEST");
      for (const bucket of ["40", "80", "f6", "41a0", "00"]) raw(bstr(p), bucket, "CBOR_UNEXPECTED_TYPE");
    });

    if (!hasAlg) return;

    it("have an algorithm, protected, of this layer's kind", () => {
      const u = map(own.unprotected);
      raw("40", u, "COSE_ALG_MISSING");
      raw("41a0", u, "COSE_ALG_MISSING");
      raw("40", map([...own.protected, ...own.unprotected]), "COSE_ALG_UNPROTECTED");
      isRefused([], own.protected, "COSE_DUPLICATE_LABEL");
      for (const alg of ["00", "1901ff", "3903e7", "654553323536", "1bffffffffffffffff"]) {
        raw(bstr(map([`01${alg}`])), u, "COSE_ALG_UNSUPPORTED");
      }
      for (const alg of ["40", "f6", "80", "f5", "f93c00", "c100"])
        raw(bstr(map([`01${alg}`])), u, "COSE_HEADER_VALUE");
      const others = ["0105", "0101", "0126", "0122", "0125", "0129", "013818"].filter(
        (pair) => pair !== own.protected[0],
      );
      for (const other of others) {
        const isRecipient = own.protected[0] === "0129";
        if (isRecipient && ["0122", "0125", "013818"].includes(other)) raw(bstr(map([other])), u, "COSE_RECIPIENT");
        else raw(bstr(map([other])), u, "COSE_ALG_UNSUPPORTED");
      }
    });
  });
}

describe("RFC 9052 §3 headers of the others", () => {
  it("signers and recipients that are not asked need to be well-formed, and no more", () => {
    const good = list(ES256, "a0", SIGNATURE);
    for (const other of ["40a0", "44a1013824a0", `${bstr("a3012602811863186300")}a0`, "40a10126"]) {
      const message = decodeHex(`8440a0410082${good}83${other}${SIGNATURE}`);
      assert.strictEqual(outcome("Sign", message, 0), "nothing verify", other);
      assert.isTrue(/^COSE_/.test(outcome("Sign", message, 1)), other);
    }
    const kw = recipient("", KW, WRAPPED);
    for (const other of ["40a0", "40a101381f", "43a10127a0", `${bstr("a202811863186300")}a0`]) {
      const message = decodeHex(
        `85${HMAC}a04100${TAG}82${recipient("", KW, bstr("5a".repeat(40)))}83${other}${WRAPPED}`,
      );
      assert.strictEqual(outcome("Mac", message, 0), "nothing unwrap,verify", other);
    }
    for (const malformed of ["40a204410104", "40a10401", "41a1a0", "42a0a0a0", "83", "a0a0"]) {
      const message = decodeHex(`84${GCM}a105${bstr(IV)}${CIPHERTEXT}82${kw}83${malformed}${WRAPPED}`);
      assert.isTrue(/^(?:CBOR|COSE)_[A-Z0-9_]+$/.test(outcome("Encrypt", message, 0)), malformed);
    }
  });

  it("an alg of the body is none of the signers'", () => {
    const message = (own: string) => decodeHex(`84${ES256}a0410081${list(own, "a0", SIGNATURE)}`);
    assert.strictEqual(outcome("Sign", message(ES256)), "nothing verify");
    refused("Sign", message("40"), "COSE_ALG_MISSING", "body only");
  });

  it("HKDF needs no salt of its own for this: the message of this page is right", () => {
    assert.strictEqual(outcome("Mac", decodeHex(macOver(HKDF))), "nothing extract,expand,verify");
  });
});
