// SPDX-License-Identifier: Apache-2.0
/**
 * Stand-ins for the natives of the firmware modules, so that devices/io runs on Node: a flash with the rules of
 * devices/silicon/flash.c (which has tests of its own) and power cuts, a clock that a test moves, a link that records.
 */
import { FLASH_SECTOR_SIZE, FLASH_WRITE_UNIT, KV_OFFSET, KV_SIZE } from "../../devices/io/partitions.js";

export class PowerCut extends Error {
  override readonly name = "PowerCut";
}

/** The partition of the key-value log; there is nothing around it. */
export class FakeFlash {
  bytes = new Uint8Array(KV_SIZE).fill(0xff);
  programmed = new Uint8Array(KV_SIZE / FLASH_WRITE_UNIT);
  operations = 0;
  cut: { operation: number; bytes: number } | undefined;
  #isDead = false;

  /** The same device, to try something from here on. */
  copy(): FakeFlash {
    const other = new FakeFlash();
    other.bytes = this.bytes.slice();
    other.programmed = this.programmed.slice();
    return other;
  }

  /** Power is back. */
  restart(): void {
    this.cut = undefined;
    this.#isDead = false;
  }

  #begin(length: number): number {
    if (this.#isDead) throw new PowerCut("no power");
    this.operations++;
    return this.cut?.operation === this.operations ? Math.min(length, this.cut.bytes) : length;
  }

  #endAt(bytes: number, length: number): void {
    if (this.cut?.operation !== this.operations) return;
    this.#isDead = true;
    throw new PowerCut(`after ${bytes} of ${length} bytes`);
  }

  /** From the start of the partition. */
  #place(offset: number, length: number): number {
    const at = offset - KV_OFFSET;
    if (at < 0 || length < 0 || at + length > KV_SIZE) throw new RangeError("FLASH_RANGE");
    return at;
  }

  read(offset: number, length: number): ArrayBuffer {
    const at = this.#place(offset, length);
    return this.bytes.slice(at, at + length).buffer;
  }

  write(offset: number, data: Uint8Array): void {
    const at = this.#place(offset, data.length);
    if (at % FLASH_WRITE_UNIT || data.length % FLASH_WRITE_UNIT) throw new RangeError("FLASH_ALIGNMENT");
    const units = this.programmed.subarray(at / FLASH_WRITE_UNIT, (at + data.length) / FLASH_WRITE_UNIT);
    if (units.some((unit) => unit !== 0)) throw new Error("FLASH_PROGRAMMED");
    if (data.length === 0) return;
    const reached = this.#begin(data.length);
    this.bytes.set(data.subarray(0, reached), at);
    units.fill(1, 0, Math.ceil(reached / FLASH_WRITE_UNIT));
    this.#endAt(reached, data.length);
  }

  erase(offset: number, length: number): void {
    const start = this.#place(offset, length);
    if (start % FLASH_SECTOR_SIZE || length % FLASH_SECTOR_SIZE) throw new RangeError("FLASH_ALIGNMENT");
    for (let at = start; at < start + length; at += FLASH_SECTOR_SIZE) {
      const reached = this.#begin(FLASH_SECTOR_SIZE);
      this.bytes.fill(0xff, at, at + reached);
      const units = this.programmed.subarray(at / FLASH_WRITE_UNIT, (at + FLASH_SECTOR_SIZE) / FLASH_WRITE_UNIT);
      if (this.cut?.operation === this.operations) units.fill(1, 0, Math.ceil(reached / FLASH_WRITE_UNIT));
      else units.fill(0);
      this.#endAt(reached, FLASH_SECTOR_SIZE);
    }
  }
}

export type Dispatcher = (type: number, payload: ArrayBuffer | undefined) => number | undefined;

export class FakeMachine {
  flash = new FakeFlash();
  nowUs = 0;
  dispatcher: Dispatcher | undefined;
  readonly sent: Array<{ type: number; payload: number[] }> = [];
  readonly digital = new Map<number, number>();
  readonly analog = new Map<number, number>();

  /** Makes this machine the one that `native` reaches. */
  install(): void {
    const table: Record<string, (...args: never[]) => unknown> = {
      xs_thimble_clock_us: () => this.nowUs++,
      xs_thimble_loop_attach: (dispatcher: Dispatcher) => {
        this.dispatcher = dispatcher;
      },
      xs_thimble_link_send: (type: number, payload: Uint8Array) => this.sent.push({ type, payload: [...payload] }),
      xs_thimble_flash_read: (offset: number, length: number) => this.flash.read(offset, length),
      xs_thimble_flash_write: (offset: number, data: Uint8Array) => this.flash.write(offset, data),
      xs_thimble_flash_erase: (offset: number, length: number) => this.flash.erase(offset, length),
      xs_thimble_input_digital: (pin: number) => this.digital.get(pin),
      xs_thimble_input_analog: (channel: number) => this.analog.get(channel) ?? 0,
    };
    const native = (name: string) => {
      const found = table[name];
      if (found === undefined) throw new Error(`no native ${name}`);
      return { call: (_receiver: unknown, ...values: unknown[]) => found(...(values as never[])) };
    };
    Object.assign(globalThis, { native });
  }

  /** Runs what is due at `us` and returns the next deadline. */
  turn(us: number): number | undefined {
    this.nowUs = Math.max(this.nowUs, us);
    return this.dispatcher?.(0, undefined);
  }

  deliver(type: number, payload: Uint8Array): void {
    this.dispatcher?.(type, Uint8Array.from(payload).buffer);
  }
}
