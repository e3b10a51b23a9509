// SPDX-License-Identifier: Apache-2.0
/** What a mocha runner says, as plain data: of mocha on Node and of `thimble test` it must be the same. */
import Mocha from "mocha";

const { constants } = Mocha.Runner;
const EVENTS = [
  constants.EVENT_RUN_BEGIN,
  constants.EVENT_SUITE_BEGIN,
  constants.EVENT_SUITE_END,
  constants.EVENT_TEST_BEGIN,
  constants.EVENT_TEST_END,
  constants.EVENT_TEST_PASS,
  constants.EVENT_TEST_FAIL,
  constants.EVENT_TEST_PENDING,
  constants.EVENT_TEST_RETRY,
  constants.EVENT_HOOK_BEGIN,
  constants.EVENT_HOOK_END,
  constants.EVENT_RUN_END,
];

interface Thrown {
  readonly name?: string;
  readonly message?: string;
  readonly code?: unknown;
  readonly actual?: unknown;
  readonly expected?: unknown;
  readonly showDiff?: boolean;
  readonly operator?: string;
}

/** An error as reporters show it: with the texts that the diff is made from. */
function describeError(error: Thrown): unknown {
  const { name, message, code, showDiff, operator, actual, expected } = error;
  const isSame = Object.prototype.toString.call(actual) === Object.prototype.toString.call(expected);
  const diff = showDiff !== false && isSame && expected !== undefined;
  const shown = diff ? [actual, expected].map((value) => Mocha.utils.stringify(value)) : [];
  return { name, message, code, operator, shown };
}

/** One line for each thing that is said. @param hide - a name that differs, left out of messages. */
export function listen(runner: Mocha.Runner, hide: string): string[] {
  const lines: string[] = [];
  for (const event of EVENTS) {
    runner.on(event as "fail", (subject?: Mocha.Test, error?: unknown) => {
      const title = subject instanceof Mocha.Suite || subject instanceof Mocha.Runnable ? subject.titlePath() : [];
      const state = subject instanceof Mocha.Runnable ? subject.state : undefined;
      const thrown = error === undefined ? undefined : describeError(error as Thrown);
      const line = JSON.stringify([event, title.join(" > "), state, thrown]);
      // Mocha has a second error's stack in a message.
      lines.push(line.replaceAll(hide, "FILE").replace(/\\n {4}at .*?(?=")/g, ""));
    });
  }
  return lines;
}
