// SPDX-License-Identifier: Apache-2.0
/** What a tester and the simulator say to each other about a spec: plain JSON. */
import type { Encoded } from "./values.js";

/** Methods that the simulator calls on a tester. */
export const TesterMethod = Object.freeze({ load: "spec.load", run: "spec.run", finish: "spec.finish" } as const);
/** Methods that a tester calls on the simulator. */
export const SpecMethod = Object.freeze({ late: "spec.late" } as const);

export interface LoadParams {
  /** Specifier of the spec's module in the image. */
  readonly module: string;
  /** As messages name the file. */
  readonly file: string;
  /** What tests and hooks get that say nothing else; 0: no limit. */
  readonly timeoutMs: number;
  /** How often a failed test is run again, that says nothing else; -1: not. */
  readonly retries: number;
}

export interface RunnableNode {
  readonly id: number;
  /** Of a hook: its own name, "" when it has none. */
  readonly title: string;
  readonly retries: number;
  /** Milliseconds; undefined: mocha's default. */
  readonly slowMs?: number;
}

export interface TestNode extends RunnableNode {
  /** Without a function: named, not run. */
  readonly isPending: boolean;
  readonly isOnly: boolean;
}

export const HOOKS = Object.freeze(["before", "after", "beforeEach", "afterEach"] as const);
export type HookName = (typeof HOOKS)[number];

export interface SuiteNode {
  readonly title: string;
  readonly isPending: boolean;
  readonly isOnly: boolean;
  readonly isBailing: boolean;
  readonly retries: number;
  readonly tests: readonly TestNode[];
  readonly suites: readonly SuiteNode[];
  readonly hooks: Readonly<Record<HookName, readonly RunnableNode[]>>;
}

/** A test as hooks see it in `this.currentTest`. */
export interface CurrentTest {
  readonly id: number;
  readonly state?: "passed" | "failed" | "pending";
}

export interface RunParams {
  readonly id: number;
  /** How often it was run already. */
  readonly retry: number;
  readonly currentTest?: CurrentTest;
}

/** How a function of a spec ended, and what it changed of itself on the way. */
export interface RunResult {
  readonly outcome: "passed" | "failed" | "skipped";
  /** What was thrown, when it failed. */
  readonly thrown?: Encoded;
  readonly retries: number;
  readonly slowMs?: number;
}

/** `done()` was called again after the end of a function. */
export interface LateParams {
  readonly id: number;
  readonly thrown: Encoded;
}
