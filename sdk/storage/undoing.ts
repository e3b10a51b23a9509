// SPDX-License-Identifier: Apache-2.0
/** What is done before an error goes on. */

/** The result of an action. When it throws, `undo` is done first. */
export function undoing<T>(undo: () => void, action: () => T): T {
  let isDone = false;
  try {
    const result = action();
    isDone = true;
    return result;
  } finally {
    if (!isDone) undo();
  }
}
