// SPDX-License-Identifier: Apache-2.0
/** Keys of a terminal, one by one: it is in raw mode as long as we listen. Node leaves it as it was, however it ends. */
const ESCAPE = "\x1b";
/** Arrows, function keys and the like: they mean nothing here. */
const SEQUENCE = new RegExp(`${ESCAPE}(\\[[0-9;?]*[ -/]*[@-~]|O.|.)?`, "gs");
const NOT_STOPPED_MS = 100;
const CTRL_C = "\x03";
const CTRL_D = "\x04";
const CTRL_Z = "\x1a";

/** Narrow enough for any terminal. */
export const KEY_HELP = `  r  restart, when the app is next idle
  s  reset, at once
  p  power off, at once; again: on
  w  wipe: a new device (press twice)
  0-9  hold that pin's button; again: let go
  q  quit
  h  this help`;

/** What someone pressed: a lower-case letter, or one of these. */
export type Key = string | "interrupt" | "end" | "suspend";

const NAMED: ReadonlyMap<string, Key> = new Map([
  [CTRL_C, "interrupt"],
  [CTRL_D, "end"],
  [CTRL_Z, "suspend"],
]);

export class Keys {
  readonly #stdin = process.stdin;
  readonly #onKey: (key: Key) => void;
  #isOpen = false;
  readonly #onData = (chunk: string): void => {
    for (const character of chunk.replace(SEQUENCE, "")) this.#onKey(NAMED.get(character) ?? character.toLowerCase());
  };
  readonly #onContinue = (): void => {
    if (this.#isOpen) this.#stdin.setRawMode(true);
  };
  /** The terminal is gone. */
  readonly #onEnd = (): void => this.#onKey("end");

  constructor(onKey: (key: Key) => void) {
    this.#onKey = onKey;
  }

  /** @returns false where there is no terminal to read keys from. */
  open(): boolean {
    if (!this.#stdin.isTTY) return false;
    this.#stdin
      .setEncoding("utf8")
      .setRawMode(true)
      .on("data", this.#onData)
      .on("end", this.#onEnd)
      .on("error", this.#onEnd)
      .resume();
    process.on("SIGCONT", this.#onContinue);
    this.#isOpen = true;
    return true;
  }

  /** For a stop by the shell, from which it goes on: the terminal is as it was in between. */
  suspend(): void {
    this.#stdin.setRawMode(false);
    // All that the shell started as one: npx, too.
    process.kill(0, "SIGTSTP");
    // Where no shell could let us go on, the system does not stop us.
    setTimeout(this.#onContinue, NOT_STOPPED_MS).unref();
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    process.off("SIGCONT", this.#onContinue);
    this.#stdin.off("data", this.#onData).off("end", this.#onEnd).off("error", this.#onEnd).pause().setRawMode(false);
  }
}
