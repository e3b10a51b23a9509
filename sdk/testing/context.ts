// SPDX-License-Identifier: Apache-2.0
/**
 * `this` of tests and hooks: one for each suite, on top of that of the suite around it, so that what a hook puts there
 * is seen inside. It speaks for the test or hook that runs now.
 */
import { Pending } from "./runnable.js";
import type { SpecContext, SpecTest, Time } from "./words.js";

/** What a context needs of the test that it speaks for. */
interface Current extends SpecTest {
  /** Ends a run that waits for `done`. */
  endSkipped(): void;
}

export class Context implements SpecContext {
  // biome-ignore lint/suspicious/noExplicitAny: a spec's own properties
  [key: string]: any;
  declare test: Current;
  declare currentTest: SpecTest | undefined;

  timeout(): number;
  timeout(time: Time): this;
  timeout(time?: Time): number | this {
    if (time === undefined) return this.test.timeout();
    this.test.timeout(time);
    return this;
  }

  slow(): number | undefined;
  slow(time: Time): this;
  slow(time?: Time): number | undefined | this {
    if (time === undefined) return this.test.slow();
    this.test.slow(time);
    return this;
  }

  retries(): number;
  retries(count: number): this;
  retries(count?: number): number | this {
    if (count === undefined) return this.test.retries();
    this.test.retries(count);
    return this;
  }

  skip(): never {
    this.test.endSkipped();
    throw new Pending("skipped");
  }
}
