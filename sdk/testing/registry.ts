// SPDX-License-Identifier: Apache-2.0
/** What a spec names while it loads: suites, tests, hooks. The simulator is told titles and numbers; the functions stay here. */
import { Context } from "./context.js";
import { HOOKS, type HookName, type LoadParams, type RunnableNode, type SuiteNode, type TestNode } from "./protocol.js";
import { isThenable, type Run, toMilliseconds, toTimeout } from "./runnable.js";
import type { SpecFunction, SpecSuite, SpecTest, SuiteFunction, Time } from "./words.js";

const NUMBER_MAX = 0x7fff_ffff;

function finite(count: number): number {
  return Math.min(count, NUMBER_MAX);
}

/** A test or a hook. Specs get it from `it(...)`, as `this.test` and as `this.currentTest`. */
export class Runnable implements SpecTest {
  readonly id: number;
  readonly type: "test" | "hook";
  /** Of a hook with the words that mocha reports it by. */
  readonly title: string;
  readonly parent: Suite;
  readonly file: string;
  readonly fn: SpecFunction | undefined;
  isOnly = false;
  state: "passed" | "failed" | "pending" | undefined;
  timeoutMs: number;
  slowMs: number | undefined;
  retriesMax: number;
  retry = 0;
  run: Run | undefined;

  constructor(id: number, type: "test" | "hook", title: string, parent: Suite, file: string, fn?: SpecFunction) {
    this.id = id;
    this.type = type;
    this.title = title;
    this.parent = parent;
    this.file = file;
    this.fn = fn;
    this.timeoutMs = parent.timeoutMs;
    this.slowMs = parent.slowMs;
    this.retriesMax = parent.retriesMax;
  }

  timeout(): number;
  timeout(time: Time): this;
  timeout(time?: Time): number | this {
    if (time === undefined) return this.timeoutMs;
    this.timeoutMs = toTimeout(time);
    this.run?.resetTimeout();
    return this;
  }

  slow(): number | undefined;
  slow(time: Time): this;
  slow(time?: Time): number | undefined | this {
    if (time === undefined) return this.slowMs;
    this.slowMs = toMilliseconds(time);
    return this;
  }

  retries(): number;
  retries(count: number): this;
  retries(count?: number): number | this {
    if (count === undefined) return this.retriesMax;
    this.retriesMax = count;
    return this;
  }

  endSkipped(): void {
    this.run?.skip();
  }

  currentRetry(): number {
    return this.retry;
  }

  isPending(): boolean {
    return this.state === "pending" || this.fn === undefined || this.parent.isPending();
  }

  isPassed(): boolean {
    return this.state === "passed";
  }

  isFailed(): boolean {
    return this.state === "failed";
  }

  titlePath(): string[] {
    return [...this.parent.titlePath(), this.title];
  }

  fullTitle(): string {
    return this.titlePath().join(" ");
  }

  /** As mocha names it in an error. */
  describe(): string {
    return `${this.type} <${this.fullTitle()}>${this.parent.parent === undefined ? " (of root suite)" : ""}`;
  }

  /** What mocha has to know; JSON has no Infinity. */
  get settings(): Pick<RunnableNode, "retries" | "slowMs"> {
    const { retriesMax, slowMs } = this;
    return { retries: finite(retriesMax), ...(slowMs === undefined ? {} : { slowMs: finite(slowMs) }) };
  }

  toNode(): TestNode {
    const { id, title, isOnly, fn } = this;
    return { id, title, ...this.settings, isPending: fn === undefined, isOnly };
  }
}

/** `this` of a function given to `describe`. */
export class Suite implements SpecSuite {
  readonly title: string;
  readonly parent: Suite | undefined;
  readonly context: Context;
  readonly tests: Runnable[] = [];
  readonly suites: Suite[] = [];
  readonly hooks: Record<HookName, { hook: Runnable; name: string }[]> = {
    before: [],
    after: [],
    beforeEach: [],
    afterEach: [],
  };
  isSkipped = false;
  isOnly = false;
  isBailing = false;
  timeoutMs: number;
  slowMs: number | undefined;
  retriesMax: number;

  constructor(title: string, parent: Suite | undefined, timeoutMs: number) {
    this.title = title;
    this.parent = parent;
    this.context = parent === undefined ? new Context() : (Object.create(parent.context) as Context);
    this.timeoutMs = parent?.timeoutMs ?? timeoutMs;
    this.slowMs = parent?.slowMs;
    this.retriesMax = parent?.retriesMax ?? -1;
    this.isBailing = parent?.isBailing ?? false;
  }

  timeout(): number;
  timeout(time: Time): this;
  /** Also of the tests and suites that are in it already, but of no hook: as mocha does. */
  timeout(time?: Time): number | this {
    if (time === undefined) return this.timeoutMs;
    this.timeoutMs = toTimeout(time);
    for (const inner of [...this.tests, ...this.suites]) inner.timeout(this.timeoutMs);
    return this;
  }

  slow(): number | undefined;
  slow(time: Time): this;
  slow(time?: Time): number | undefined | this {
    if (time === undefined) return this.slowMs;
    this.slowMs = toMilliseconds(time);
    return this;
  }

  retries(): number;
  retries(count: number): this;
  retries(count?: number): number | this {
    if (count === undefined) return this.retriesMax;
    this.retriesMax = count;
    return this;
  }

  bail(): boolean;
  bail(isBailing: boolean): this;
  bail(isBailing?: boolean): boolean | this {
    if (isBailing === undefined) return this.isBailing;
    this.isBailing = isBailing;
    return this;
  }

  isPending(): boolean {
    return this.isSkipped || (this.parent?.isPending() ?? false);
  }

  titlePath(): string[] {
    return this.parent === undefined ? [] : [...this.parent.titlePath(), this.title];
  }

  fullTitle(): string {
    return this.titlePath().join(" ");
  }

  toNode(): SuiteNode {
    const hooks = Object.fromEntries(
      HOOKS.map((name) => [name, this.hooks[name].map(({ hook, name: title }) => ({ ...hook.toNode(), title }))]),
    ) as unknown as SuiteNode["hooks"];
    return {
      title: this.title,
      isPending: this.isSkipped,
      isOnly: this.isOnly,
      isBailing: this.isBailing,
      retries: finite(this.retriesMax),
      tests: this.tests.map((test) => test.toNode()),
      suites: this.suites.map((suite) => suite.toNode()),
      hooks,
    };
  }
}

const HOOK_WORDS: Readonly<Record<HookName, string>> = Object.freeze({
  before: '"before all" hook',
  after: '"after all" hook',
  beforeEach: '"before each" hook',
  afterEach: '"after each" hook',
});

function checkTitle(title: unknown, what: "Suite" | "Test"): void {
  if (typeof title === "string") return;
  const verb = what === "Suite" ? "must" : "should";
  throw new TypeError(`${what} argument "title" ${verb} be a string. Received type "${typeof title}"`);
}

/** Tests that come after an await are named when nobody listens any more. */
const NO_ASYNC_SUITE = "A suite names its tests at once: wait in a hook, or at the spec's top level.";

export class Registry {
  readonly root: Suite;
  readonly #file: string;
  readonly #runnables: Runnable[] = [];
  #suite: Suite;

  constructor({ file, timeoutMs, retries }: Pick<LoadParams, "file" | "timeoutMs" | "retries">) {
    this.root = new Suite("", undefined, timeoutMs);
    this.root.retries(retries);
    this.#suite = this.root;
    this.#file = file;
  }

  find(id: number): Runnable | undefined {
    return this.#runnables[id];
  }

  addSuite(title: string, fn: SuiteFunction | undefined, how?: "only" | "skip"): Suite {
    checkTitle(title, "Suite");
    const suite = new Suite(title, this.#suite, 0);
    suite.isSkipped = how === "skip";
    suite.isOnly = how === "only";
    if (typeof fn !== "function" && !suite.isSkipped) {
      const help = "Supply a callback or explicitly skip the suite.";
      throw new TypeError(`Suite "${suite.fullTitle()}" was defined but no callback was supplied. ${help}`);
    }
    const outer = this.#suite;
    outer.suites.push(suite);
    this.#suite = suite;
    const result: unknown = fn?.call(suite);
    this.#suite = outer;
    if (isThenable(result)) throw new TypeError(`Suite "${suite.fullTitle()}" returned a promise. ${NO_ASYNC_SUITE}`);
    return suite;
  }

  addTest(title: string, fn: SpecFunction | undefined, how?: "only"): Runnable {
    checkTitle(title, "Test");
    if (fn && typeof fn !== "function") throw new TypeError(`Test "${title}" needs a function, got ${typeof fn}`);
    const test = this.#add("test", title, this.#suite.isPending() || !fn ? undefined : fn);
    test.isOnly = how === "only";
    this.#suite.tests.push(test);
    return test;
  }

  /** @param given - a name and a function, or a function alone, whose own name then counts. */
  addHook(hookName: HookName, given: readonly [unknown, unknown?]): void {
    if (this.#suite.isPending()) return;
    const [first, second] = given;
    const fn = (typeof first === "function" ? first : second) as SpecFunction | undefined;
    if (typeof fn !== "function") throw new TypeError(`${hookName} needs a function`);
    const name = typeof first === "function" ? first.name : `${(first as string | undefined) ?? ""}`;
    const title = HOOK_WORDS[hookName] + (name === "" ? "" : `: ${name}`);
    const hook = this.#add("hook", title, fn);
    this.#suite.hooks[hookName].push({ hook, name });
  }

  #add(type: "test" | "hook", title: string, fn: SpecFunction | undefined): Runnable {
    const runnable = new Runnable(this.#runnables.length, type, title, this.#suite, this.#file, fn);
    this.#runnables.push(runnable);
    return runnable;
  }
}
