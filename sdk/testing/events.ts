// SPDX-License-Identifier: Apache-2.0
/** `Event` and `EventTarget` as far as chai uses them, for its plugins' events; a board has neither. */

export class Event {
  readonly type: string;

  constructor(type: string) {
    this.type = type;
  }
}

type Listener = (event: Event) => void;

export class EventTarget {
  readonly #listeners = new Map<string, Set<Listener>>();

  addEventListener(type: string, listener: Listener): void {
    const listeners = this.#listeners.get(type) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(type, listeners);
  }

  removeEventListener(type: string, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener);
  }

  dispatchEvent(event: Event): boolean {
    for (const listener of this.#listeners.get(event.type) ?? []) listener(event);
    return true;
  }
}
