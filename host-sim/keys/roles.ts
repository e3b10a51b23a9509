// SPDX-License-Identifier: Apache-2.0
/** What a key is for. One key has one role. */

export const ROLES = Object.freeze(["root", "image", "manifest", "owner", "verifier"] as const);
export type KeyRole = (typeof ROLES)[number];
