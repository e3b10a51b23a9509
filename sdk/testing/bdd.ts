// SPDX-License-Identifier: Apache-2.0
/** Mocha's BDD words, as globals of a tester; `import { describe, it } from "mocha"` gives the same. Types: globals.d.ts. */
import type { HookName, SuiteNode } from "./protocol.js";
import type { Registry } from "./registry.js";
import type { DescribeFunction, HookFunction, ItFunction } from "./words.js";

/** A tester loads one spec. */
let current: Registry | undefined;

function registry(): Registry {
  if (current === undefined)
    throw new Error("describe, it and hooks are called by a spec file that `thimble test` loads");
  return current;
}

const skipSuite: DescribeFunction["skip"] = (title, fn) => registry().addSuite(title, fn, "skip");
const skipTest: ItFunction["skip"] = (title) => registry().addTest(title, undefined);

/** Each word is a function of its own, as in mocha. */
const describeWord = (): DescribeFunction =>
  Object.assign<
    (...given: Parameters<DescribeFunction>) => ReturnType<DescribeFunction>,
    Pick<DescribeFunction, "only" | "skip">
  >((title, fn) => registry().addSuite(title, fn), {
    only: (title, fn) => registry().addSuite(title, fn, "only"),
    skip: skipSuite,
  });

const itWord = (): ItFunction =>
  Object.assign<(...given: Parameters<ItFunction>) => ReturnType<ItFunction>, Pick<ItFunction, "only" | "skip">>(
    (title, fn) => registry().addTest(title, fn),
    { only: (title, fn) => registry().addTest(title, fn, "only"), skip: skipTest },
  );

const hook =
  (name: HookName): HookFunction =>
  (...given: [unknown, unknown?]) =>
    registry().addHook(name, given);

export const describe = describeWord();
export const context = describeWord();
export const it = itWord();
export const specify = itWord();
export const before = hook("before");
export const after = hook("after");
export const beforeEach = hook("beforeEach");
export const afterEach = hook("afterEach");

const words = { describe, context, it, specify, before, after, beforeEach, afterEach };
const skippers = { xdescribe: skipSuite, xcontext: skipSuite, xit: skipTest, xspecify: skipTest };

/** Takes what a spec names while `load` runs. */
export async function collect(into: Registry, load: () => Promise<unknown>): Promise<SuiteNode> {
  Object.assign(globalThis, words, skippers);
  current = into;
  await load();
  current = undefined;
  return into.root.toNode();
}
