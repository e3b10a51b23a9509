// SPDX-License-Identifier: Apache-2.0
/** What a software back-end makes of HMAC and AES-CBC-MAC: tags, and the output of HKDF-Expand. */
import { concatBytes } from "../bytes/bytes.js";
import type { HkdfExpandAlg, MacAlg } from "../contracts/crypto.js";
import { SecurityError } from "../errors/security-error.js";
import { hashBytes, hashOf, isCbcMac, limits, macBytes } from "./arguments.js";
import type { Primitives } from "./primitives.js";

type Macs = Pick<Primitives, "hmac" | "cbcMac">;

const BLOCK = 16;

/** Over whole blocks, one at least: the message and zeros. */
function cbcMac(macs: Macs, key: Uint8Array, message: Uint8Array): Uint8Array {
  const blocks = new Uint8Array(Math.max(1, Math.ceil(message.length / BLOCK)) * BLOCK);
  blocks.set(message);
  return macs.cbcMac(key, blocks);
}

export function macTag(macs: Macs, alg: MacAlg, key: Uint8Array, message: Uint8Array): Uint8Array {
  const tag = isCbcMac(alg) ? cbcMac(macs, key, message) : macs.hmac(hashOf(alg), key, message);
  return tag.slice(0, macBytes(alg));
}

/**
 * RFC 5869 §2.3: T(i) = HMAC(PRK, T(i-1) ‖ info ‖ i); RFC 9053 §5.1: or AES-CBC-MAC.
 * @throws SecurityError PSA_ERROR_INVALID_ARGUMENT - a PRK of another length than the hash, or more bytes than there are.
 */
export function expand(macs: Macs, alg: HkdfExpandAlg, prk: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  const hash = alg === "HKDF_EXPAND_AES_CBC_MAC" ? undefined : hashOf(alg);
  const size = hash ? hashBytes(hash) : BLOCK;
  if ((hash && prk.length !== size) || length > (hash ? 255 * size : limits.aesExpandBytes)) {
    throw new SecurityError("PSA_ERROR_INVALID_ARGUMENT", `${alg} of ${prk.length} bytes does not give ${length}`);
  }
  const output = new Uint8Array(length);
  let block: Uint8Array = new Uint8Array(0);
  for (let done = 0, index = 1; done < length; done += size, index++) {
    const input = concatBytes(block, info, Uint8Array.of(index));
    block = hash ? macs.hmac(hash, prk, input) : cbcMac(macs, prk, input);
    output.set(block.subarray(0, Math.min(size, length - done)), done);
  }
  return output;
}
