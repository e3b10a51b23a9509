// SPDX-License-Identifier: Apache-2.0
/** Loads a spec file on Node and keeps what it names, without running any test. */
import { pathToFileURL } from "node:url";
import { useBackEnd } from "./machine.js";
import { Collector, type Suite, testsOf, titleOf } from "./tree.js";

let current: Collector | undefined;

/** Where describe and it of harness/spec go while a spec is collected; undefined: to mocha. */
export function currentCollector(): Collector | undefined {
  return current;
}

/**
 * @param file - a compiled spec. Once a process: a module is evaluated only once.
 * @throws whatever the spec throws while it loads; RangeError when it has no test or two tests of one name.
 */
export async function collectSpec(file: string): Promise<Suite> {
  if (current !== undefined) throw new Error("one spec is collected at a time");
  const collector = new Collector();
  current = collector;
  useBackEnd("none");
  try {
    await import(pathToFileURL(file).href);
  } finally {
    current = undefined;
  }
  const titles = testsOf(collector.root).map((test) => titleOf(test.path));
  if (titles.length === 0) throw new RangeError("the spec names no test, or it was loaded before");
  const twice = titles.find((title, index) => titles.indexOf(title) < index);
  if (twice !== undefined) throw new RangeError(`two tests of one name: ${twice}`);
  return collector.root;
}
