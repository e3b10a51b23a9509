// SPDX-License-Identifier: Apache-2.0
/**
 * `embedded:io/analog`, ECMA-419 shape as in Moddable: `read()` gives the raw value of a channel, `resolution` its
 * bits. The simulator sets the values, before power-on and later by frames.
 */
import { ANALOG_CHANNELS, ANALOG_RESOLUTION, decodeAnalogValue, encodePin, FrameType } from "./frames.js";
import { sendFrame, theLoop } from "./loop.js";
import { oneOf, optionsOf, refuseFormat, requireFormat } from "./options.js";

class Channels {
  readonly #values: number[] = [];
  readonly #taken = new Set<number>();

  constructor() {
    for (let channel = 0; channel < ANALOG_CHANNELS; channel++) {
      this.#values.push(native("xs_thimble_input_analog").call(undefined, channel));
    }
    theLoop().onFrame(FrameType.analogValue, (payload) => {
      const { channel, value } = decodeAnalogValue(payload);
      this.#values[channel] = value;
    });
  }

  /** @returns false when another instance has the channel. */
  take(channel: number): boolean {
    if (this.#taken.has(channel)) return false;
    this.#taken.add(channel);
    return true;
  }

  release(channel: number): void {
    this.#taken.delete(channel);
  }

  value(channel: number): number {
    return this.#values[channel] ?? 0;
  }
}

// The channels of this machine. Firmware modules are evaluated on the board, so this may change.
let board: Channels | undefined;

function theChannels(): Channels {
  board ??= new Channels();
  return board;
}

class Analog {
  #channel: number | undefined;
  declare target?: unknown;

  constructor(options: unknown) {
    const given = optionsOf(options);
    if (given.pin === undefined) throw new Error("pin required");
    const channel = oneOf(given.pin, "analog pin", 0, ANALOG_CHANNELS - 1);
    requireFormat(given, "number");
    if (!theChannels().take(channel)) {
      throw new RangeError(`analog pin ${channel} is in use: close() the Analog that has it`);
    }
    if ("target" in given) this.target = given.target;
    this.#channel = channel;
    sendFrame(FrameType.analogOpen, encodePin(channel, 1));
  }

  close(): void {
    const channel = Analog.#check(this, true);
    if (channel === undefined) return;
    this.#channel = undefined;
    theChannels().release(channel);
    sendFrame(FrameType.analogOpen, encodePin(channel, 0));
  }

  /** The value now, 0 to 2^resolution - 1. */
  read(): number {
    return theChannels().value(Analog.#check(this) as number);
  }

  get resolution(): number {
    Analog.#check(this);
    return ANALOG_RESOLUTION;
  }

  get format(): "number" {
    return "number";
  }
  set format(value: "number") {
    if (value !== "number") refuseFormat(value, "number");
  }

  static #check(self: unknown, closedIsFine = false): number | undefined {
    if (typeof self !== "object" || self === null || !(#channel in self)) throw new SyntaxError("no Analog");
    if (self.#channel === undefined && !closedIsFine) throw new SyntaxError("closed");
    return self.#channel;
  }
}
Object.freeze(Analog.prototype);

export default Object.freeze(Analog);
