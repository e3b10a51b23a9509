// SPDX-License-Identifier: Apache-2.0
/** A stand-in for the crypto contract that finds everything right and notes what it was asked: for what is refused before. */
import type { Crypto, KeyAttributes, KeyId } from "../../../sdk/contracts/crypto.js";
import { decryptEncrypt } from "../../../sdk/cose/encrypt.js";
import { verifyMac } from "../../../sdk/cose/mac.js";
import type { Which } from "../../../sdk/cose/recipient.js";
import { verifySign } from "../../../sdk/cose/sign.js";
import { assert } from "../../harness/assert.js";
import { thrownBy } from "../thrown.js";

const KEY = 1 as KeyId;
/** Of every key: what COSE_Encrypt and AES Key Wrap with 128 bits ask for. */
const ATTRIBUTES: KeyAttributes = { type: "AES", bits: 128, usage: [], alg: "KW" };

type Asked = Pick<Crypto, "verifyMessage" | "macVerify" | "aeadDecrypt" | "unwrapKey" | "keyAgreement"> &
  Pick<Crypto, "hkdfExtract" | "hkdfExpand" | "destroyKey" | "getKeyAttributes">;

function trusting(asked: string[]): Asked {
  const grant =
    <Result>(name: string, result: Result) =>
    () => {
      asked.push(name);
      return result;
    };
  return {
    verifyMessage: grant("verify", undefined),
    macVerify: grant("verify", undefined),
    aeadDecrypt: grant("decrypt", new Uint8Array(1)),
    unwrapKey: grant("unwrap", KEY),
    keyAgreement: grant("agree", KEY),
    hkdfExtract: grant("extract", KEY),
    hkdfExpand: grant("expand", KEY),
    destroyKey: () => undefined,
    getKeyAttributes: () => ATTRIBUTES,
  };
}

export type Kind = "Sign" | "Mac" | "Encrypt";

/** @returns What reading the message throws, without the offset, and what crypto was asked: "nothing verify". */
export function outcome(kind: Kind, message: Uint8Array, which?: Which): string {
  const asked: string[] = [];
  const crypto = trusting(asked);
  const chosen = which === undefined ? {} : { which };
  const thrown = thrownBy(() => {
    if (kind === "Sign") verifySign(crypto, KEY, message, chosen);
    else if (kind === "Mac") verifyMac(crypto, { key: KEY, ...chosen }, message);
    else decryptEncrypt(crypto, { key: KEY, ...chosen }, message);
  });
  return `${thrown.replace(/@.*/, "")} ${asked.join()}`.trim();
}

/** Refused with this code before any crypto was asked. */
export function refused(kind: Kind, message: Uint8Array, code: string, label: string): void {
  assert.strictEqual(outcome(kind, message), code, label);
}
