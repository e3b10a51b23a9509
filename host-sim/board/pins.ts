// SPDX-License-Identifier: Apache-2.0
/** What the board does to its pins, as the simulator sees it. */
import { DIGITAL_CLOSED, decodePin, FrameType } from "../../devices/io/frames.js";
import type { Frame } from "./link.js";

export interface PinEvent {
  readonly atUs: number;
  readonly pin: number;
  readonly what: "write" | "mode" | "close";
  readonly value: number;
}

const EVENTS_MAX = 100_000;
/** Modes of `embedded:io/digital`: from 0 to 3 they are inputs, whose second bit is a pull-down. */
const INPUT_MODE_MAX = 3;
const PULL_DOWN = 2;
const MODE_BITS = 0x0f;

export class Pins {
  /** The first EVENTS_MAX events; `dropped` counts the rest. */
  readonly events: PinEvent[] = [];
  dropped = 0;
  /** Level that the board drives, by pin. */
  readonly levels = new Map<number, number>();
  /** Mode of each open input, by pin. */
  readonly #inputModes = new Map<number, number>();

  /**
   * What a button at a pin drives it to while it is down: ground, or the supply where the app pulls the pin down.
   * @returns undefined: the app has no input there.
   */
  pressedLevel(pin: number): 0 | 1 | undefined {
    const mode = this.#inputModes.get(pin);
    return mode === undefined ? undefined : mode === PULL_DOWN ? 1 : 0;
  }

  /** @returns the event, or undefined when the frame is not about a pin. */
  take(frame: Frame, atUs: number): PinEvent | undefined {
    if (frame.type !== FrameType.digitalWrite && frame.type !== FrameType.digitalMode) return undefined;
    const { pin, value } = decodePin(frame.payload);
    const isClose = frame.type === FrameType.digitalMode && value === DIGITAL_CLOSED;
    const what = frame.type === FrameType.digitalWrite ? "write" : isClose ? "close" : "mode";
    if (what === "mode" && (value & MODE_BITS) <= INPUT_MODE_MAX) this.#inputModes.set(pin, value & MODE_BITS);
    else if (what !== "write") this.#inputModes.delete(pin);
    if (what === "write") this.levels.set(pin, value);
    if (what === "close") this.levels.delete(pin);
    const event = { atUs, pin, what, value } as const;
    if (this.events.length < EVENTS_MAX) this.events.push(event);
    else this.dropped++;
    return event;
  }
}
