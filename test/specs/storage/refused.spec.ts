// SPDX-License-Identifier: Apache-2.0
import type { Freshness } from "../../../sdk/contracts/counter.js";
import type { KeyId } from "../../../sdk/contracts/crypto.js";
import type { Flash } from "../../../sdk/contracts/flash.js";
import { ProtocolError } from "../../../sdk/errors/security-error.js";
import { mountSealedStore, type SealedStore } from "../../../sdk/storage/sealed-store.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { afterEach, beforeEach, describe, it } from "../../harness/spec.js";
import { RamFlash } from "../../storage/ram-flash.js";
import { thrownBy } from "../thrown.js";

let flash = new RamFlash();
let keys: KeyId[] = [];
let value = 0;
let isBroken = false;

/** A counter that rises at each commit. */
const freshness: Freshness = {
  every: 1,
  wipeEpoch: 0,
  counter: {
    read: () => value,
    raise: (next) => {
      if (isBroken) throw new ProtocolError("STORAGE_COUNTER", "it does not answer");
      value = next;
    },
  },
};

function newKey(): KeyId {
  const key = crypto.generateKey({ type: "DERIVE", bits: 256, usage: ["derive"], alg: "HKDF_EXPAND_SHA_256" });
  keys.push(key);
  return key;
}

/** Mounts, does something and closes. */
function within(action: (store: SealedStore) => void = () => undefined, name = "test", key = keys[0] as KeyId): void {
  const store = mountSealedStore({ flash, crypto, key, name, freshness });
  try {
    action(store);
  } finally {
    store.close();
  }
}

const write = (store: SealedStore) => store.open({ path: "p", format: "uint8" }).write("n", 1);

describe("what a sealed partition refuses", () => {
  beforeEach(() => {
    flash = new RamFlash();
    value = 0;
    isBroken = false;
    newKey();
    within(write);
  });

  afterEach(() => {
    for (const key of keys) crypto.destroyKey(key);
    keys = [];
  });

  it("STORAGE_FOREIGN: another device's key, another partition's name", () => {
    assert.strictEqual(
      thrownBy(() => within(undefined, "other")),
      "STORAGE_FOREIGN",
    );
    assert.strictEqual(
      thrownBy(() => within(undefined, "test", newKey())),
      "STORAGE_FOREIGN",
    );
    within();
  });

  it("STORAGE_GEOMETRY: a flash that the format does not fit", () => {
    const odd: Flash = {
      read: (length, offset) => flash.read(length, offset),
      write: (bytes, offset) => flash.write(bytes, offset),
      eraseBlock: (block) => flash.eraseBlock(block),
      status: () => ({ ...flash.status(), blocks: 3 }),
    };
    const key = keys[0] as KeyId;
    assert.strictEqual(
      thrownBy(() => mountSealedStore({ flash: odd, crypto, key, name: "test" })),
      "STORAGE_GEOMETRY",
    );
  });

  it("STORAGE_ROLLED_BACK: an older copy of the whole flash, or an empty one", () => {
    const older = flash.bytes.slice();
    within(write);
    within();
    flash.bytes = older;
    assert.strictEqual(
      thrownBy(() => within()),
      "STORAGE_ROLLED_BACK",
    );
    flash.bytes = new Uint8Array(older.length).fill(0xff);
    assert.strictEqual(
      thrownBy(() => within()),
      "STORAGE_ROLLED_BACK",
    );
  });

  it("STORAGE_DAMAGED: a bit of a record", () => {
    within(write);
    const end = flash.bytes.findIndex((_, i) => flash.bytes.subarray(i, i + 64).every((byte) => byte === 0xff));
    flash.bytes[end - 20] = (flash.bytes[end - 20] as number) ^ 1;
    assert.isTrue(thrownBy(() => within()).startsWith("STORAGE_DAMAGED"));
  });

  it("STORAGE_COUNTER: one that does not answer; then STORAGE_STOPPED until it is mounted again", () => {
    within((store) => {
      isBroken = true;
      assert.strictEqual(
        thrownBy(() => write(store)),
        "STORAGE_COUNTER",
      );
    });
    isBroken = false;
    within((store) => {
      write(store);
      isBroken = true;
      assert.strictEqual(
        thrownBy(() => write(store)),
        "STORAGE_COUNTER",
      );
      isBroken = false;
      assert.strictEqual(
        thrownBy(() => write(store)),
        "STORAGE_STOPPED",
      );
    });
    within(write);
  });

  it("STORAGE_WORN: a flash that takes nothing any more, which can still be read", () => {
    flash.isWorn = true;
    within((store) =>
      assert.strictEqual(
        thrownBy(() => write(store)),
        "STORAGE_WORN",
      ),
    );
    within((store) => assert.strictEqual(store.open({ path: "p", format: "uint8" }).read("n"), 1));
  });
});
