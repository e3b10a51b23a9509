// SPDX-License-Identifier: Apache-2.0
/**
 * The flash as devices/NAME/silicon.json describes it: the same on every board that shares a firmware archive and a state
 * folder. test/board/layout.test.ts holds all of them and devices/silicon/layout.h in step.
 */
export const FLASH_SIZE = 0x706000;
export const FLASH_SECTOR_SIZE = 4096;
export const FLASH_WRITE_UNIT = 16;
export const FLASH_ERASED = 0xff;

export interface Partition {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  /** What an app may do: nothing (held by the firmware), read, or read and write. */
  readonly access: "none" | "read" | "write";
}

export const PARTITIONS: readonly Partition[] = Object.freeze([
  Object.freeze({ name: "app0", offset: 0x000000, size: 0x100000, access: "read" } as const),
  Object.freeze({ name: "app1", offset: 0x100000, size: 0x100000, access: "write" } as const),
  Object.freeze({ name: "its", offset: 0x200000, size: 0x010000, access: "none" } as const),
  Object.freeze({ name: "kv", offset: 0x210000, size: 0x010000, access: "none" } as const),
  Object.freeze({ name: "storage", offset: 0x220000, size: 0x080000, access: "write" } as const),
  Object.freeze({ name: "user", offset: 0x2a0000, size: 0x160000, access: "write" } as const),
  Object.freeze({ name: "fw0", offset: 0x400000, size: 0x180000, access: "none" } as const),
  Object.freeze({ name: "fw1", offset: 0x580000, size: 0x180000, access: "none" } as const),
  Object.freeze({ name: "trust", offset: 0x700000, size: 0x002000, access: "none" } as const),
  Object.freeze({ name: "boot", offset: 0x702000, size: 0x004000, access: "none" } as const),
]);

/** The key-value log (key-value-log.ts). */
export const KV_OFFSET = 0x210000;
export const KV_SIZE = 0x010000;
