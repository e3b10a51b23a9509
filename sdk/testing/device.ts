// SPDX-License-Identifier: Apache-2.0
/**
 * The device under test, as a spec has it in hand: the app runs on it unchanged, on a board of its own. Its time moves
 * only when a spec moves it. Each spec file begins with a new device that is off. docs/testing.md.
 */
import { decodeHex, encodeHex } from "../bytes/hex.js";
import { nameCallers } from "./caller.js";
import { channel } from "./channel.js";
import { KEPT, Kept, KeptText } from "./kept.js";
import { type DatagramReport, type EndReason, type LabMethods, PIECE, type Snapshot } from "./lab.js";
import { type PeerHandler, Peers } from "./peers.js";

const PRESS_MS = 50;
const WITHIN_MS = 60_000;
/** A spec is told of so much of the console's end when it waits in vain. */
const TAIL_MAX = 500;

export interface PowerOnOptions {
  /** Bytes of XS heap instead of what the app asks for. */
  readonly heapBytes?: number;
  /** Slots of XS stack. */
  readonly stackSlots?: number;
}

/** A flash operation (a write, or the erase of one sector) at which the power fails. */
export interface FlashCut {
  /** Counted from now: 1 is the next one. Of a device that is off, the first after its start. */
  readonly operation: number;
  /** Bytes of it that still arrive; by default half of them. */
  readonly bytes?: number;
}

export interface FlashPlace {
  /** `app0`, `app1`, `its`, `kv`, `storage` or `user`: docs/simulator.md. */
  readonly partition: string;
  /** Bytes from the partition's start. */
  readonly offset: number;
}

export interface PinChange {
  readonly pin: number;
  readonly level: number;
  /** Device time since power-on. */
  readonly timeMs: number;
}

export interface SentDatagram {
  readonly address: string;
  readonly port: number;
  /** The app's own port; from 49152 when it asked for none. */
  readonly appPort: number;
  readonly data: Uint8Array;
  readonly timeMs: number;
}

/** How the device went off. */
export interface DeviceEnd {
  readonly reason: EndReason;
  /** The board's words: an exception with its stack, a refusal's code. */
  readonly text: string;
  readonly timeMs: number;
}

/** A copy of the flash. */
export interface FlashImage {
  readonly image: number;
}

/** The device went off by itself where a spec went on with it: an uncaught exception, no memory, a refused app. */
export class DeviceEnded extends Error implements DeviceEnd {
  readonly reason: EndReason;
  readonly text: string;
  readonly timeMs: number;

  constructor({ reason, text, timeMs }: DeviceEnd) {
    super(`the device stopped (${reason}): ${text}`);
    this.reason = reason;
    this.text = text;
    this.timeMs = timeMs;
  }
}

function requireNumber(value: number, what: string, min: number, max: number): void {
  if (typeof value === "number" && value >= min && value <= max) return;
  throw new RangeError(`${what}: expected a number from ${min} to ${max}, got ${String(value)}`);
}

const MS_MAX = 10 * 366 * 86_400_000;

/** A spec that reads less than there was would be wrong without knowing. */
function requireAll({ dropped }: { readonly dropped: number }, what: string, kept: string): void {
  if (dropped === 0) return;
  const help = "empty the records in between, with device.clearRecords()";
  throw new Error(`${what} is not whole: the tester keeps the last ${kept}, and ${dropped} came before; ${help}`);
}

export class Device {
  #state: Omit<Snapshot, "console" | "changes" | "datagrams" | "dropped" | "hasMore"> = {
    ...{ isOn: false, timeMs: 0, wallClockMs: 0, flashOperations: 0, ends: 0, end: null, pins: [] },
  };
  readonly #console = new KeptText();
  readonly #changes = new Kept<PinChange>(KEPT.changes);
  readonly #sent = new Kept<SentDatagram>(KEPT.datagrams, KEPT.bytes, ({ data }) => data.length);
  readonly #peers = new Peers();

  get isOn(): boolean {
    return this.#state.isOn;
  }

  /** Milliseconds since power-on; 0 when it is off. */
  get timeMs(): number {
    return this.#state.timeMs;
  }

  /** The device's clock: 2026-01-01T00:00:00Z for a new one. It goes on over power cuts. */
  get date(): Date {
    return new Date(this.#state.wallClockMs);
  }

  /** All that the app wrote since the device was new. @throws Error - it was too much. */
  get console(): string {
    requireAll(this.#console, "device.console", `${KEPT.characters} characters`);
    return this.#console.text;
  }

  /** What the app sent since the device was new. @throws Error - it was too much. */
  get sent(): readonly SentDatagram[] {
    requireAll(this.#sent, "device.sent", `${KEPT.datagrams} datagrams with ${KEPT.bytes} bytes`);
    return this.#sent.items;
  }

  /** Each write to a pin since the device was new. @throws Error - they were too many. */
  get pinChanges(): readonly PinChange[] {
    requireAll(this.#changes, "device.pinChanges", `${KEPT.changes} changes`);
    return this.#changes.items;
  }

  /** Empties `console`, `pinChanges` and `sent`: what comes from now on is in them. */
  clearRecords(): void {
    for (const record of [this.#console, this.#changes, this.#sent]) record.clear();
  }

  /** Writes and erases since power-on. */
  get flashOperations(): number {
    return this.#state.flashOperations;
  }

  /** Why it went off last; undefined while it is on, and when it was never on. */
  get end(): DeviceEnd | undefined {
    return this.#state.end ?? undefined;
  }

  /** The level that the app drives a pin to: 0 or 1, undefined when it drives it not at all. */
  pin(pin: number): number | undefined {
    return this.#state.pins.find(([number]) => number === pin)?.[1];
  }

  /**
   * Switches on, and waits until the app waits.
   * @throws DeviceEnded - it did not get so far, but for a power cut that was asked for: then `isOn` is false.
   */
  async powerOn(options: PowerOnOptions = {}): Promise<void> {
    await this.#do("device.powerOn", options);
  }

  /** Switches off in good order, while the app waits. */
  async powerOff(): Promise<void> {
    await this.#do("device.powerOff", null);
  }

  /** Takes the power away, now. What is in the flash stays. */
  async cutPower(): Promise<void> {
    await this.#do("device.cutPower", null);
  }

  /** Takes the power away and gives it back: a reboot. @throws DeviceEnded - as powerOn. */
  async reset(): Promise<void> {
    await this.cutPower();
    await this.powerOn();
  }

  /** Makes it a new device: off, flash erased, the app programmed, nothing on its console. */
  async wipe(): Promise<void> {
    await this.#do("device.wipe", null);
    this.clearRecords();
    this.#peers.clear();
  }

  /**
   * Lets time pass: timers fire, what was waited for happens. Of a device that is off only the clock goes on.
   * @param ms - milliseconds, not negative. What is due within half a millisecond more happens as well.
   * @throws DeviceEnded - it stopped by itself; not for a power cut that was asked for.
   */
  async advance(ms: number): Promise<void> {
    requireNumber(ms, "advance", 0, MS_MAX);
    await this.#advance(ms);
  }

  /**
   * Lets time pass until `isTrue()`, asked whenever the device did something that can be seen.
   * @param options.withinMs - device time to wait at most, by default a minute.
   * @throws DeviceEnded - as advance. Error - it did not become true in time.
   */
  async until(isTrue: () => boolean, { withinMs = WITHIN_MS }: { withinMs?: number } = {}): Promise<void> {
    requireNumber(withinMs, "withinMs", 0, MS_MAX);
    if (await this.#advance(withinMs, isTrue)) return;
    const { text } = this.#console;
    const console = text === "" ? "it wrote nothing" : `it wrote last: ${text.slice(-TAIL_MAX)}`;
    throw new Error(`not true within ${withinMs} ms of the device's time; ${console}`);
  }

  /**
   * Lets time pass until the device goes off by itself, and says how: for an app that is to fail.
   * @throws Error - it is still on after `withinMs`.
   */
  async untilEnd({ withinMs = WITHIN_MS }: { withinMs?: number } = {}): Promise<DeviceEnd> {
    requireNumber(withinMs, "withinMs", 0, MS_MAX);
    try {
      await this.#advance(withinMs, () => !this.isOn);
    } catch (error) {
      if (!(error instanceof DeviceEnded)) throw error;
    }
    if (this.end === undefined) throw new Error(`the device is still on after ${withinMs} ms of its time`);
    return this.end;
  }

  /** Drives a pin from outside, also while the device is off and at its next start. */
  async setPin(pin: number, level: 0 | 1): Promise<void> {
    await this.#do("device.drive", { kind: "digital", channel: pin, value: level });
  }

  /**
   * Presses a button and lets it go.
   * @param options.level - while it is pressed; by default 0: a button to ground, with a pull-up.
   * @param options.holdMs - how long, by default 50 ms; as long passes after it.
   */
  async press(pin: number, { level = 0, holdMs = PRESS_MS }: { level?: 0 | 1; holdMs?: number } = {}): Promise<void> {
    await this.setPin(pin, level);
    await this.advance(holdMs);
    await this.setPin(pin, level === 0 ? 1 : 0);
    await this.advance(holdMs);
  }

  /** Sets what an analog channel reads: 0 to 4095. */
  async setAnalog(channel: number, value: number): Promise<void> {
    await this.#do("device.drive", { kind: "analog", channel, value });
  }

  /** Plays somebody on the network: `handler` gets what the app sends there, and may answer. */
  peer(address: string, port: number, handler: PeerHandler): void {
    this.#peers.set(address, port, handler);
  }

  /**
   * Sends a datagram to the app.
   * @param to - the app's port.
   * @throws Error - no socket of the app has that port, or the device is off.
   */
  async deliver(data: Uint8Array, to: number, from: { address: string; port: number }): Promise<void> {
    await this.#do("device.deliver", { ...from, appPort: to, data: encodeHex(data) });
  }

  /** Cuts the power at a later flash operation; undefined: no longer. A cut is for once. */
  async cutPowerAt(cut: FlashCut | undefined): Promise<void> {
    await this.#do("device.cutAt", cut ?? null);
  }

  /** Flips one bit of the flash. @param bit - 0 to 7, 0 is the lowest. */
  async flipBit(place: FlashPlace, bit: number): Promise<void> {
    await this.#do("device.flipBit", { ...place, bit });
  }

  /** Reads the flash from outside, also what an app cannot read. */
  async readFlash(place: FlashPlace, length: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for (let from = 0; from === 0 || from < length; from += PIECE.flashBytes) {
      pieces.push(decodeHex((await channel.call("device.readFlash", { ...place, length, from })) as string));
    }
    const bytes = new Uint8Array(length);
    for (const [i, piece] of pieces.entries()) bytes.set(piece, i * PIECE.flashBytes);
    return bytes;
  }

  /** Copies the whole flash: what somebody with a programmer can do. */
  async saveFlash(): Promise<FlashImage> {
    return { image: (await channel.call("device.saveFlash", null)) as number };
  }

  /** Puts a copy back. The device must be off. */
  async restoreFlash({ image }: FlashImage): Promise<void> {
    await this.#do("device.restoreFlash", { image });
  }

  /**
   * @param isTrue - undefined: nothing to be asked on the way.
   * @returns whether `isTrue` ended it.
   */
  async #advance(ms: number, isTrue?: () => boolean): Promise<boolean> {
    const untilMs = this.#state.wallClockMs + ms;
    const watch = isTrue !== undefined || this.#peers.count > 0;
    while (!isTrue?.()) {
      const leftMs = Math.max(0, untilMs - this.#state.wallClockMs);
      const wasOn = this.isOn;
      await this.#do("device.advance", { ms: leftMs, watch });
      if (leftMs === 0 || (wasOn && !this.isOn)) return isTrue?.() ?? false;
    }
    return true;
  }

  async #do<Method extends keyof LabMethods>(method: Method, params: LabMethods[Method]): Promise<void> {
    const { ends } = this.#state;
    await this.#ask(method, params);
    await this.#peers.settle();
    for (let answer = this.#peers.next(); answer !== undefined; answer = this.#peers.next()) {
      if (this.isOn) await this.#ask("device.deliver", answer);
      await this.#peers.settle();
    }
    const { end } = this.#state;
    if (this.#state.ends === ends || end === null) return;
    if (end.reason !== "powerCut" && end.reason !== "stopped") throw new DeviceEnded(end);
  }

  /** A long answer comes in pieces. */
  async #ask<Method extends keyof LabMethods>(method: Method, params: LabMethods[Method]): Promise<void> {
    let snapshot = (await channel.call(method, params)) as Snapshot;
    this.#take(snapshot);
    while (snapshot.hasMore) {
      snapshot = (await channel.call("device.more", null)) as Snapshot;
      this.#take(snapshot);
    }
  }

  #take({ console, changes, datagrams, dropped, hasMore, ...state }: Snapshot): void {
    this.#state = state;
    this.#console.push(console, dropped.characters);
    this.#changes.skip(dropped.changes);
    this.#sent.skip(dropped.datagrams);
    for (const [pin, level, timeMs] of changes) this.#changes.push({ pin, level, timeMs });
    for (const report of datagrams) this.#takeDatagram(report);
  }

  #takeDatagram({ address, port, appPort, data, timeMs }: DatagramReport): void {
    const datagram = { address, port, appPort, data: decodeHex(data), timeMs };
    this.#sent.push(datagram);
    this.#peers.take(datagram);
  }
}

nameCallers(Device.prototype, [
  ...(["powerOn", "powerOff", "cutPower", "reset", "wipe", "advance", "until", "untilEnd"] as const),
  ...(["setPin", "press", "setAnalog", "deliver"] as const),
  ...(["cutPowerAt", "flipBit", "readFlash", "saveFlash", "restoreFlash"] as const),
]);

/** The device of this spec file. */
export const device = new Device();
