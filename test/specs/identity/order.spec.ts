// SPDX-License-Identifier: Apache-2.0
/** Orders of an owner: RFC 9052 §4.2, §4.4, and the payload that docs/provisioning.md lays down. */
import { concatBytes } from "../../../sdk/bytes/bytes.js";
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import type { OwnerOrder } from "../../../sdk/contracts/lifecycle.js";
import { sigStructure, verifySign1 } from "../../../sdk/cose/sign1.js";
import { ProtocolError } from "../../../sdk/errors/security-error.js";
import { createOrder, encodeOrder, type Order, parseOrder } from "../../../sdk/identity/order.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { makeParty } from "./device.js";

const ALG = "DETERMINISTIC_ECDSA_SHA_256";
const ID = "aa".repeat(16);
const CHALLENGE = "bb".repeat(16);
const HASH = "cc".repeat(32);
const SIGNATURE = "dd".repeat(64);

function made(order: OwnerOrder, more: Partial<Order> = {}): Order {
  const argument = decodeHex(order === "transfer" ? HASH : "");
  return { order, deviceId: decodeHex(ID), challenge: decodeHex(CHALLENGE), argument, ...more };
}

/** A COSE_Sign1 by hand. */
function message(payload: string, head = "d28443a10126a0", signature = `5840${SIGNATURE}`): Uint8Array {
  const length = payload.length / 2;
  const size = length < 24 ? (0x40 + length).toString(16) : `58${length.toString(16).padStart(2, "0")}`;
  return decodeHex(`${head}${size}${payload}${signature}`);
}

const PLAIN = `a401030250${ID}0350${CHALLENGE}0440`;
const outcome = (...parts: Parameters<typeof message>) => thrownBy(() => parseOrder(message(...parts)));

describe("an owner's order", () => {
  it("has one encoding", () => {
    assert.strictEqual(encodeHex(encodeOrder(made("wipe"))), PLAIN);
    assert.strictEqual(encodeHex(encodeOrder(made("transfer"))), `a401040250${ID}0350${CHALLENGE}045820${HASH}`);
    const numbers = (["enter-debug", "leave-debug", "decommission"] as const).map((one) => encodeOrder(made(one))[2]);
    assert.strictEqual(numbers.join(), "1,2,5");
  });

  it("is a COSE_Sign1 with ES256 and an empty external_aad, which others verify", () => {
    const owner = makeParty(crypto);
    const signed = createOrder(crypto, owner.key, made("transfer"));
    const { order, deviceId, challenge, argument, signature } = parseOrder(signed);
    assert.strictEqual(
      [order, ...[deviceId, challenge, argument].map((bytes) => encodeHex(bytes))].join(),
      `transfer,${ID},${CHALLENGE},${HASH}`,
    );
    const structure = sigStructure(decodeHex("a10126"), new Uint8Array(0), encodeOrder(made("transfer")));
    crypto.verifyMessage(owner.key, ALG, structure, signature);
    assert.strictEqual(
      encodeHex(verifySign1(crypto, owner.key, signed).payload),
      encodeHex(encodeOrder(made("transfer"))),
    );
    assert.strictEqual(encodeHex(parseOrder(signed.subarray(1)).signature), encodeHex(signature));
  });

  it("cannot be made of parts of another length", () => {
    const short = new Uint8Array(15);
    for (const more of [{ deviceId: short }, { challenge: short }, { argument: new Uint8Array(32) }]) {
      assert.strictEqual(
        thrownBy(() => encodeOrder(made("wipe", more))),
        "RangeError",
      );
    }
    assert.strictEqual(
      thrownBy(() => encodeOrder(made("transfer", { argument: new Uint8Array(0) }))),
      "RangeError",
    );
    assert.strictEqual(
      thrownBy(() => encodeOrder(made("erase" as OwnerOrder))),
      "RangeError",
    );
    assert.strictEqual(
      thrownBy(() => encodeOrder(made("wipe", { deviceId: "" as never }))),
      "TypeError",
    );
  });

  it("with another header, tag or signature is none", () => {
    assert.strictEqual(outcome(PLAIN), "nothing");
    for (const head of [
      "d18443a10126a0", // COSE_Mac0
      "8343a10126a0",
      "8443a10128a0", // ESP256
      "8444a1013822a0", // ES384
      "8440a10126", // alg unprotected (RFC 9052 §3.1)
      "8443a10126a10441aa",
      "8446a201260441aaa0",
      "8440a0",
    ]) {
      assert.strictEqual(outcome(PLAIN, head), "ORDER_CONTENT");
    }
    assert.strictEqual(outcome(PLAIN, undefined, "40"), "ORDER_CONTENT");
    assert.strictEqual(outcome(PLAIN, undefined, `583f${SIGNATURE.slice(2)}`), "ORDER_CONTENT");
    assert.strictEqual(outcome(PLAIN, undefined, `5840${SIGNATURE}00`), "CBOR_TRAILING_BYTES@116");
    assert.strictEqual(outcome(PLAIN, undefined, "f6"), "CBOR_UNEXPECTED_TYPE@50");
    assert.strictEqual(
      thrownBy(() => parseOrder(new Uint8Array(257))),
      "CBOR_LIMIT_LENGTH",
    );
  });

  it("with another payload is none", () => {
    for (const payload of [
      "",
      "80",
      `a301030250${ID}0350${CHALLENGE}`,
      `a501030250${ID}0350${CHALLENGE}04400500`,
      `a401000250${ID}0350${CHALLENGE}0440`,
      `a401060250${ID}0350${CHALLENGE}0440`,
      `a401200250${ID}0350${CHALLENGE}0440`,
      `a401f93e000250${ID}0350${CHALLENGE}0440`,
      `a40163${"777970"}0250${ID}0350${CHALLENGE}0440`,
      `a40103024f${ID.slice(2)}0350${CHALLENGE}0440`,
      `a401030270${ID.replaceAll("a", "6")}0350${CHALLENGE}0440`,
      `a401030250${ID}0351${CHALLENGE}bb0440`,
      `a401030250${ID}0350${CHALLENGE}045820${HASH}`,
      `a401040250${ID}0350${CHALLENGE}0440`,
      `a401040250${ID}0350${CHALLENGE}04581f${HASH.slice(2)}`,
    ]) {
      const expected = payload === "" ? "CBOR_TRUNCATED@0" : "ORDER_CONTENT";
      assert.strictEqual(outcome(payload), expected, payload);
    }
    assert.strictEqual(outcome(`a40250${ID}01030350${CHALLENGE}0440`), "CBOR_UNSORTED_KEYS@19");
    assert.strictEqual(outcome(`a401030103${"0250"}${ID}0440`), "CBOR_DUPLICATE_KEY@3");
  });

  it("cut at any byte is none, and so is one with bytes behind it", () => {
    const whole = message(PLAIN);
    for (let length = 0; length < whole.length; length++) {
      assert.notStrictEqual(
        thrownBy(() => parseOrder(whole.subarray(0, length))),
        "nothing",
      );
    }
    assert.notStrictEqual(
      thrownBy(() => parseOrder(concatBytes(whole, Uint8Array.of(0)))),
      "nothing",
    );
  });

  it("with any bit flipped is refused, or its signature is over something else", () => {
    const whole = message(PLAIN);
    const said = ({ signature, ...order }: ReturnType<typeof parseOrder>) =>
      encodeHex(concatBytes(encodeOrder(order), signature));
    const words = said(parseOrder(whole));
    let accepted = 0;
    for (let bit = 0; bit < 8 * whole.length; bit++) {
      const changed = whole.slice();
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      try {
        assert.notStrictEqual(said(parseOrder(changed)), words, `bit ${bit}`);
        accepted++;
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error;
      }
    }
    // Of id, challenge and signature each bit, and some of the order's number.
    assert.isAtLeast(accepted, 8 * (16 + 16 + 64));
    assert.isAtMost(accepted, 8 * (16 + 16 + 64 + 1));
  });
});
