// SPDX-License-Identifier: Apache-2.0
/** Mocha's BDD words, as specs see them: the types of what bdd.ts gives. Nothing is here that a tester does not do. */

/** Milliseconds, or a text with a unit: "500ms", "2s", "1.5 minutes", "1h". */
export type Time = number | string;

/** Settings that suites, tests and hooks have in common. Without an argument the present value is returned. */
export interface Settings {
  /** In the tester's own time, which stands still while a spec waits for the device. 0, and Infinity: no limit. */
  timeout(): number;
  timeout(time: Time): this;
  /** In real time: from half of it on a reporter shows how long a test took. */
  slow(): number | undefined;
  slow(time: Time): this;
  /** How often a failed test is run again; -1: not. */
  retries(): number;
  retries(count: number): this;
}

interface Titled {
  readonly title: string;
  titlePath(): string[];
  fullTitle(): string;
  isPending(): boolean;
}

/** What `it` gives, and `this.test`. */
export interface SpecTest extends Settings, Titled {
  readonly type: "test" | "hook";
  /** Name of the spec file. */
  readonly file: string;
  /** Once it was run. */
  readonly state: "passed" | "failed" | "pending" | undefined;
  readonly parent: SpecSuite;
  currentRetry(): number;
  isPassed(): boolean;
  isFailed(): boolean;
}

/** `this` in `describe`. */
export interface SpecSuite extends Settings, Titled {
  readonly parent: SpecSuite | undefined;
  /** Whether the first failure ends it. */
  bail(): boolean;
  bail(isBailing: boolean): this;
}

/** `this` in tests and hooks; what a hook puts here is seen by tests and inner suites. */
export interface SpecContext extends Settings {
  // biome-ignore lint/suspicious/noExplicitAny: a spec's own properties
  [key: string]: any;
  /** The test or hook that runs. */
  readonly test: SpecTest;
  /** In hooks of each test: that test. */
  readonly currentTest: SpecTest | undefined;
  /** Ends a test as pending; of a hook before tests, these tests. */
  skip(): never;
}

/** Of a test or hook with a parameter: it ends when this is called. */
export type Done = (error?: unknown) => void;
/** It ends when it returns, or when the promise that it returns settles. */
export type SpecFunction = (this: SpecContext, done: Done) => unknown;
export type SuiteFunction = (this: SpecSuite) => void;

export interface DescribeFunction {
  (title: string, fn: SuiteFunction): SpecSuite;
  /** Of the whole run only what is marked so is run. */
  only(title: string, fn: SuiteFunction): SpecSuite;
  skip(title: string, fn?: SuiteFunction): SpecSuite;
}

export interface ItFunction {
  /** Without a function: a test that is yet to be written. */
  (title: string, fn?: SpecFunction): SpecTest;
  only(title: string, fn: SpecFunction): SpecTest;
  skip(title: string, fn?: SpecFunction): SpecTest;
}

export interface HookFunction {
  (fn: SpecFunction): void;
  (name: string, fn: SpecFunction): void;
}
