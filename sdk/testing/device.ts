// SPDX-License-Identifier: Apache-2.0
/**
 * The device under test, as a spec has it in hand: the app runs on it unchanged, on a board of its own. Its time moves
 * only when a spec moves it. Each spec file begins with a new device that is off. docs/testing.md.
 */
import { decodeHex, encodeHex } from "../bytes/hex.js";
import {
  requireAddress,
  requireCount,
  requireDatagram,
  requireFunction,
  requireMs,
  requireNames,
  requireWhole,
} from "./arguments.js";
import { nameCallers } from "./caller.js";
import { channel } from "./channel.js";
import {
  type DeviceEnd,
  DeviceEnded,
  type FlashCut,
  type FlashImage,
  type FlashPlace,
  type PinChange,
  type PowerOnOptions,
  type SentDatagram,
} from "./device-records.js";
import { KEPT, Kept, KeptText } from "./kept.js";
import { type DatagramReport, type LabMethods, PIECE, type Snapshot } from "./lab.js";
import { type PeerHandler, Peers } from "./peers.js";

export type { DeviceEnd, FlashCut, FlashImage, FlashPlace, PinChange, PowerOnOptions, SentDatagram };
export { DeviceEnded };

const PRESS_MS = 50;
const WITHIN_MS = 60_000;
/** A spec is told of so much of the console's end when it waits in vain. */
const TAIL_MAX = 500;

function withinOf(what: string, options: { withinMs?: number }): number {
  requireNames(what, options, ["withinMs"]);
  const { withinMs = WITHIN_MS } = options;
  requireMs(`${what}, withinMs`, withinMs);
  return withinMs;
}

function requirePlace(what: string, place: FlashPlace): void {
  requireNames(what, place, ["partition", "offset"]);
  requireCount(`${what}, offset`, place.offset, 0);
}

/** A promise would always count as true. */
function isTrueNow(isTrue: () => boolean): boolean {
  const answer: unknown = isTrue();
  if (answer instanceof Promise) throw new TypeError("until: expected a function that answers at once, got a promise");
  return Boolean(answer);
}

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
    requireNames("powerOn", options, ["heapBytes", "stackSlots"]);
    const { heapBytes, stackSlots } = options;
    if (heapBytes !== undefined) requireCount("powerOn, heapBytes", heapBytes, 1);
    if (stackSlots !== undefined) requireCount("powerOn, stackSlots", stackSlots, 1);
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
    requireMs("advance", ms);
    await this.#advance(ms);
  }

  /**
   * Lets time pass until `isTrue()`, asked whenever the device did something that can be seen.
   * @param options.withinMs - device time to wait at most, by default a minute.
   * @throws DeviceEnded - as advance. Error - it did not become true in time.
   */
  async until(isTrue: () => boolean, options: { withinMs?: number } = {}): Promise<void> {
    requireFunction("until", isTrue);
    const withinMs = withinOf("until", options);
    if (await this.#advance(withinMs, isTrue)) return;
    const { text } = this.#console;
    const console = text === "" ? "it wrote nothing" : `it wrote last: ${text.slice(-TAIL_MAX)}`;
    throw new Error(`not true within ${withinMs} ms of the device's time; ${console}`);
  }

  /**
   * Lets time pass until the device goes off by itself, and says how: for an app that is to fail.
   * @throws Error - it is still on after `withinMs`.
   */
  async untilEnd(options: { withinMs?: number } = {}): Promise<DeviceEnd> {
    const withinMs = withinOf("untilEnd", options);
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
    requireWhole("a pin", pin, 0, 31);
    requireWhole("the level of a pin", level, 0, 1);
    await this.#do("device.drive", { kind: "digital", channel: pin, value: level });
  }

  /**
   * Presses a button and lets it go.
   * @param options.level - while it is pressed; by default 0: a button to ground, with a pull-up.
   * @param options.holdMs - how long, by default 50 ms; as long passes after it.
   */
  async press(pin: number, options: { level?: 0 | 1; holdMs?: number } = {}): Promise<void> {
    requireNames("press", options, ["level", "holdMs"]);
    const { level = 0, holdMs = PRESS_MS } = options;
    requireMs("press, holdMs", holdMs);
    await this.setPin(pin, level);
    await this.advance(holdMs);
    await this.setPin(pin, level === 0 ? 1 : 0);
    await this.advance(holdMs);
  }

  /** Sets what an analog channel reads: 0 to 4095. */
  async setAnalog(channel: number, value: number): Promise<void> {
    requireWhole("an analog channel", channel, 0, 15);
    requireWhole("the value of an analog channel", value, 0, 4095);
    await this.#do("device.drive", { kind: "analog", channel, value });
  }

  /** Plays somebody on the network: `handler` gets what the app sends there, and may answer. */
  peer(address: string, port: number, handler: PeerHandler): void {
    requireAddress("peer", address, port);
    requireFunction("peer, handler", handler);
    this.#peers.set(address, port, handler);
  }

  /**
   * Sends a datagram to the app.
   * @param to - the app's port.
   * @throws Error - no socket of the app has that port, or the device is off.
   */
  async deliver(data: Uint8Array, to: number, from: { address: string; port: number }): Promise<void> {
    requireDatagram("deliver", data);
    requireWhole("deliver, the app's port", to, 1, 65535);
    requireNames("deliver, from", from, ["address", "port"]);
    requireAddress("deliver, from", from.address, from.port);
    await this.#do("device.deliver", { ...from, appPort: to, data: encodeHex(data) });
  }

  /** Cuts the power at a later flash operation; undefined: no longer. A cut is for once. */
  async cutPowerAt(cut: FlashCut | undefined): Promise<void> {
    if (cut !== undefined) {
      requireNames("cutPowerAt", cut, ["operation", "bytes"]);
      requireCount("cutPowerAt, operation", cut.operation, 1);
      if (cut.bytes !== undefined) requireCount("cutPowerAt, bytes", cut.bytes, 0);
    }
    await this.#do("device.cutAt", cut ?? null);
  }

  /** Flips one bit of the flash. @param bit - 0 to 7, 0 is the lowest. */
  async flipBit(place: FlashPlace, bit: number): Promise<void> {
    requirePlace("flipBit", place);
    requireWhole("flipBit, bit", bit, 0, 7);
    await this.#do("device.flipBit", { ...place, bit });
  }

  /** Reads the flash from outside, also what an app cannot read. */
  async readFlash(place: FlashPlace, length: number): Promise<Uint8Array> {
    requirePlace("readFlash", place);
    requireCount("readFlash, length", length, 0);
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
  async restoreFlash(saved: FlashImage): Promise<void> {
    requireNames("restoreFlash", saved, ["image"]);
    requireCount("restoreFlash, image", saved.image, 0);
    await this.#do("device.restoreFlash", saved);
  }

  /**
   * @param isTrue - undefined: nothing to be asked on the way.
   * @returns whether `isTrue` ended it.
   */
  async #advance(ms: number, isTrue?: () => boolean): Promise<boolean> {
    const untilMs = this.#state.wallClockMs + ms;
    const watch = isTrue !== undefined || this.#peers.count > 0;
    const isReached = (): boolean => isTrue !== undefined && isTrueNow(isTrue);
    while (!isReached()) {
      const leftMs = Math.max(0, untilMs - this.#state.wallClockMs);
      const wasOn = this.isOn;
      await this.#do("device.advance", { ms: leftMs, watch });
      if (leftMs === 0 || (wasOn && !this.isOn)) return isReached();
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
    try {
      await this.#takeAll(method, params);
    } catch (error) {
      // What has come of the device all the same.
      await this.#takeAll("device.more", null);
      throw error;
    }
  }

  async #takeAll<Method extends keyof LabMethods>(method: Method, params: LabMethods[Method]): Promise<void> {
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
