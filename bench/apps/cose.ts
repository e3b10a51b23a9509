// SPDX-License-Identifier: Apache-2.0
/** Runs on the board: what COSE and CBOR cost around the crypto, in time and heap. */
import { heapUsed } from "../../devices/io/ticks.js";
import { crypto } from "../../devices/psa/crypto.js";
import { decodeHex } from "../../sdk/bytes/hex.js";
import { decodeCbor } from "../../sdk/cbor/decode.js";
import type { CborTag, CborValue } from "../../sdk/cbor/value.js";
import type { KeyAttributes, KeyId } from "../../sdk/contracts/crypto.js";
import { CoseAlgorithm } from "../../sdk/cose/algorithms.js";
import { createSign1, sigStructure, verifySign1 } from "../../sdk/cose/sign1.js";
import { liveHeap, pattern, time } from "./time.js";

const ALG = "DETERMINISTIC_ECDSA_SHA_256";
const PAIR: KeyAttributes = {
  type: "ECC_KEY_PAIR_SECP_R1",
  bits: 256,
  usage: ["signMessage", "verifyMessage"],
  alg: ALG,
};
const MESSAGE_BYTES = 400;
const PROTECTED = Uint8Array.of(0xa1, 0x01, 0x26);

export interface CosePlan {
  readonly repeats: number;
  /** A PSA token (RFC 9783), hexadecimal; undefined: there is none here. */
  readonly token?: string;
}

function makeMessage(key: KeyId): Uint8Array {
  const options = { algorithm: CoseAlgorithm.ES256, kid: Uint8Array.of(0x31, 0x31) };
  const overhead = createSign1(crypto, key, { ...options, payload: pattern(300, 1) }).length - 300;
  const message = createSign1(crypto, key, { ...options, payload: pattern(MESSAGE_BYTES - overhead, 1) });
  if (message.length !== MESSAGE_BYTES) throw new Error(`the message has ${message.length} bytes`);
  return message;
}

/** Both layers: the message, and the claims in its payload. */
function decodeToken(token: Uint8Array): void {
  const { value } = decodeCbor(token, { form: "anyOrder" }) as CborTag;
  decodeCbor((value as readonly CborValue[])[2] as Uint8Array, { form: "anyOrder" });
}

/** What a verify holds when it asks for the signature check: the most, as what parsing made is all there. */
function heapAtCheck(key: KeyId, message: Uint8Array): number {
  let atCheck = 0;
  const before = liveHeap();
  const measured = {
    verifyMessage(...check: Parameters<typeof crypto.verifyMessage>): void {
      atCheck = liveHeap();
      crypto.verifyMessage(...check);
    },
  };
  verifySign1(measured, key, message);
  return atCheck - before;
}

/** What an operation takes of the heap: the most, as of one with a collection in it some is given back. */
function heapTaken(repeats: number, operation: () => void): number {
  let most = 0;
  for (let i = 0; i < repeats; i++) {
    const before = heapUsed();
    operation();
    most = Math.max(most, heapUsed() - before);
  }
  return most;
}

export function run({ repeats, token }: CosePlan): void {
  const key = crypto.importKey(PAIR, pattern(32, 11));
  const message = makeMessage(key);
  const { payload } = verifySign1(crypto, key, message);
  const signed = sigStructure(PROTECTED, new Uint8Array(0), payload);
  const signature = message.subarray(-64);
  time("cose", "check", repeats, () => crypto.verifyMessage(key, ALG, signed, signature));
  time("cose", "sign1-verify", repeats, () => verifySign1(crypto, key, message));
  trace(`bench cose sign1-heap ${heapAtCheck(key, message)}\n`);
  if (token === undefined) return;
  const bytes = decodeHex(token);
  time("cose", "token-decode", repeats, () => decodeToken(bytes));
  trace(`bench cose token-heap ${heapTaken(repeats, () => decodeToken(bytes))}\n`);
}
