// SPDX-License-Identifier: Apache-2.0
/** Questions on the terminal whose answers are not shown: passphrases, PINs. They go to stderr, as other questions do. */
import { Interrupted } from "./questions.js";
import { colorsFor } from "./terminal.js";

const ANSWER_MAX = 1024;
const CTRL_C = "\x03";
const CTRL_D = "\x04";
const CTRL_U = "\x15";
const BACKSPACES: readonly string[] = ["\x7f", "\b"];

export class HiddenQuestions {
  /** What came behind the Enter that ended a question: the answer to the next. */
  #typedAhead = "";

  /** @throws Interrupted - Ctrl-C, Ctrl-D, or the terminal is gone. */
  ask(question: string): Promise<string> {
    const { stdin, stderr } = process;
    return new Promise((resolve, reject) => {
      let answer: string[] = [];
      const finish = (end: () => void): void => {
        stdin.off("data", take).off("end", stop).setRawMode(false).pause();
        stderr.write("\n");
        end();
      };
      const stop = (): void => finish(() => reject(new Interrupted("no answer")));
      const take = (text: string): void => {
        const typed = [...text];
        const end = typed.findIndex((character) => [CTRL_C, CTRL_D, "\r", "\n"].includes(character));
        for (const character of end < 0 ? typed : typed.slice(0, end)) {
          if (character === CTRL_U) answer = [];
          else if (BACKSPACES.includes(character)) answer.pop();
          else if (character >= " " && answer.length < ANSWER_MAX) answer.push(character);
        }
        if (end < 0) return;
        this.#typedAhead = typed.slice(end + 1).join("");
        if (typed[end] === CTRL_C || typed[end] === CTRL_D) stop();
        else finish(() => resolve(answer.join("")));
      };
      // First of all: the terminal shows what is typed until then.
      stdin.setRawMode(true);
      stderr.write(`${colorsFor(stderr).bold(question)} `);
      stdin.setEncoding("utf8").on("data", take).on("end", stop).resume();
      const ahead = this.#typedAhead;
      this.#typedAhead = "";
      if (ahead !== "") take(ahead);
    });
  }
}
