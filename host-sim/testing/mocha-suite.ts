// SPDX-License-Identifier: Apache-2.0
/** Mocha's own suites, tests and hooks for what a spec named; their functions run the spec's on a tester. */
import Mocha from "mocha";
import { HOOKS, type HookName, type RunnableNode, type SuiteNode, type TestNode } from "../../sdk/testing/protocol.js";
import type { Ended, Occasion, SpecFunction } from "./session.js";

type Execute = (fn: SpecFunction, occasion: Occasion) => Promise<Ended>;

/** Mocha's name for each hook. */
const ADD_HOOK = Object.freeze({
  before: "beforeAll",
  after: "afterAll",
  beforeEach: "beforeEach",
  afterEach: "afterEach",
} as const);

/** What mocha has and its types do not name. */
interface MarkedOnly {
  markOnly(): void;
}
interface Hidden {
  body: string;
}

/** What comes after the end of a test or hook: mocha is told once it has heard of the end. */
class Late {
  readonly #runnable: Mocha.Runnable;
  #waiting: unknown[] | undefined = [];

  constructor(runnable: Mocha.Runnable) {
    this.#runnable = runnable;
  }

  say(error: unknown): void {
    if (this.#waiting === undefined) this.#runnable.emit("error", error);
    else this.#waiting.push(error);
  }

  end(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    if (waiting.length === 0) return;
    setImmediate(() => {
      for (const error of waiting) this.say(error);
    });
  }
}

class SuiteMaker {
  readonly #file: string;
  readonly #execute: Execute;
  /** The ids of tests, by their function: a test that is tried again is a copy with the same one. */
  readonly #ids = new Map<unknown, number>();

  constructor(file: string, execute: Execute) {
    this.#file = file;
    this.#execute = execute;
  }

  /** @param outer - `before` hooks of the suites around this one. */
  fill(suite: Mocha.Suite, node: SuiteNode, outer: readonly number[]): void {
    const befores = [...outer, ...node.hooks.before.map(({ id }) => id)];
    suite.file = this.#file;
    suite.pending = node.isPending;
    suite.retries(node.retries);
    suite.bail(suite.bail() || node.isBailing);
    for (const name of HOOKS) {
      for (const hook of node.hooks[name]) this.#addHook(suite, name, hook, name === "before" ? outer : befores);
    }
    for (const test of node.tests) this.#addTest(suite, test, befores);
    for (const inner of node.suites) {
      const child = Mocha.Suite.create(suite, inner.title);
      this.fill(child, inner, befores);
      if (inner.isOnly) (child as unknown as MarkedOnly).markOnly();
    }
  }

  #addTest(suite: Mocha.Suite, node: TestNode, befores: readonly number[]): void {
    const fn = node.isPending ? undefined : this.#functionFor("test", node, befores);
    const test = new Mocha.Test(node.title, fn);
    if (fn !== undefined) this.#ids.set(fn, node.id);
    test.file = this.#file;
    suite.addTest(test);
    this.#configure(test, node);
    if (node.isOnly) (test as unknown as MarkedOnly).markOnly();
  }

  #addHook(suite: Mocha.Suite, name: HookName, node: RunnableNode, befores: readonly number[]): void {
    const hook = suite[ADD_HOOK[name]](node.title, this.#functionFor(name, node, befores)) as unknown;
    // A suite that is pending takes no hooks, and gives itself back.
    if (hook instanceof Mocha.Hook) this.#configure(hook, node);
  }

  /** Timeouts are the tester's own. */
  #configure(runnable: Mocha.Runnable, { retries, slowMs }: RunnableNode): void {
    runnable.timeout(0);
    runnable.retries(retries);
    if (slowMs !== undefined) runnable.slow(slowMs);
    // Of the function on the tester there is no text.
    (runnable as unknown as Hidden).body = "";
  }

  #functionFor(kind: SpecFunction["kind"], { id, title }: RunnableNode, befores: readonly number[]): Mocha.AsyncFunc {
    const execute = this.#execute;
    const currentTestOf = (context: Mocha.Context) => this.#currentTest(context);
    const fn = { kind, id, title, befores };
    return async function (this: Mocha.Context): Promise<void> {
      const runnable = this.test as Mocha.Runnable & { currentRetry(): number };
      const currentTest = kind === "test" ? undefined : currentTestOf(this);
      const late = new Late(runnable);
      const { outcome, thrown, retries, slowMs } = await execute(fn, {
        retry: runnable.currentRetry(),
        ...(currentTest === undefined ? {} : { currentTest }),
        onLate: (error) => late.say(error),
      });
      runnable.retries(retries);
      if (slowMs !== undefined) runnable.slow(slowMs);
      late.end();
      if (outcome === "skipped") this.skip();
      if (outcome === "failed") throw thrown;
    };
  }

  #currentTest({ currentTest }: Mocha.Context): Occasion["currentTest"] {
    const id = this.#ids.get(currentTest?.fn);
    if (currentTest === undefined || id === undefined) return undefined;
    const { state } = currentTest;
    return { id, ...(state === undefined ? {} : { state }) };
  }
}

/** A root suite with all that the spec named. */
export function makeRoot(node: SuiteNode, file: string, execute: Execute): Mocha.Suite {
  const root = emptyRoot();
  new SuiteMaker(file, execute).fill(root, node, []);
  return root;
}

export function emptyRoot(): Mocha.Suite {
  const root = new Mocha.Suite("", new Mocha.Context());
  root.root = true;
  root.timeout(0);
  return root;
}
