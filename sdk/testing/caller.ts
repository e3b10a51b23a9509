// SPDX-License-Identifier: Apache-2.0
/**
 * An error of an asynchronous method says where it was called. XS has no frames for what awaits: once a method has waited,
 * the line of the spec is no longer in the stack of what it throws.
 */

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

/** Makes the methods of this name, which return promises, name their callers. */
export function nameCallers<Key extends string>(prototype: { [name in Key]: unknown }, names: readonly Key[]): void {
  for (const name of names) {
    const method = prototype[name] as Method;
    const named = async function (this: unknown, ...given: unknown[]): Promise<unknown> {
      const caller = new Error(name);
      try {
        return await method.apply(this, given);
      } catch (thrown) {
        addCaller(thrown, caller);
        throw thrown;
      }
    };
    Object.defineProperty(prototype, name, { value: named, configurable: true, writable: true });
  }
}
