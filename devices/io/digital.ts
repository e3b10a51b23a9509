// SPDX-License-Identifier: Apache-2.0
/**
 * `embedded:io/digital`, ECMA-419 shape as in Moddable: one pin, input or output. The simulator drives inputs and
 * collects outputs. An input that nothing drives reads 1 with a pull-up, else 0. Edges are of the electrical level,
 * also with `activeLow`, which turns what read and write mean.
 */
import { DIGITAL_CLOSED, DIGITAL_PINS, decodePin, encodePin, FrameType } from "./frames.js";
import { sendFrame, theLoop } from "./loop.js";
import { callbackOf, numberOf, oneOf, optionsOf, refuseFormat, requireFormat } from "./options.js";

const OUTPUT = 8;
const OUTPUT_OPEN_DRAIN = 9;
const ACTIVE_LOW = 16;
const RISING = 1;
const FALLING = 2;

interface OpenPin {
  readonly pin: number;
  readonly isInput: boolean;
  readonly activeLow: boolean;
  readonly pullUp: boolean;
  readonly edges: number;
  onReadable: (() => void) | undefined;
}

/** What the board knows of its pins: who holds each, and the level that the outside drives. */
class Pins {
  readonly #open = new Map<number, { pin: OpenPin; owner: Digital }>();
  readonly #driven = new Map<number, number>();

  constructor() {
    for (let pin = 0; pin < DIGITAL_PINS; pin++) {
      const level: number | undefined = native("xs_thimble_input_digital").call(undefined, pin);
      if (level !== undefined) this.#driven.set(pin, level);
    }
    theLoop().onFrame(FrameType.digitalValue, (payload) => this.#receive(payload));
  }

  isFree(pin: number): boolean {
    return !this.#open.has(pin);
  }

  take(pin: OpenPin, owner: Digital): void {
    this.#open.set(pin.pin, { pin, owner });
  }

  release(pin: number): void {
    this.#open.delete(pin);
  }

  level(pin: OpenPin): number {
    return this.#driven.get(pin.pin) ?? (pin.pullUp ? 1 : 0);
  }

  #receive(payload: Uint8Array): void {
    const { pin, value } = decodePin(payload);
    const open = this.#open.get(pin);
    const before = open === undefined ? 0 : this.level(open.pin);
    this.#driven.set(pin, value ? 1 : 0);
    if (open === undefined || open.pin.onReadable === undefined) return;
    const after = this.level(open.pin);
    if (after !== before && open.pin.edges & (after ? RISING : FALLING)) open.pin.onReadable.call(open.owner);
  }
}

// The pins of this machine. Firmware modules are evaluated on the board, so this may change.
let board: Pins | undefined;

function thePins(): Pins {
  board ??= new Pins();
  return board;
}

function modeOf(value: unknown): number {
  if (value === undefined) throw new Error("mode required");
  const mode = numberOf(value, "mode");
  const plain = mode & ~ACTIVE_LOW;
  const isKnown = (plain >= 0 && plain <= 3) || plain === OUTPUT || plain === OUTPUT_OPEN_DRAIN;
  if (!isKnown || !Number.isInteger(mode)) {
    throw new RangeError(`mode ${mode} does not exist: Digital.Input, Digital.Output and so on are modes`);
  }
  return mode;
}

class Digital {
  static readonly Input = 0;
  static readonly InputPullUp = 1;
  static readonly InputPullDown = 2;
  static readonly InputPullUpDown = 3;
  static readonly Output = OUTPUT;
  static readonly OutputOpenDrain = OUTPUT_OPEN_DRAIN;
  static readonly ActiveLow = ACTIVE_LOW;
  static readonly Rising = RISING;
  static readonly Falling = FALLING;

  #state: OpenPin | undefined;
  declare target?: unknown;

  constructor(options: unknown) {
    const given = optionsOf(options);
    if (given.pin === undefined) throw new Error("pin required");
    const pin = oneOf(given.pin, "pin", 0, DIGITAL_PINS - 1);
    if (!thePins().isFree(pin)) throw new Error(`pin ${pin} is in use: close() the Digital that has it`);
    const mode = modeOf(given.mode);
    const plain = mode & ~ACTIVE_LOW;
    const isInput = plain < OUTPUT;
    const activeLow = "activeLow" in given ? Boolean(given.activeLow) : (mode & ACTIVE_LOW) !== 0;
    const onReadable = callbackOf<() => void>(given, "onReadable");
    let edges = 0;
    if (onReadable !== undefined) {
      if (!isInput) throw new RangeError(`pin ${pin} is an output: onReadable needs an input`);
      edges = (given.edge as number) & (RISING | FALLING);
      if (edges === 0) throw new RangeError("onReadable needs an edge: Digital.Rising, Digital.Falling or their sum");
    }
    requireFormat(given, "number");
    if ("target" in given) this.target = given.target;
    this.#state = { pin, isInput, activeLow, pullUp: plain === Digital.InputPullUp, edges, onReadable };
    thePins().take(this.#state, this);
    sendFrame(FrameType.digitalMode, encodePin(pin, mode));
    if (!isInput) Digital.#drive(this.#state, "initialValue" in given ? Number(given.initialValue) : 0);
  }

  close(): void {
    const state = Digital.#check(this, true);
    if (state === undefined) return;
    this.#state = undefined;
    state.onReadable = undefined;
    thePins().release(state.pin);
    sendFrame(FrameType.digitalMode, encodePin(state.pin, DIGITAL_CLOSED));
  }

  read(): 0 | 1 {
    const state = Digital.#check(this) as OpenPin;
    if (!state.isInput) throw new Error(`pin ${state.pin} is an output: it is not read`);
    return (thePins().level(state) !== 0) !== state.activeLow ? 1 : 0;
  }

  write(value: unknown): void {
    const state = Digital.#check(this) as OpenPin;
    if (state.isInput) throw new Error(`pin ${state.pin} is an input: it is not written`);
    Digital.#drive(state, Number(value));
  }

  get format(): "number" {
    return "number";
  }
  set format(value: "number") {
    if (value !== "number") refuseFormat(value, "number");
  }

  static #drive(state: OpenPin, value: number): void {
    const active = Boolean(value);
    sendFrame(FrameType.digitalWrite, encodePin(state.pin, active !== state.activeLow ? 1 : 0));
  }

  static #check(self: unknown, closedIsFine = false): OpenPin | undefined {
    if (typeof self !== "object" || self === null || !(#state in self)) throw new SyntaxError("no Digital");
    if (self.#state === undefined && !closedIsFine) throw new SyntaxError("closed");
    return self.#state;
  }
}
Object.freeze(Digital.prototype);

export default Object.freeze(Digital);
