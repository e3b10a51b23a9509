// SPDX-License-Identifier: Apache-2.0
/**
 * The screen of a watch: what the app writes, whole, on stdout; what we say on stderr; on a terminal a status line below
 * both. The line is never part of what is scrolled back to: before anything is written it is taken away. A line that the
 * app has not ended yet is shown above the status, and written when it ends.
 */
import { isOnePlace } from "./terminal.js";
import { clip } from "./watch-status.js";

/** A line this long is broken. */
const LINE_MAX = 8192;
/** Between two drawings, so that an app that writes much is not slowed down. */
const DRAW_MS = 50;
const CLEAR_BELOW = "\x1b[J";
const UP = "\x1b[A";

export class Screen {
  readonly #out = process.stdout;
  readonly #err = process.stderr;
  /**
   * Whether there is a line for a status: on a terminal of known width that can move its cursor. Not where stdout goes
   * elsewhere: it may come back to the terminal (`| grep`, `| tee`), and would be mixed with it.
   */
  readonly hasStatus: boolean;
  #line = "";
  #status = "";
  #isShown = false;
  #drawnMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  readonly #onResize = (): void => {
    this.#erase();
    this.#draw();
  };

  readonly #onExit = (): void => this.close();

  constructor() {
    // Whoever reads may go away (`thimble sim --watch | head`): then we end as well. A terminal that is gone takes no words.
    this.#out.on("error", () => process.exit(0));
    this.#err.on("error", () => undefined);
    const isTerminal = this.#err.isTTY === true && this.#out.isTTY === true && process.env.TERM !== "dumb";
    this.hasStatus = isTerminal && this.#err.columns > 0;
    if (this.hasStatus) this.#err.on("resize", this.#onResize);
    process.on("exit", this.#onExit);
  }

  /** What the app writes. Bound: it is handed on as a function. */
  readonly write = (text: string): void => {
    if (!this.hasStatus) {
      this.#line = text.slice(text.lastIndexOf("\n") + 1);
      this.#out.write(text);
      return;
    }
    const whole = this.#line + text;
    const end = whole.lastIndexOf("\n") + 1;
    this.#line = whole.slice(end);
    this.#erase();
    if (end > 0) this.#out.write(whole.slice(0, end));
    if (this.#line.length > LINE_MAX) this.endLine();
    this.#drawSoon();
  };

  /** One line of ours, or several. */
  say(text: string): void {
    this.endLine();
    this.#err.write(`${text}\n`);
    this.#drawSoon();
  }

  /** Ends the line that the app has begun: what follows is not its doing. */
  endLine(): void {
    this.#erase();
    if (this.#line === "") return;
    if (this.hasStatus) this.#out.write(`${this.#line}\n`);
    else if (isOnePlace()) this.#out.write("\n");
    this.#line = "";
  }

  /** @param text - one line, as wide as it likes to be. */
  setStatus(text: string): void {
    if (text === this.#status) return;
    this.#status = text;
    if (this.#timer === undefined) this.#onResize();
  }

  /** Takes the status away, until `setStatus` or the next line. */
  hide(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#status = "";
    this.#erase();
  }

  close(): void {
    this.hide();
    this.endLine();
    this.#err.off("resize", this.#onResize);
    process.off("exit", this.#onExit);
  }

  #erase(): void {
    if (this.#isShown) this.#err.write(CLEAR_BELOW);
    this.#isShown = false;
  }

  #drawSoon(): void {
    if (this.#timer !== undefined) return;
    const waitMs = this.#drawnMs + DRAW_MS - performance.now();
    if (waitMs <= 0) {
      this.#draw();
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#draw();
    }, waitMs);
  }

  /** Draws, and leaves the cursor where the drawing began: there it stays also when the terminal is resized. */
  #draw(): void {
    const width = (this.#err.columns ?? 0) - 1;
    if (!this.hasStatus || width < 1) return;
    const status = clip(this.#status, width);
    const begun = clip(this.#line, width);
    if (status === "" && begun === "") return;
    this.#err.write(begun === "" ? `${status}\r` : `${begun}\n${status}\r${UP}`);
    this.#isShown = true;
    this.#drawnMs = performance.now();
  }
}
