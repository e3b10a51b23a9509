// SPDX-License-Identifier: Apache-2.0
/** A device with a store: its flash, counter, key and power, and what it has encrypted in its life. */
import type { Flash } from "embedded:storage/flash";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import type { Freshness } from "../../sdk/contracts/counter.js";
import type { Crypto, KeyId } from "../../sdk/contracts/crypto.js";
import type { EntryLog } from "../../sdk/storage/entries.js";
import { type CounterCopy, CounterModel } from "./counter-model.js";
import { type FlashCopy, FlashModel } from "./flash-model.js";
import type { Layout } from "./layouts.js";
import { Nonces, recordNonces } from "./nonce-recorder.js";
import { type Operation, Power } from "./power.js";
import { Random } from "./random.js";
import type { WornBlocks } from "./worn-blocks.js";

/** What a log is mounted with after a start. */
export interface Start {
  readonly flash: Flash;
  readonly crypto: Crypto;
  readonly key: KeyId;
  readonly freshness: Freshness | undefined;
}

/** Makes a log of what lies there: the sealed log, or one that a test knows to be wrong. */
export type Mount = (start: Start) => EntryLog;

export interface DeviceCopy {
  readonly flash: FlashCopy;
  readonly counter: CounterCopy;
  readonly random: number;
}

const KEY_BYTES = Uint8Array.from({ length: 32 }, (_, i) => i + 1);

export class Device {
  readonly layout: Layout;
  readonly power = new Power();
  readonly flash: FlashModel;
  readonly counter: CounterModel;
  #nonces = new Nonces();
  #random: Random;
  #liveKeys: () => number = () => 0;

  constructor(layout: Layout, seed: number, worn?: WornBlocks) {
    this.layout = layout;
    this.flash = new FlashModel(layout, this.power, worn);
    this.counter = new CounterModel(this.power);
    this.#random = new Random(seed);
  }

  get nonces(): Nonces {
    return this.#nonces;
  }

  /** Keys of this start that nobody has destroyed; the store's own is one. */
  get liveKeys(): number {
    return this.#liveKeys();
  }

  /** Goes off, if it is not, and on again: handles of all kinds are new. */
  start(): Start {
    this.power.restart();
    const { crypto, liveKeys } = recordNonces(createNodeCrypto(), this.#nonces, this.#random);
    this.#liveKeys = liveKeys;
    const key = crypto.importKey(
      { type: "DERIVE", bits: 256, usage: ["derive"], alg: "HKDF_EXPAND_SHA_256" },
      KEY_BYTES,
    );
    const { every } = this.layout;
    const freshness = every === 0 ? undefined : { counter: this.counter.open(), every, wipeEpoch: 0 };
    return { flash: this.flash.open(), crypto, key, freshness };
  }

  copy(): DeviceCopy {
    return { flash: this.flash.copy(), counter: this.counter.copy(), random: this.#random.state };
  }

  /** Another life from that copy on: what was encrypted up to `nonces` counts, later encryptions are forgotten. */
  restore(copy: DeviceCopy, nonces: Nonces): void {
    this.flash.restore(copy.flash);
    this.flash.misuses.length = 0;
    this.counter.restore(copy.counter);
    this.#random = new Random(copy.random);
    this.#nonces = new Nonces(nonces);
  }

  /** What is random from now on. */
  reseed(seed: number): void {
    this.#random = new Random(seed);
  }

  /** An operation that a log was seen to do, done again; with a cut that was planned, as far as that. */
  repeat({ kind, address, data }: Operation): void {
    if (kind === "counter") this.counter.open().raise(address);
    else if (data !== undefined) this.flash.open().write(data, address);
    else this.flash.open().eraseBlock(address / this.layout.blockLength);
  }

  /** What the log has done that it may never do. */
  get faults(): readonly string[] {
    const repeats = this.#nonces.repeats.map((pair) => `a key and nonce were used twice: ${pair}`);
    return [...this.flash.misuses, ...repeats];
  }
}
