// SPDX-License-Identifier: Apache-2.0
/** One spec file: loaded on a tester, driven by a mocha runner of its own. */
import Mocha from "mocha";
import { forward } from "./mocha-events.js";
import { emptyRoot, makeRoot } from "./mocha-suite.js";
import { type SessionOptions, SpecSession } from "./session.js";
import { TesterEnded } from "./tester.js";

const { constants } = Mocha.Runner;

/** Which tests are run, and when to stop. */
export interface Selection {
  readonly grep?: RegExp;
  readonly invert: boolean;
  readonly bail: boolean;
  readonly forbidPending: boolean;
}

/** How to mark a test so that it is seen before the run, when files are chosen. */
const UNSEEN_ONLY =
  "it marks tests with .only in a way that is seen too late to choose files by it: write it.only(...) or describe.only(...)";

/** Told of what happens, as a mocha runner tells it. */
export type Say = (event: string, args: unknown[]) => void;

export interface Ran {
  readonly failures: number;
  /** Undefined: the spec could not be loaded. */
  readonly runner: Mocha.Runner | undefined;
}

/** A failure that is no test's: shown as one, so that every reporter has it. */
function sayFailure(title: string, file: string, error: Error, say: Say): void {
  const test = new Mocha.Test(title, () => undefined);
  test.file = file;
  emptyRoot().addTest(test);
  test.state = "failed";
  say(constants.EVENT_TEST_BEGIN, [test]);
  say(constants.EVENT_TEST_FAIL, [test, error]);
  say(constants.EVENT_TEST_END, [test]);
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`the spec threw ${String(thrown)}`);
}

export class SpecRun {
  readonly #options: SessionOptions;
  readonly #name: string;
  readonly #session: SpecSession;
  #runner: Mocha.Runner | undefined;
  #isAborted = false;

  /** @param name - of the file, for people. */
  constructor(options: SessionOptions, name: string) {
    this.#options = options;
    this.#name = name;
    this.#session = new SpecSession(options);
  }

  /** Whether the spec marks something with `.only`. A spec that cannot be loaded does not. */
  async hasOnly(): Promise<boolean> {
    try {
      return hasOnly(await this.#load());
    } catch {
      return false;
    } finally {
      await this.#session.close();
    }
  }

  /**
   * Loads and runs the spec; every failure is said, none is thrown.
   * @param mayMark - with `.only`: files were chosen by that.
   */
  async run(selection: Selection, mayMark: boolean, say: Say): Promise<Ran> {
    try {
      const root = await this.#load();
      if (!mayMark && hasOnly(root)) throw new Error(UNSEEN_ONLY);
      const { failures, runner } = await this.#drive(root, selection, say);
      return { failures: failures + (await this.#finish(say)), runner };
    } catch (thrown) {
      const isHang = thrown instanceof TesterEnded && thrown.isHang;
      const title = isHang ? "ends while it is loaded" : "can be loaded";
      sayFailure(`${this.#name} ${title}`, this.#options.file, asError(thrown), say);
      return { failures: 1, runner: undefined };
    } finally {
      await this.#session.close();
    }
  }

  /** @returns how many failures that makes. */
  async #finish(say: Say): Promise<number> {
    try {
      await this.#session.finish();
      return 0;
    } catch (thrown) {
      if (this.#isAborted) return 0;
      const title = `${this.#name} leaves nothing behind that fails after its last test`;
      sayFailure(title, this.#options.file, asError(thrown), say);
      return 1;
    }
  }

  /** Ends it, wherever it is. */
  async abort(): Promise<void> {
    this.#isAborted = true;
    this.#runner?.abort();
    await this.#session.close();
  }

  async #load(): Promise<Mocha.Suite> {
    const { file } = this.#options;
    return makeRoot(await this.#session.load(), file, (fn, occasion) => this.#session.run(fn, occasion));
  }

  /** Whatever goes wrong in mocha or in what hears it, there is an end: the file fails with that. */
  #drive(root: Mocha.Suite, selection: Selection, sayAll: Say): Promise<Ran> {
    const { grep, invert, bail, forbidPending } = selection;
    if (bail) bailAll(root);
    const runner = new Mocha.Runner(root, { delay: false });
    this.#runner = runner;
    if (grep !== undefined) runner.grep(grep, invert);
    Object.assign(runner, { forbidPending });
    let isOver = false;
    const say: Say = (event, args) => {
      if (!isOver) sayAll(event, args);
    };
    forward(runner, say);
    return new Promise((resolve) => {
      const end = (failures: number): void => {
        isOver = true;
        runner.dispose();
        resolve({ failures, runner });
      };
      // Mocha's own take any error of this process for one of the test that runs.
      const fail = (thrown: unknown): void => {
        if (isOver) return;
        sayFailure(`${this.#name} can be run to its end`, this.#options.file, asError(thrown), say);
        end(runner.failures + 1);
      };
      Object.assign(runner, { uncaught: fail, unhandled: fail });
      runner.run(end);
    });
  }
}

/** What mocha has and its types do not name. */
function hasOnly(root: Mocha.Suite): boolean {
  return (root as unknown as { hasOnly(): boolean }).hasOnly();
}

function bailAll(suite: Mocha.Suite): void {
  suite.bail(true);
  for (const inner of suite.suites) bailAll(inner);
}
