// SPDX-License-Identifier: Apache-2.0
/**
 * The log that the store's wear is held against: a circle of blocks with nothing in them but records, no headers, no
 * checkpoints, nothing ever lost to a block's end. It cleans as the store does, oldest block first: what is alive there goes
 * to the log's end, and one block stays free to do so. A simulation of counts; it stores nothing.
 */
export class IdealLog {
  readonly #perBlock: number;
  /** By key: where its record lies, in records since the first. */
  readonly #places: Float64Array;
  /** By place in the circle: the key whose record was written there; -1: none. */
  readonly #keys: Int32Array;
  #next = 0;
  /** The first record of the oldest block that is still kept. */
  #oldest = 0;
  /** Records written, those that were moved among them. */
  written = 0;
  erases = 0;

  /** @param recordBytes - of each record, all of it. @param keys - how many there are. */
  constructor(blocks: number, blockLength: number, recordBytes: number, keys: number) {
    this.#perBlock = Math.floor(blockLength / recordBytes);
    if (keys > (blocks - 2) * this.#perBlock) throw new RangeError(`${keys} records have no room in ${blocks} blocks`);
    this.#places = new Float64Array(keys).fill(-1);
    this.#keys = new Int32Array(blocks * this.#perBlock).fill(-1);
  }

  update(key: number): void {
    this.#append(key);
    while (this.#free < this.#perBlock) this.#clean();
  }

  /** Records that have room in the blocks beyond the one that is being written. */
  get #free(): number {
    const end = Math.ceil(this.#next / this.#perBlock) * this.#perBlock;
    return this.#oldest + this.#keys.length - end;
  }

  #append(key: number): void {
    if (this.#next % this.#perBlock === 0) this.erases++;
    this.#places[key] = this.#next;
    this.#keys[this.#next % this.#keys.length] = key;
    this.#next++;
    this.written++;
  }

  #clean(): void {
    const from = this.#oldest;
    this.#oldest += this.#perBlock;
    for (let place = from; place < this.#oldest; place++) {
      const key = this.#keys[place % this.#keys.length] as number;
      if (this.#places[key] === place) this.#append(key);
    }
  }
}
