// SPDX-License-Identifier: Apache-2.0
/** What a stranger sizes: how many signers and recipients, how deep, how long. Nothing is announced that is then made room for. */
import { decodeHex } from "../../../sdk/bytes/hex.js";
import type { CborLimits } from "../../../sdk/cbor/value.js";
import type { KeyId } from "../../../sdk/contracts/crypto.js";
import { decryptEncrypt, parseEncryptHeaders } from "../../../sdk/cose/encrypt.js";
import { parseKey } from "../../../sdk/cose/key.js";
import { parseMacHeaders } from "../../../sdk/cose/mac.js";
import { parseSignHeaders } from "../../../sdk/cose/sign.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import {
  bstr,
  DIRECT,
  ES256,
  GCM,
  GCM_128,
  HMAC,
  IV,
  KW,
  keyOf,
  list,
  recipient,
  sealed,
  withKeys,
} from "./by-hand.js";
import { around } from "./symmetric.js";

const SIGNATURE = bstr("5a".repeat(64));
const WRAPPED = bstr("5a".repeat(24));
const FRONTS = {
  Sign: "8440a04100",
  Mac: `85${HMAC}a04100${bstr("5a".repeat(32))}`,
  Encrypt: `84${GCM}a105${bstr(IV)}${bstr("5a".repeat(17))}`,
} as const;
const PARSERS = { Sign: parseSignHeaders, Mac: parseMacHeaders, Encrypt: parseEncryptHeaders } as const;
const KINDS = ["Sign", "Mac", "Encrypt"] as const;

function parsed(kind: (typeof KINDS)[number], rest: string, limits?: CborLimits): string {
  return thrownBy(() => PARSERS[kind](decodeHex(FRONTS[kind] + rest), limits)).replace(/@.*/, "");
}

/** Of an array or a map. */
function head(major: number, items: number): string {
  if (items < 24) return (major + items).toString(16);
  const digits = items.toString(16);
  return items < 256 ? (major + 24).toString(16) + digits : (major + 25).toString(16) + digits.padStart(4, "0");
}

describe("RFC 9052 §5.1 what a stranger sizes", () => {
  it("a head that announces more than there is", () => {
    for (const kind of KINDS) {
      for (const announced of [
        "98ff",
        "991000",
        "9a00100000",
        "9affffffff",
        "9b0000000100000000",
        "9b001fffffffffffff",
        "9bffffffffffffffff",
      ]) {
        const thrown = parsed(kind, announced);
        assert.isTrue(/^CBOR_(?:TRUNCATED|LIMIT_COUNT|LIMIT_LENGTH)$/.test(thrown), `${kind} ${announced}: ${thrown}`);
        const item = kind === "Sign" ? list(ES256, "a0", SIGNATURE) : recipient("", KW, WRAPPED);
        assert.isTrue(
          /^CBOR_(?:TRUNCATED|LIMIT_)/.test(parsed(kind, announced + item)),
          `${kind} ${announced} and one`,
        );
        const inner = `81${kind === "Sign" ? "" : "84"}${announced}`;
        assert.isTrue(/^(?:CBOR|COSE)_/.test(parsed(kind, inner)), `${kind} ${inner}`);
      }
      for (const long of ["5affffffff", "5b0000000100000000", "5bffffffffffffffff", "7bffffffffffffffff"]) {
        for (const rest of [`8183${long}`, `818340a104${long}`, `818340a0${long}`]) {
          assert.isTrue(/^CBOR_/.test(parsed(kind, rest)), `${kind} ${rest}`);
        }
      }
      for (const many of ["b8ff", "baffffffff", "bbffffffffffffffff"]) {
        assert.isTrue(/^CBOR_/.test(parsed(kind, `818340${many}`)), `${kind} ${many}`);
        assert.isTrue(/^CBOR_/.test(parsed(kind, `8183${bstr(many)}`)), `${kind} ${many}`);
      }
    }
  });

  for (const kind of KINDS) {
    it(`COSE_${kind}: as many parties as the default limits let through fit a board, and more are refused`, () => {
      for (const item of ["8340a040", "8343a10126a040", "8340a304413105400a0040"]) {
        for (const found of [10, 56, 64, 65, 125]) {
          const thrown = parsed(kind, head(0x80, found) + item.repeat(found));
          assert.isTrue(/^(?:nothing|CBOR_LIMIT_COUNT)$/.test(thrown), `${found} times ${item}: ${thrown}`);
          if (found > 64) assert.strictEqual(thrown, "CBOR_LIMIT_COUNT");
        }
      }
    });
  }

  it("64 signers or recipients, those of all layers together", () => {
    for (const kind of KINDS) {
      assert.strictEqual(parsed(kind, head(0x80, 64) + "8340a040".repeat(64)), "nothing");
      assert.strictEqual(parsed(kind, head(0x80, 65) + "8340a040".repeat(65)), "CBOR_LIMIT_COUNT");
    }
    const layered = (outer: number, inner: number) =>
      head(0x80, outer) + `8440a040${head(0x80, inner)}${"8340a040".repeat(inner)}`.repeat(outer);
    for (const kind of ["Mac", "Encrypt"] as const) {
      assert.strictEqual(parsed(kind, layered(2, 31)), "nothing");
      assert.strictEqual(parsed(kind, layered(32, 1)), "nothing");
      assert.strictEqual(parsed(kind, layered(33, 1)), "CBOR_LIMIT_COUNT");
      assert.strictEqual(parsed(kind, layered(1, 64)), "CBOR_LIMIT_COUNT");
    }
  });

  it("a protected bucket takes its items from those of the message", () => {
    const bucket = bstr(`a1186398c8${"40".repeat(200)}`);
    const items = (found: number) => head(0x80, found) + `83${bucket}a040`.repeat(found);
    for (const kind of KINDS) {
      assert.strictEqual(parsed(kind, items(2)), "nothing");
      assert.strictEqual(parsed(kind, items(3)), "CBOR_LIMIT_COUNT");
    }
  });

  it("layers of recipients: two, and no more, however the message ends", () => {
    const layered = (layers: number): string => {
      let inner = recipient("", DIRECT, "40");
      for (let layer = 1; layer < layers; layer++) inner = recipient("", KW, WRAPPED, `81${inner}`);
      return inner;
    };
    for (const kind of ["Mac", "Encrypt"] as const) {
      assert.strictEqual(parsed(kind, `81${layered(1)}`), "nothing");
      assert.strictEqual(parsed(kind, `81${layered(2)}`), "nothing");
      for (const layers of [3, 4, 20]) {
        assert.isTrue(/^(?:COSE_STRUCTURE|CBOR_LIMIT_)/.test(parsed(kind, `81${layered(layers)}`)), `${layers}`);
      }
    }
  });

  it("each limit, one below what a message needs, what it needs and one above", () => {
    const sizes = {
      Sign: `81${list(ES256, "a1186381f5", SIGNATURE)}`,
      Mac: `81${recipient("", "a20122186381f5", WRAPPED)}`,
      Encrypt: `81${recipient("", "a20122186381f5", WRAPPED)}`,
    };
    const count = { Sign: 15, Mac: 18, Encrypt: 19 };
    for (const kind of KINDS) {
      const length = (FRONTS[kind].length + sizes[kind].length) / 2;
      around({ length, depth: 5, count: count[kind] }, (limits) => parsed(kind, sizes[kind], limits));
    }
  });

  it("the layer below a recipient is two levels deeper", () => {
    const inner = recipient("", "a20125186381f5", "40");
    for (const kind of ["Mac", "Encrypt"] as const) {
      const at = (depth: number) =>
        parsed(kind, `81${recipient("", KW, WRAPPED, `81${inner}`)}`, { length: 1000, depth, count: 100 });
      assert.strictEqual(at(7), "nothing");
      assert.strictEqual(at(6), "CBOR_LIMIT_DEPTH");
    }
  });

  it("the two keys that a message carries are bounded as all else is: a COSE_Key of many parameters", () => {
    const many = (found: number) => {
      const pairs = Array.from({ length: found }, (_, i) => `19${(1000 + i).toString(16).padStart(4, "0")}00`).join("");
      return `${head(0xa0, found + 2)}0104204101${pairs}`;
    };
    assert.strictEqual(
      thrownBy(() => parseKey(decodeHex(many(100)))),
      "nothing",
    );
    assert.strictEqual(thrownBy(() => parseKey(decodeHex(many(300)))).replace(/@.*/, ""), "CBOR_LIMIT_COUNT");
    const deep = `a301042041011863${"81".repeat(40)}00`;
    assert.strictEqual(thrownBy(() => parseKey(decodeHex(deep))).replace(/@.*/, ""), "CBOR_LIMIT_DEPTH");
  });

  it("which is a place or a kid that is there, and not one that JavaScript would find", () => {
    withKeys([keyOf(2, GCM_128)], (key) => {
      const message = decodeHex(`84${GCM}a105${bstr(IV)}${sealed(key)}81${recipient("", "a20125044131", "40")}`);
      const read = (which: unknown) => thrownBy(() => decryptEncrypt(crypto, { key, which: which as number }, message));
      for (const which of [undefined, 0, -0, Uint8Array.of(0x31)]) assert.strictEqual(read(which), "nothing");
      for (const which of [
        1,
        -1,
        0.5,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        2 ** 32,
        "0",
        "length",
        "1",
        null,
        {},
        [],
      ]) {
        assert.strictEqual(read(which), "COSE_NOT_FOUND", String(which));
      }
      for (const kid of [new Uint8Array(0), Uint8Array.of(0x31, 0)]) assert.strictEqual(read(kid), "COSE_NOT_FOUND");
    });
  });

  it("a handle that is a number of no key", () => {
    const message = decodeHex(`84${GCM}a105${bstr(IV)}${bstr("5a".repeat(17))}81${recipient("", KW, WRAPPED)}`);
    for (const key of [0, 0x7ffffffe]) {
      assert.strictEqual(
        thrownBy(() => decryptEncrypt(crypto, { key: key as KeyId }, message)),
        "PSA_ERROR_INVALID_HANDLE",
      );
    }
  });
});
