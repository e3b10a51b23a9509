// SPDX-License-Identifier: Apache-2.0
import type { Crypto, KeyId } from "../../../sdk/contracts/crypto.js";
import { SecurityError } from "../../../sdk/errors/security-error.js";
import { geometryOf } from "../../../sdk/storage/geometry.js";
import { Seals } from "../../../sdk/storage/seals.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { afterEach, beforeEach, describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { ascii, SEALING_KEY } from "./by-the-page.js";

const GEOMETRY = geometryOf({ size: 16 * 1024, blockLength: 1024, blocks: 16, writeAlign: 4, eraseValue: 0xff });
const salt = (first: number) => Uint8Array.from({ length: 16 }, (_, i) => (i === 0 ? first : 7));
const NONE = new Uint8Array(0);

describe("the keys of a sealed log", () => {
  let key: KeyId;
  /** What was asked of the machine's crypto. */
  let made: KeyId[];
  let destroyed: KeyId[];
  let fault: Error | undefined;

  beforeEach(() => {
    made = [];
    destroyed = [];
    fault = undefined;
    const attributes = { type: "DERIVE", bits: 256, usage: ["derive"], alg: "HKDF_EXPAND_SHA_256" } as const;
    key = crypto.importKey(attributes, Uint8Array.from(SEALING_KEY));
  });
  afterEach(() => crypto.destroyKey(key));

  /** The machine's own crypto, watched; with `fault` its verifying calls fail. */
  function watched(): Crypto {
    const failing = () => {
      if (fault !== undefined) throw fault;
    };
    return {
      generateRandom: (length) => crypto.generateRandom(length),
      hkdfExpand: (prk, info, attributes) => {
        const id = crypto.hkdfExpand(prk, info, attributes);
        made.push(id);
        return id;
      },
      destroyKey: (id) => {
        crypto.destroyKey(id);
        destroyed.push(id);
      },
      macCompute: (...args) => crypto.macCompute(...args),
      macVerify: (...args) => {
        failing();
        crypto.macVerify(...args);
      },
      aeadEncrypt: (...args) => crypto.aeadEncrypt(...args),
      aeadDecrypt: (...args) => {
        failing();
        return crypto.aeadDecrypt(...args);
      },
    } as Partial<Crypto> as Crypto;
  }

  const seals = () => new Seals(watched(), key, "p", GEOMETRY);

  it("keep four epochs, the latest used, and make the others again", () => {
    const one = seals();
    const use = (first: number) => one.seal(salt(first), 1, 64, NONE, ascii("x"));
    const before = use(1);
    for (const first of [2, 3, 4, 1, 4, 3]) use(first);
    assert.deepEqual([made.length, destroyed.length], [5, 0]);
    use(5); // the one that was used longest ago is 2
    assert.deepEqual(destroyed, [made[2] as KeyId]);
    for (const first of [1, 3, 4, 5]) use(first);
    assert.deepEqual([made.length, destroyed.length], [6, 1]);
    use(2);
    assert.deepEqual(destroyed.slice(1), [made[1] as KeyId]);
    assert.deepEqual([...use(1)], [...before]);
    assert.deepEqual([made.length, destroyed.length], [8, 3]);
    one.close();
  });

  it("tell salts apart by each byte", () => {
    const one = seals();
    const sealed = one.seal(salt(1), 1, 64, NONE, ascii("x"));
    for (let i = 0; i < 16; i++) {
      const other = salt(1);
      other[i] = 99;
      assert.isUndefined(one.open(other, 1, 64, NONE, sealed), `byte ${i}`);
    }
    assert.deepEqual(one.open(salt(1), 1, 64, NONE, sealed), ascii("x"));
    assert.isUndefined(one.open(salt(1).slice(0, 15), 1, 64, NONE, sealed));
    one.close();
  });

  it("are destroyed by close, all but the sealing key; an epoch may come again afterwards", () => {
    const one = seals();
    for (const first of [1, 2, 3]) one.seal(salt(first), 1, 64, NONE, ascii("x"));
    one.close();
    assert.deepEqual([...destroyed].sort(), [...made].sort());
    assert.strictEqual(made.length, 4);
    one.seal(salt(1), 1, 64, NONE, ascii("x"));
    assert.strictEqual(made.length, 5);
    crypto.destroyKey(made[4] as KeyId);
  });

  it("open nothing that is no longer than a tag", () => {
    const one = seals();
    const empty = one.seal(salt(1), 1, 64, NONE, NONE);
    assert.strictEqual(empty.length, 16);
    assert.isUndefined(one.open(salt(1), 1, 64, NONE, empty));
    assert.isUndefined(one.open(salt(1), 1, 64, NONE, NONE));
    const shortest = one.seal(salt(1), 1, 64, NONE, ascii("x"));
    assert.deepEqual(one.open(salt(1), 1, 64, NONE, shortest), ascii("x"));
    one.close();
  });

  it("do not take a machine that fails for bytes that do not verify", () => {
    const one = seals();
    const tag = one.headerTag(ascii("fields"));
    const sealed = one.seal(salt(1), 1, 64, NONE, ascii("x"));
    assert.deepEqual([one.isHeaderTag(ascii("fields"), tag), one.isHeaderTag(ascii("other"), tag)], [true, false]);
    for (const [error, name] of [
      [new SecurityError("PSA_ERROR_HARDWARE_FAILURE", "for a test"), "PSA_ERROR_HARDWARE_FAILURE"],
      [new TypeError("for a test"), "TypeError"],
      [Object.assign(new Error("for a test"), { code: "PSA_ERROR_INVALID_SIGNATURE" }), "Error"],
    ] as const) {
      fault = error;
      assert.strictEqual(
        thrownBy(() => one.isHeaderTag(ascii("fields"), tag)),
        name,
      );
      assert.strictEqual(
        thrownBy(() => one.open(salt(1), 1, 64, NONE, sealed)),
        name,
      );
    }
    one.close();
  });

  it("make a salt of 16 random bytes", () => {
    const one = seals();
    const [a, b] = [one.newSalt(), one.newSalt()];
    assert.deepEqual([a.length, b.length], [16, 16]);
    assert.isTrue(a.some((byte, i) => byte !== b[i]));
    one.close();
  });
});
