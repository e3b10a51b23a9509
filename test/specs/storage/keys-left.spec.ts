// SPDX-License-Identifier: Apache-2.0
/** What is made of the sealing key is destroyed, also when a mount or a recovery fails: key slots are few. */
import type { Crypto } from "../../../sdk/contracts/crypto.js";
import type { LogOptions } from "../../../sdk/storage/log-parts.js";
import { recoverLog } from "../../../sdk/storage/recover.js";
import { mountLog } from "../../../sdk/storage/sealed-log.js";
import { mountSealedStore, recoverSealedStore } from "../../../sdk/storage/sealed-store.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { afterEach, beforeEach, describe, it } from "../../harness/spec.js";
import { detailOf } from "../thrown.js";
import { LogDevice, pattern, put } from "./log-device.js";

describe("keys of a sealed log", () => {
  let device: LogDevice;
  let left: Set<unknown>;
  beforeEach(() => {
    device = new LogDevice();
    left = new Set();
  });
  afterEach(() => device.end());

  /** The machine's crypto, of which the derived keys are counted. */
  function counted(): LogOptions {
    const counting: Partial<Crypto> = {
      hkdfExpand: (...args) => {
        const key = crypto.hkdfExpand(...args);
        left.add(key);
        return key;
      },
      destroyKey: (key) => {
        crypto.destroyKey(key);
        left.delete(key);
      },
      generateRandom: (length) => crypto.generateRandom(length),
      macCompute: (...args) => crypto.macCompute(...args),
      macVerify: (...args) => crypto.macVerify(...args),
      aeadEncrypt: (...args) => crypto.aeadEncrypt(...args),
      aeadDecrypt: (...args) => crypto.aeadDecrypt(...args),
    };
    return { ...device.options(), crypto: counting as Crypto };
  }

  function flip(at: number): void {
    device.flash.patch(at, (device.flash.copy().bytes[at] as number) ^ 1);
  }

  it("are destroyed when it is closed", () => {
    const log = mountLog(counted());
    log.commit([put("a", "1")]);
    assert.isAbove(left.size, 1);
    log.close();
    assert.strictEqual(left.size, 0);
  });

  it("are destroyed when what lies there is refused, or its directory is", () => {
    const first = device.mount();
    for (const name of ["a", "b", "c"]) first.commit([put(name, pattern(30))]);
    first.commit([put("no path", pattern(3), 0)]);
    assert.strictEqual(
      detailOf(() => mountSealedStore(counted())),
      "STORAGE_DAMAGED",
    );
    assert.strictEqual(left.size, 0);
    flip(64 + 10);
    assert.strictEqual(
      detailOf(() => mountLog(counted())),
      "STORAGE_DAMAGED",
    );
    assert.strictEqual(left.size, 0);
    device.secret = 8;
    for (const mount of [mountLog, recoverLog]) {
      assert.strictEqual(
        detailOf(() => mount(counted())),
        "STORAGE_FOREIGN",
      );
      assert.strictEqual(left.size, 0);
    }
  });

  it("are destroyed when a recovery fails, and with what it recovers", () => {
    const first = device.mount();
    for (const name of ["a", "b", "c"]) first.commit([put(name, pattern(30))]);
    flip(64 + 10);
    const options = counted();
    device.power.plan({ operation: 1, bytes: 8, tear: "garbage", seed: 1 });
    assert.notStrictEqual(
      detailOf(() => recoverSealedStore(options)),
      "nothing",
    );
    assert.strictEqual(left.size, 0);
    const { store } = recoverSealedStore(counted());
    assert.isAbove(left.size, 0);
    store.close();
    assert.strictEqual(left.size, 0);
  });
});
