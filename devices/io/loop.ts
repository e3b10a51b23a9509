// SPDX-License-Identifier: Apache-2.0
/**
 * The event loop of the firmware modules: timed entries in order of deadline, and one handler for each type of event
 * frame. The first user attaches it to the runtime (devices/runtime), which calls it when the board wakes.
 */

/** Microseconds since power-on. */
export function clockUs(): number {
  return native("xs_thimble_clock_us").call(undefined);
}

/** Something to be run at a time. Owned by its user; scheduling it again moves it. */
export class TimedEntry {
  deadlineUs = 0;
  sequence = 0;
  scheduled = false;
  readonly run: (deadlineUs: number) => void;

  constructor(run: (deadlineUs: number) => void) {
    this.run = run;
  }
}
Object.freeze(TimedEntry.prototype);

type FrameHandler = (payload: Uint8Array) => void;

class Loop {
  readonly #entries: TimedEntry[] = [];
  readonly #handlers = new Map<number, FrameHandler>();
  #sequence = 0;
  #turnUs = 0;

  /** Runs `entry` at `deadlineUs`; entries of one deadline run in the order in which they were scheduled. */
  schedule(entry: TimedEntry, deadlineUs: number): void {
    this.cancel(entry);
    entry.deadlineUs = deadlineUs;
    entry.sequence = this.#sequence++;
    entry.scheduled = true;
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#entries[middle];
      if (other !== undefined && other.deadlineUs <= deadlineUs) low = middle + 1;
      else high = middle;
    }
    this.#entries.splice(low, 0, entry);
  }

  cancel(entry: TimedEntry): void {
    if (!entry.scheduled) return;
    entry.scheduled = false;
    this.#entries.splice(this.#entries.indexOf(entry), 1);
  }

  onFrame(type: number, handler: FrameHandler): void {
    this.#handlers.set(type, handler);
  }

  dispatch(type: number, payload: ArrayBuffer | undefined): number | undefined {
    if (type === 0) {
      // Promise jobs of what ran come after this call and may schedule more: then ask for another turn at once.
      return this.#runDue() ? this.#turnUs : this.#entries[0]?.deadlineUs;
    }
    if (payload !== undefined) this.#handlers.get(type)?.(new Uint8Array(payload));
    return undefined;
  }

  /**
   * Runs what is due, each entry once: what a callback schedules waits for the next turn.
   * @returns whether anything ran.
   */
  #runDue(): boolean {
    this.#turnUs = clockUs();
    const turn = this.#sequence;
    for (let hasRun = false; ; hasRun = true) {
      const entry = this.#entries.find((candidate) => candidate.sequence < turn);
      if (entry === undefined || entry.deadlineUs > this.#turnUs) return hasRun;
      this.cancel(entry);
      entry.run(entry.deadlineUs);
    }
  }
}

Object.freeze(Loop.prototype);

// The one state that lives at module level: there is one loop in a machine. Firmware modules are evaluated on the board.
let current: Loop | undefined;

/** The loop of this machine; attached to the runtime when it is first asked for. */
export function theLoop(): Loop {
  if (current === undefined) {
    const loop = new Loop();
    native("xs_thimble_loop_attach").call(undefined, (type: number, payload: ArrayBuffer | undefined) =>
      loop.dispatch(type, payload),
    );
    current = loop;
  }
  return current;
}

/** Sends one frame to the simulator. */
export function sendFrame(type: number, payload: Uint8Array): void {
  native("xs_thimble_link_send").call(undefined, type, payload);
}
