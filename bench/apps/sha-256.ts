// SPDX-License-Identifier: Apache-2.0
/** Runs on the board: SHA-256 of 16 KB. */
import { sha256 } from "@noble/hashes/sha2.js";
import { crypto } from "../../devices/psa/crypto.js";
import { pattern, type Repeats, requireSame, time } from "./time.js";

export function run(repeats: Repeats): void {
  const data = pattern(16 * 1024, 7);
  time("native", "sha-256-16k", repeats.native, () => crypto.hashCompute("SHA_256", data));
  time("noble", "sha-256-16k", repeats.noble, () => sha256(data));
  requireSame(crypto.hashCompute("SHA_256", data), sha256(data));
}
