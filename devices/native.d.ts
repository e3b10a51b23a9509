// SPDX-License-Identifier: Apache-2.0
/**
 * Binds a C function of the firmware by name, in firmware modules only:
 * `native("xs_thimble_x").call(this, a, b)`. The name is a literal and the call has exactly this form,
 * which XS 17 compiles to a direct call and the compiler here turns into a host function for XS 13.3
 * (docs/decisions/0003-natives.md). In an app the word is a compile error.
 */
// biome-ignore lint/suspicious/noExplicitAny: what a C function returns has no type; each binding states it.
declare function native(name: string): { call(receiver: unknown, ...values: unknown[]): any };
