// SPDX-License-Identifier: Apache-2.0
/** Questions on a terminal, with an answer that Enter gives. They go to stderr: stdout is for results. */
import { createInterface, type Interface } from "node:readline/promises";
import { colorsFor, say } from "./terminal.js";

/** Ctrl-C or Ctrl-D where an answer was expected. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** Whether there is somebody to ask. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true && process.env.CI !== "true";
}

export class Questions {
  readonly #colors = colorsFor(process.stderr);
  readonly #terminal: Interface;
  readonly #ended = new AbortController();

  constructor() {
    this.#terminal = createInterface({ input: process.stdin, output: process.stderr });
    this.#terminal.on("SIGINT", () => this.#ended.abort());
    this.#terminal.on("close", () => this.#ended.abort());
  }

  /**
   * @param offer - what Enter gives; asked with the last answer, where that would not do.
   * @param check - throws with what is wrong, and perhaps advice; the question is then asked again.
   * @throws Interrupted
   */
  async ask(
    question: string,
    offer: (refused: string | undefined) => string,
    check: (answer: string) => void,
  ): Promise<string> {
    const { bold, dim, red } = this.#colors;
    let refused: string | undefined;
    for (;;) {
      const byDefault = offer(refused);
      const answer = (await this.#question(`${bold(question)} ${dim(`(${byDefault})`)} `)).trim() || byDefault;
      try {
        check(answer);
        return answer;
      } catch (error) {
        const { message, advice } = error as Error & { readonly advice?: string };
        say(red(message));
        if (advice !== undefined) say(advice);
        refused = answer;
      }
    }
  }

  /**
   * One of a list, by number or name.
   * @throws Interrupted
   */
  async choose(
    question: string,
    options: readonly { readonly name: string; readonly title: string }[],
  ): Promise<string> {
    const width = Math.max(...options.map(({ name }) => name.length));
    options.forEach(({ name, title }, i) => {
      say(`  ${i + 1} ${this.#colors.cyan(name.padEnd(width))}  ${title}`);
    });
    const find = (answer: string): string | undefined =>
      options.find(({ name }, i) => name === answer || String(i + 1) === answer)?.name;
    const names = options.map(({ name }) => name).join(", ");
    const check = (text: string): void => {
      if (find(text) === undefined) throw new Error(`It is one of ${names}, or its number.`);
    };
    const answer = await this.ask(question, () => options[0]?.name ?? "", check);
    return find(answer) ?? answer;
  }

  close(): void {
    this.#terminal.close();
  }

  async #question(text: string): Promise<string> {
    try {
      return await this.#terminal.question(text, { signal: this.#ended.signal });
    } catch (cause) {
      say("");
      throw new Interrupted("no answer", { cause });
    }
  }
}
