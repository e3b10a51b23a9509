// SPDX-License-Identifier: Apache-2.0
/** What a device's provisioning service reads, and what a provisioner reads of it. One encoding of each: it is written again. */
import { compareBytes } from "../../../sdk/bytes/bytes.js";
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { encodeResult, parseAnswer } from "../../../sdk/identity/answers.js";
import { encodeRequest, parseRequest } from "../../../sdk/identity/messages.js";
import { encodeOrder, parseOrder } from "../../../sdk/identity/order.js";
import { type Decoder, Finding } from "./decoder.js";

const HASH = "5a".repeat(32);
const POINT = `04${"11".repeat(64)}`;
const ID = "aa".repeat(16);
const CHALLENGE = "bb".repeat(16);
const SIGNATURE = "dd".repeat(64);

const REQUESTS = [
  "820101",
  `841a00010000045820${HASH}5820${HASH}`,
  `85190102070158${"41"}${POINT}4401020304`,
  `84182a0c5841${POINT}43010203`,
];
const ORDERS = [
  `d28443a10126a05829a401030250${ID}0350${CHALLENGE}04405840${SIGNATURE}`,
  `8443a10126a0584aa401040250${ID}0350${CHALLENGE}045820${HASH}5840${SIGNATURE}`,
];
const STATUSES = [`8301f5a70103${"02f503f5"}0401055820${HASH}06000701`, "8301f5a6010202f403f4040006000700"];
const RECORDS = [
  `8301f5a8010302010${"3f404f5"}0501060007a501${"67312e302e302b30"}02000300045820${HASH}055820${HASH}0950${ID}`,
];

function requireSame(written: Uint8Array, bytes: Uint8Array): void {
  if (compareBytes(written, bytes) !== 0) throw new Finding(`is written as ${encodeHex(written)}`);
}

function requestDecoder(): Decoder {
  return {
    name: "requests of provisioning",
    samples: REQUESTS.map((hex) => decodeHex(hex)),
    check(bytes) {
      const { id, operation, fields } = parseRequest(bytes);
      requireSame(encodeRequest(id, operation, ...(fields as [])), bytes);
    },
  };
}

function orderDecoder(): Decoder {
  return {
    name: "orders",
    samples: ORDERS.map((hex) => decodeHex(hex)),
    check(bytes) {
      const { signature, ...order } = parseOrder(bytes);
      const payload = encodeOrder(order);
      const end = bytes.length - signature.length - 2;
      requireSame(payload, bytes.subarray(end - payload.length, end));
      requireSame(signature, bytes.subarray(end + 2));
    },
  };
}

/** A later device may say more: what we know of it is written, and read as the same. */
function answerDecoder(operation: "status" | "boot-record", samples: readonly string[]): Decoder {
  return {
    name: `answers to ${operation}`,
    samples: samples.map((hex) => decodeHex(hex)),
    check(bytes) {
      const answer = parseAnswer(operation, bytes);
      if (!answer.isDone) return;
      const written = encodeResult(answer.id, operation, answer.result);
      const again = parseAnswer(operation, written);
      if (!again.isDone) throw new Finding("a result is read as a refusal");
      requireSame(encodeResult(again.id, operation, again.result), written);
    },
  };
}

export function identityDecoders(): Decoder[] {
  return [requestDecoder(), orderDecoder(), answerDecoder("status", STATUSES), answerDecoder("boot-record", RECORDS)];
}
