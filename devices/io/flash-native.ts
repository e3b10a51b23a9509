// SPDX-License-Identifier: Apache-2.0
/** The modelled flash (devices/silicon) as functions. Offsets are from the start of the flash. */

export function flashRead(offset: number, length: number): ArrayBuffer {
  return native("xs_thimble_flash_read").call(undefined, offset, length);
}

/** @throws RangeError FLASH_ALIGNMENT, FLASH_RANGE. @throws Error FLASH_PROGRAMMED: a unit was not erased. */
export function flashWrite(offset: number, bytes: Uint8Array): void {
  native("xs_thimble_flash_write").call(undefined, offset, bytes);
}

/** @throws RangeError FLASH_ALIGNMENT, FLASH_RANGE. */
export function flashErase(offset: number, length: number): void {
  native("xs_thimble_flash_erase").call(undefined, offset, length);
}
