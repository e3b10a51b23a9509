/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The boot program of mps2-an505. Execution memory is code memory, where the firmware is linked for; the memory protection
 * unit (Armv8-M, PMSAv8) then lets nothing write it, and nothing else be executed.
 */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "../boot-program/program.h"
#include "board-internal.h"

extern uint8_t _boot_start[], _boot_code_end[], _data_start[], _data_end[], _data_load[], _bss_start[], _bss_end[];
extern uint8_t _heap_start[], _heap_end[], _stack_limit[], _stack_top[], _boot_ram_start[], _boot_ram_end[];

#define VTOR (*(volatile uint32_t *)0xE000ED08u)

struct mpu {
	volatile uint32_t type, control, region, base, limit;
	uint32_t aliases[6];
	volatile uint32_t attributes[2];
};

#define MPU ((struct mpu *)0xE000ED90u)
#define MPU_ON 1u /* without the default map: what no region has cannot be reached */
#define ATTRIBUTE_MEMORY 0xFFu /* attribute 0: normal, write-back; attribute 1 is 0: device */
#define REGION_WRITABLE (0u << 1)
#define REGION_READ_ONLY (2u << 1)
#define REGION_NOT_EXECUTED 1u
#define REGION_ON 1u
#define REGION_DEVICE (1u << 1)
#define GRANULE 32u
#define PAYLOAD_SIZE_AT 12u /* in an image's header */

_Noreturn void boot_reset_handler(void);
void *_sbrk(ptrdiff_t increment);

/* What Mbed TLS computes with: numbers that are freed at the end of each signature. */
void *_sbrk(ptrdiff_t increment)
{
	static uint8_t *brk = _heap_start;
	if (increment > _heap_end - brk || increment < _heap_start - brk) {
		errno = ENOMEM;
		return (void *)-1;
	}
	uint8_t *previous = brk;
	brk += increment;
	return previous;
}

uint8_t *boot_memory(uint32_t *size)
{
	*size = (uint32_t)(_firmware_end - _execution_memory);
	return _execution_memory;
}

/* Of [from, to), which begins and ends with a granule. */
static void set_region(uint32_t number, uint32_t from, uint32_t to, uint32_t rights, uint32_t attribute)
{
	MPU->region = number;
	MPU->base = from | rights;
	MPU->limit = ((to - 1u) & ~(GRANULE - 1u)) | attribute | REGION_ON;
}

void boot_lock(void)
{
	/* The header is as verified. Behind the payload may be the rest of an image that was refused: nobody executes that. */
	uint32_t payload_size;
	memcpy(&payload_size, _execution_memory + PAYLOAD_SIZE_AT, sizeof payload_size);
	const uint32_t firmware = (uint32_t)_firmware_start;
	MPU->control = 0;
	MPU->attributes[0] = ATTRIBUTE_MEMORY;
	set_region(0, 0x10000000u, (uint32_t)_boot_code_end, REGION_READ_ONLY, 0);
	set_region(1, firmware, firmware + payload_size, REGION_READ_ONLY, 0);
	set_region(2, 0x38000000u, 0x38400000u, REGION_WRITABLE | REGION_NOT_EXECUTED, 0);
	set_region(3, 0x80000000u, 0x81000000u, REGION_WRITABLE | REGION_NOT_EXECUTED, 0);
	set_region(4, 0x40000000u, 0x60000000u, REGION_WRITABLE | REGION_NOT_EXECUTED, REGION_DEVICE);
	MPU->control = MPU_ON;
	__asm__ volatile("dsb\n\tisb" ::: "memory");
}

/* QEMU's Cortex-M33 has TrustZone: a secure world is to keep the key. */
uint32_t boot_attestation(void)
{
	return BOOT_ATTESTATION_IAK;
}

const uint8_t *boot_code(size_t *size)
{
	*size = (size_t)(_data_load + (_data_end - _data_start) - _boot_start);
	return _boot_start;
}

static bool is_in(uint32_t address, const uint8_t *start, const uint8_t *end)
{
	return address > (uint32_t)start && address <= (uint32_t)end;
}

/* Registers only: the stack is among what is wiped. */
_Noreturn void boot_run(struct hand_over *out)
{
	const uint32_t *vectors = (const uint32_t *)(void *)_firmware_start;
	if (!is_in(vectors[0], _boot_ram_start, _ram_end) || !is_in(vectors[1], _firmware_start, _firmware_end))
		boot_other_board();
	VTOR = (uint32_t)vectors;
	register uint32_t given __asm__("r0") = (uint32_t)out;
	register uint32_t at __asm__("r1") = (uint32_t)_boot_ram_start;
	register uint32_t end __asm__("r2") = (uint32_t)_boot_ram_end;
	register uint32_t stack __asm__("r3") = vectors[0];
	register uint32_t entry __asm__("r4") = vectors[1];
	__asm__ volatile(
		"movs r5, #0\n"
		"msr msplim, r5\n"
		"1: str r5, [r1], #4\n"
		"cmp r1, r2\n"
		"blo 1b\n"
		"msr msp, r3\n"
		"movs r1, #0\n\tmovs r2, #0\n\tmovs r3, #0\n\tmovs r6, #0\n\tmovs r7, #0\n"
		"mov r8, r5\n\tmov r9, r5\n\tmov r10, r5\n\tmov r11, r5\n\tmov r12, r5\n\tmov lr, r5\n"
		"bx r4\n"
		: "+r"(given), "+r"(at), "+r"(end), "+r"(stack), "+r"(entry)
		:
		: "r5", "memory");
	__builtin_unreachable();
}

_Noreturn void fault_told(const char *text)
{
	boot_fatal(text);
}

_Noreturn void boot_reset_handler(void)
{
	__asm__ volatile("msr msplim, %0" ::"r"(_stack_limit));
	memcpy(_data_start, _data_load, (size_t)(_data_end - _data_start));
	memset(_bss_start, 0, (size_t)(_bss_end - _bss_start));
	base_start();
	boot_program((struct hand_over *)(void *)_hand_over);
}

_Static_assert(IMAGE_HEADER_SIZE == 32u, "memory.ld leaves room for the header");
_Static_assert(sizeof(struct hand_over) <= 1024, "the hand-over fits its place in memory.ld");

__attribute__((section(".vectors"), used)) static const uintptr_t vectors[16] = {
	(uintptr_t)_stack_top,
	(uintptr_t)boot_reset_handler,
	(uintptr_t)fault_handler, /* NMI */
	(uintptr_t)fault_handler, /* HardFault */
	(uintptr_t)fault_handler, /* MemManage */
	(uintptr_t)fault_handler, /* BusFault */
	(uintptr_t)fault_handler, /* UsageFault */
	(uintptr_t)fault_handler, /* SecureFault */
};
