// SPDX-License-Identifier: Apache-2.0
/**
 * Messages of any size as datagrams. Each begins with a header: u16 LE number, counted from 0 in each direction and modulo
 * 65536, and u8 1 on the last of a message, else 0. The network between a tester and the simulator keeps order and
 * loses nothing as long as the tester reads each datagram when it comes; the number finds out when that does not hold.
 */

/** Largest datagram, and largest message: a bound, not a size that anyone needs. */
export const DATAGRAM_MAX = 1472;
export const MESSAGE_MAX = 0x10_0000;

const HEADER = 3;
const NUMBERS = 0x1_0000;

/** Cuts the messages of one direction into datagrams. */
export class Fragmenter {
  #number = 0;

  /** @throws RangeError - more than MESSAGE_MAX bytes. */
  cut(message: Uint8Array): Uint8Array[] {
    if (message.length > MESSAGE_MAX) throw new RangeError(`a message of ${message.length} bytes is too long`);
    const datagrams: Uint8Array[] = [];
    let at = 0;
    do {
      const end = Math.min(message.length, at + DATAGRAM_MAX - HEADER);
      const datagram = new Uint8Array(HEADER + end - at);
      datagram[0] = this.#number & 0xff;
      datagram[1] = this.#number >> 8;
      datagram[2] = end === message.length ? 1 : 0;
      datagram.set(message.subarray(at, end), HEADER);
      datagrams.push(datagram);
      this.#number = (this.#number + 1) % NUMBERS;
      at = end;
    } while (at < message.length);
    return datagrams;
  }
}

/** Joins the datagrams of one direction. */
export class Assembler {
  #number = 0;
  #size = 0;
  #parts: Uint8Array[] = [];

  /**
   * @param datagram - kept until its message is whole.
   * @returns the message that it completes.
   * @throws RangeError - a datagram was lost, is malformed, or the message is larger than MESSAGE_MAX.
   */
  push(datagram: Uint8Array): Uint8Array | undefined {
    const [low = 0, high = 0, last = 0] = datagram;
    if (datagram.length < HEADER || last > 1) throw new RangeError("a datagram is malformed");
    if (low + high * 256 !== this.#number) throw new RangeError(`datagram ${this.#number} was lost`);
    this.#number = (this.#number + 1) % NUMBERS;
    const part = datagram.subarray(HEADER);
    this.#size += part.length;
    if (this.#size > MESSAGE_MAX) throw new RangeError("a message is too long");
    this.#parts.push(part);
    return last === 1 ? this.#join() : undefined;
  }

  #join(): Uint8Array {
    const message = new Uint8Array(this.#size);
    let at = 0;
    for (const part of this.#parts) {
      message.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.#size = 0;
    return message;
  }
}
