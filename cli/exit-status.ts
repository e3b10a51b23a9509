// SPDX-License-Identifier: Apache-2.0
/** Exit statuses of the command. */
export const ExitStatus = Object.freeze({
  ok: 0,
  failed: 1,
  usage: 2,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const);
