// SPDX-License-Identifier: Apache-2.0
/** The machine that a portable spec runs on. Here: Node, with the crypto back-end that THIMBLE_CRYPTO names. */
import { randomBytes } from "node:crypto";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import type { Crypto } from "../../sdk/contracts/crypto.js";
import type { StoredKey } from "../../sdk/crypto/key-table.js";
import { createNobleCrypto } from "../../sdk/crypto/noble.js";

const store = new Map<number, StoredKey>();

/** The back-end under test, with room for persistent keys. */
export const crypto: Crypto =
  process.env.THIMBLE_CRYPTO === "noble"
    ? createNobleCrypto({ random: (length) => randomBytes(length), store })
    : createNodeCrypto({ store });
