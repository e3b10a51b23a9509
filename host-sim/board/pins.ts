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

export class Pins {
  /** The first EVENTS_MAX events; `dropped` counts the rest. */
  readonly events: PinEvent[] = [];
  dropped = 0;
  /** Level that the board drives, by pin. */
  readonly levels = new Map<number, number>();

  /** @returns the event, or undefined when the frame is not about a pin. */
  take(frame: Frame, atUs: number): PinEvent | undefined {
    if (frame.type !== FrameType.digitalWrite && frame.type !== FrameType.digitalMode) return undefined;
    const { pin, value } = decodePin(frame.payload);
    const isClose = frame.type === FrameType.digitalMode && value === DIGITAL_CLOSED;
    const what = frame.type === FrameType.digitalWrite ? "write" : isClose ? "close" : "mode";
    if (what === "write") this.levels.set(pin, value);
    if (what === "close") this.levels.delete(pin);
    const event = { atUs, pin, what, value } as const;
    if (this.events.length < EVENTS_MAX) this.events.push(event);
    else this.dropped++;
    return event;
  }
}
