// SPDX-License-Identifier: Apache-2.0
/** The device that is attacked: its flash and counter, what it wrote in its life, and what it held after each commit. */
import { createNodeCrypto } from "../../devices/node/crypto.js";
import type { Crypto } from "../../sdk/contracts/crypto.js";
import type { Flash } from "../../sdk/contracts/flash.js";
import type { LogOptions } from "../../sdk/storage/log-parts.js";
import type { Contents } from "./contents.js";
import { CounterModel } from "./counter-model.js";
import { type FlashCopy, FlashModel, type FlashShape } from "./flash-model.js";
import { Nonces, recordNonces } from "./nonce-recorder.js";
import { Power } from "./power.js";
import { Random } from "./random.js";

/** A kind of device. */
export interface Board {
  readonly shape: FlashShape;
  /** As `Freshness.every`; 0: without a counter. */
  readonly every: number;
  /** Of the partition. */
  readonly name: string;
  /** Its sealing key is made of this. */
  readonly keyByte: number;
}

/** What a device was after a commit. */
export interface Moment {
  readonly flash: FlashCopy;
  readonly counter: number;
  readonly contents: Contents;
  /** Since it was new. */
  readonly commits: number;
  /** The power went while a commit was being written. */
  readonly isCut: boolean;
}

/** Thrown when a log asks the flash for more than any log needs. */
class Endless extends Error {
  override readonly name = "Endless";
}
/** Operations from a start on; a mount and all reads need a tenth. */
const OPERATIONS_MAX = 100_000;

export class AttackedDevice {
  readonly board: Board;
  readonly power = new Power();
  readonly flash: FlashModel;
  readonly counter: CounterModel;
  /** All that it has ever encrypted, whatever flash was put back. */
  readonly nonces = new Nonces();
  readonly #random: Random;

  readonly #makeCrypto: () => Crypto;

  constructor(board: Board, seed: number, makeCrypto: () => Crypto = createNodeCrypto) {
    this.board = board;
    this.#makeCrypto = makeCrypto;
    this.flash = new FlashModel(board.shape, this.power);
    this.counter = new CounterModel(this.power);
    this.#random = new Random(seed);
  }

  /** On again, with what is in the flash now. */
  start(): LogOptions {
    this.power.restart();
    const { crypto } = recordNonces(this.#makeCrypto(), this.nonces, this.#random);
    const attributes = { type: "DERIVE", bits: 256, usage: ["derive"], alg: "HKDF_EXPAND_SHA_256" } as const;
    const key = crypto.importKey(attributes, new Uint8Array(32).fill(this.board.keyByte));
    const { every, name } = this.board;
    const freshness = every === 0 ? {} : { freshness: { counter: this.counter.open(), every, wipeEpoch: 0 } };
    return { flash: bounded(this.flash.open()), crypto, key, name, ...freshness };
  }

  moment(contents: Contents, commits: number, isCut = false): Moment {
    return { flash: this.flash.copy(), counter: this.counter.copy().value, contents, commits, isCut };
  }

  /** As it was, the counter too: a life that goes on from there is another timeline. */
  restore({ flash, counter }: Moment): void {
    this.flash.restore(flash);
    this.setCounter(counter);
  }

  setCounter(value: number): void {
    this.counter.restore({ value, begun: undefined });
  }
}

function bounded(flash: Flash): Flash {
  let operations = 0;
  const count = () => {
    if (++operations > OPERATIONS_MAX) throw new Endless(`${operations} operations of the flash`);
  };
  return {
    status: () => flash.status(),
    read: (length, offset) => {
      count();
      return flash.read(length, offset);
    },
    write: (bytes, offset) => {
      count();
      flash.write(bytes, offset);
    },
    eraseBlock: (block) => {
      count();
      flash.eraseBlock(block);
    },
  };
}
