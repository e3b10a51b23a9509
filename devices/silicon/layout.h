/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The memory window that a modelled board shares with the simulator: one sparse file of 16 MiB, mapped by the host
 * process and put by QEMU at 0x80000000 on mps2-an505. WINDOW offsets are from its start, FLASH_ ones of partitions from
 * the start of the flash. What the silicon has is said in devices/NAME/silicon.json; host-sim/board/layout.ts and
 * devices/io/partitions.ts have the same numbers. test/board/layout.test.ts holds them all in step.
 */
#ifndef THIMBLE_LAYOUT_H
#define THIMBLE_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#define WINDOW_SIZE 0x1000000u

/** The flash: what the app and the firmware see. Erased bytes are 0xFF. */
#define FLASH_OFFSET 0x800000u
#define FLASH_SIZE 0x706000u
#define FLASH_SECTOR_SIZE 4096u
/** Smallest programmable piece; each may be programmed once between two erases of its sector. */
#define FLASH_WRITE_UNIT 16u
#define FLASH_ERASED 0xFFu
#define FLASH_SECTORS (FLASH_SIZE / FLASH_SECTOR_SIZE)

/** Model state before the flash, out of reach of flash_read: one bit a write unit, set once it is programmed. */
#define PROGRAMMED_OFFSET 0x400000u
#define PROGRAMMED_SIZE (FLASH_SIZE / FLASH_WRITE_UNIT / 8u)

/** The power-on block (power-on.h). Its place and its first two words are those of every version. */
#define POWER_ON_OFFSET 0x500000u
/** What a reset sets back (registers.h). */
#define REGISTERS_OFFSET 0x501000u

/** One-time programmable bits (otp.h): all zero when new. */
#define OTP_OFFSET 0x502000u
#define OTP_SIZE 512u
#define OTP_WORD 4u

/** Monotonic counters (counter.h). */
#define COUNTERS_OFFSET 0x503000u
#define COUNTERS_MAX 8u
/** The one that tells the present flash from an older copy; the others are free. */
#define COUNTER_FRESHNESS 0u

#define FLASH_APP0_OFFSET 0x000000u
#define FLASH_APP0_SIZE 0x100000u
#define FLASH_APP1_OFFSET 0x100000u
#define FLASH_APP1_SIZE 0x100000u
#define FLASH_ITS_OFFSET 0x200000u
#define FLASH_ITS_SIZE 0x010000u
#define FLASH_KV_OFFSET 0x210000u
#define FLASH_KV_SIZE 0x010000u
#define FLASH_STORAGE_OFFSET 0x220000u
#define FLASH_STORAGE_SIZE 0x080000u
#define FLASH_USER_OFFSET 0x2A0000u
#define FLASH_USER_SIZE 0x160000u
#define FLASH_FW0_OFFSET 0x400000u
#define FLASH_FW0_SIZE 0x180000u
#define FLASH_FW1_OFFSET 0x580000u
#define FLASH_FW1_SIZE 0x180000u
#define FLASH_TRUST_OFFSET 0x700000u
#define FLASH_TRUST_SIZE 0x002000u
#define FLASH_BOOT_OFFSET 0x702000u
#define FLASH_BOOT_SIZE 0x004000u

struct flash_partition {
	const char *name;
	uint32_t offset;
	uint32_t size;
};

#define FLASH_PARTITION_COUNT 10u

/** Partitions in order of offset; they cover the flash without a gap. Defined in flash.c. */
extern const struct flash_partition flash_partitions[FLASH_PARTITION_COUNT];

#endif
