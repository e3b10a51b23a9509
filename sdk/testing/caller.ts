// SPDX-License-Identifier: Apache-2.0
/**
 * An error of an asynchronous method says where it was called. XS has no frames for what awaits: once a method has waited,
 * the line of the spec is no longer in the stack of what it throws. A call that nobody waits for is found out, too.
 */
import Timer from "timer";

/** Of the tester's time, which stands still while the simulator works: for a step that waits for the spec itself. */
const LEFT_LIMIT_MS = 1000;

interface Step {
  readonly name: string;
  readonly caller: Error;
  promise?: Promise<unknown>;
}

const underWay = new Set<Step>();

type Method = (...given: unknown[]) => unknown;

function framesOf(stack: string | undefined): string[] {
  return (stack ?? "").split("\n").filter((line) => /^\s*at /.test(line));
}

/** Adds the caller's frames below the error's own. */
function addCaller(thrown: unknown, caller: Error): void {
  if (!(thrown instanceof Error) || !Object.isExtensible(thrown)) return;
  const own = thrown.stack ?? thrown.message;
  const known = framesOf(own);
  const stack = [own, ...framesOf(caller.stack).filter((frame) => !known.includes(frame))].join("\n");
  Object.defineProperty(thrown, "stack", { value: stack, configurable: true, writable: true });
}

/**
 * What began and was not waited for ends now.
 * @returns an error that says where the first one was called; undefined when there is none.
 */
export async function endSteps(): Promise<Error | undefined> {
  const steps = [...underWay];
  const [first] = steps;
  if (first === undefined) return undefined;
  let timer: Timer | undefined;
  const limit = new Promise((done) => {
    timer = Timer.set(done, LEFT_LIMIT_MS);
  });
  await Promise.race([Promise.allSettled(steps.map(({ promise }) => promise)), limit]);
  Timer.clear(timer);
  for (const step of steps) underWay.delete(step);
  const error = new Error(`device.${first.name}() was not awaited: it was still under way at the end`);
  const stack = [`Error: ${error.message}`, ...framesOf(first.caller.stack)].join("\n");
  return Object.defineProperty(error, "stack", { value: stack, configurable: true, writable: true });
}

/** Makes the methods of this name, which return promises, name their callers. */
export function nameCallers<Key extends string>(prototype: { [name in Key]: unknown }, names: readonly Key[]): void {
  for (const name of names) {
    const method = prototype[name] as Method;
    const run = async (self: unknown, given: unknown[], step: Step): Promise<unknown> => {
      try {
        return await method.apply(self, given);
      } catch (thrown) {
        addCaller(thrown, step.caller);
        throw thrown;
      } finally {
        underWay.delete(step);
      }
    };
    const named = function (this: unknown, ...given: unknown[]): Promise<unknown> {
      const step: Step = { name, caller: new Error(name) };
      underWay.add(step);
      step.promise = run(this, given, step);
      return step.promise;
    };
    Object.defineProperty(prototype, name, { value: named, configurable: true, writable: true });
  }
}
