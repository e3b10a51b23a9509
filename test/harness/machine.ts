// SPDX-License-Identifier: Apache-2.0
/**
 * The machine that a portable spec runs on. Here: Node, with the crypto back-end that the harness chose before the test
 * (or, when mocha runs a spec directly, the one that THIMBLE_CRYPTO names). On a board board/machine.ts takes its place.
 */
import { randomBytes } from "node:crypto";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import type { Crypto } from "../../sdk/contracts/crypto.js";
import type { StoredKey } from "../../sdk/crypto/key-table.js";
import { createNobleCrypto } from "../../sdk/crypto/noble.js";

export type BackEnd = "node" | "noble";

/** While specs are collected no machine is known: a spec uses crypto inside its tests and hooks only. */
const none = new Proxy({} as Crypto, {
  get(_target, name) {
    throw new Error(`crypto.${String(name)} is used while the spec loads: use it inside tests and hooks`);
  },
});

/** A back-end with an empty store for persistent keys: a new device. */
function create(backEnd: BackEnd): Crypto {
  const store = new Map<number, StoredKey>();
  return backEnd === "noble"
    ? createNobleCrypto({ random: (length) => randomBytes(length), store })
    : createNodeCrypto({ store });
}

/** The back-end under test, with room for persistent keys. Specs see the present one: an import is a live binding. */
export let crypto: Crypto = create(process.env.THIMBLE_CRYPTO === "noble" ? "noble" : "node");

/** For the harness. */
export function useBackEnd(backEnd: BackEnd | "none"): void {
  crypto = backEnd === "none" ? none : create(backEnd);
}
