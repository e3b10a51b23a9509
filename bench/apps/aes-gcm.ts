// SPDX-License-Identifier: Apache-2.0
/** Runs on the board: AES-128-GCM of 16 KB. */
import { gcm } from "@noble/ciphers/aes.js";
import { crypto } from "../../devices/psa/crypto.js";
import type { KeyAttributes } from "../../sdk/contracts/crypto.js";
import { pattern, type Repeats, requireSame, time } from "./time.js";

const attributes: KeyAttributes = { type: "AES", bits: 128, usage: ["encrypt"], alg: "GCM" };

export function run(repeats: Repeats): void {
  const data = pattern(16 * 1024, 7);
  const key = pattern(16, 1);
  const nonce = pattern(12, 5);
  const none = new Uint8Array(0);
  const handle = crypto.importKey(attributes, key);
  let native: Uint8Array = none;
  let noble: Uint8Array = none;
  time("native", "aes-128-gcm-16k", repeats.native, () => {
    native = crypto.aeadEncrypt(handle, "GCM", nonce, none, data);
  });
  time("noble", "aes-128-gcm-16k", repeats.noble, () => {
    noble = gcm(key, nonce).encrypt(data);
  });
  requireSame(native, noble);
}
