// SPDX-License-Identifier: Apache-2.0
/** A flash with a partition, and blocks in it that are written by the page's words. Portable; inside tests and hooks only. */
import type { KeyId } from "../../../sdk/contracts/crypto.js";
import { FlashArea } from "../../../sdk/storage/flash-area.js";
import { Seals } from "../../../sdk/storage/seals.js";
import { crypto } from "../../harness/machine.js";
import { FlashModel, type FlashShape } from "../../storage/flash-model.js";
import { Power } from "../../storage/power.js";
import type { WornBlocks } from "../../storage/worn-blocks.js";
import { type HeaderFields, Page, SEALING_KEY } from "./by-the-page.js";

const SHAPE: FlashShape = Object.freeze({ blockLength: 1024, blocks: 16, writeAlign: 4, eraseValue: 0xff });

export class Bench {
  readonly shape: FlashShape;
  readonly page: Page;
  readonly power = new Power();
  readonly flash: FlashModel;
  readonly area: FlashArea;
  readonly seals: Seals;
  readonly #key: KeyId;

  constructor(shape: Partial<FlashShape> = {}, name = "p", worn?: WornBlocks) {
    this.shape = { ...SHAPE, ...shape };
    this.page = new Page(this.shape, name);
    this.flash = new FlashModel(this.shape, this.power, worn);
    this.area = new FlashArea(this.flash.open());
    this.#key = crypto.importKey(
      { type: "DERIVE", bits: 256, usage: ["derive"], alg: "HKDF_EXPAND_SHA_256" },
      Uint8Array.from(SEALING_KEY),
    );
    this.seals = new Seals(crypto, this.#key, name, this.area.geometry);
  }

  /** Gives its keys back: a board has few slots. */
  close(): void {
    this.seals.close();
    crypto.destroyKey(this.#key);
  }

  /** Puts bytes in a block, whatever was there. */
  put(number: number, offset: number, bytes: Uint8Array): void {
    const start = (number % this.shape.blocks) * this.shape.blockLength + offset;
    bytes.forEach((byte, i) => {
      this.flash.patch(start + i, byte);
    });
  }

  /** Changes one bit of a block. */
  flip(number: number, offset: number, bit = 0): void {
    const [byte] = this.area.read(number, offset, 1);
    this.put(number, offset, Uint8Array.of((byte as number) ^ (1 << bit)));
  }
}

/** Writes headers and records of a block one after the other. */
export class BlockPen {
  readonly #bench: Bench;
  readonly #number: number;
  #salt: HeaderFields["salt"];
  #header = 0;
  /** The tag of what was written last. */
  tag = new Uint8Array(16);
  offset = 0;

  constructor(bench: Bench, number: number, fields: Omit<HeaderFields, "number"> = {}) {
    this.#bench = bench;
    this.#number = number;
    this.header(fields);
  }

  header(fields: Omit<HeaderFields, "number"> = {}): void {
    const { offset } = this;
    this.#salt = fields.salt;
    this.#header = offset;
    this.#write(this.#bench.page.header({ link: this.tag, ...fields, number: this.#number }, offset));
  }

  /** @returns Its place. */
  record(flags: number, content: Uint8Array) {
    const { offset, tag: previous } = this;
    const place = { number: this.#number, offset };
    const salt = this.#salt === undefined ? {} : { salt: this.#salt };
    this.#write(this.#bench.page.record({ ...place, header: this.#header, ...salt, previous, flags, content }));
    return { ...place, tag: this.tag };
  }

  #write(bytes: Uint8Array): void {
    this.#bench.put(this.#number, this.offset, bytes);
    this.offset += bytes.length;
    this.tag = bytes.slice(bytes.length - 16);
  }
}
