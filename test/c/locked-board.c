/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A firmware that boot starts on mps2-an505, and that does what the memory protection unit forbids: which, the power-on
 * block's heap size says. Each is to end in a fault; "open" means that it did not. Or it looks for what boot left in RAM.
 */
#include <string.h>

#include "../../devices/boot/boot.h"
#include "../../devices/silicon/layout.h"
#include "../../devices/silicon/power-on.h"
#include "board.h"
#include "runtime.h"

/* bx lr */
static uint16_t in_ram[] = { 0x4770 };

static void call(const void *code)
{
	void (*function)(void);
	const uintptr_t address = (uintptr_t)code | 1u;
	memcpy(&function, &address, sizeof function);
	function();
}

/* Enough of a secret to know it by. */
#define KNOWN_SIZE 8u

/* As the test programs it. In code memory. */
static const uint8_t uds[KNOWN_SIZE] = { 0x5D, 0x5D, 0x5D, 0x5D, 0x5D, 0x5D, 0x5D, 0x5D };

static int is_of(const uint8_t *at, const uint8_t *secret)
{
	return memcmp(at, secret, KNOWN_SIZE) == 0;
}

/* Anywhere in RAM but in what was handed over: the beginning of the device's secret, of a CDI, of the attestation seed. */
static _Noreturn void look_for_secrets(const struct hand_over *given)
{
	static uint8_t begins[256]; /* with which bytes they do */
	uint32_t found = 0, own = 0;

	begins[given->cdis.attest[0]] = begins[given->cdis.seal[0]] = begins[given->attestation_seed[0]] = begins[uds[0]] = 1;
	if (given->has_cdis != IMAGE_SIGNED || given->attestation != BOOT_ATTESTATION_IAK)
		runtime_halt(HALT_FATAL, "no secrets");
	for (const uint8_t *at = (const uint8_t *)0x38000000u; at < (const uint8_t *)0x38400000u - KNOWN_SIZE; at++) {
		if (!begins[*at])
			continue;
		const int is_secret = is_of(at, given->cdis.attest) || is_of(at, given->cdis.seal) || is_of(at, given->attestation_seed);
		const int is_given = at >= (const uint8_t *)given && at < (const uint8_t *)(given + 1);
		if (is_secret && is_given)
			own++;
		else if (is_secret || is_of(at, uds))
			found++;
	}
	runtime_halt(HALT_FINISHED, own == 3 && found == 0 ? "none" : "left");
}

/* The digest of the boot program, as it says. */
static _Noreturn void tell_boot(const struct hand_over *given)
{
	static const char digits[] = "0123456789abcdef";
	char text[2 * sizeof given->boot.digest + 1] = { 0 };
	for (uint32_t i = 0; i < sizeof given->boot.digest; i++) {
		text[2 * i] = digits[given->boot.digest[i] >> 4];
		text[2 * i + 1] = digits[given->boot.digest[i] & 15u];
	}
	runtime_halt(HALT_FINISHED, text);
}

_Noreturn void runtime_main(struct hand_over *given)
{
	const struct power_on *block = (const struct power_on *)(board_window() + POWER_ON_OFFSET);
	uint8_t *flash = board_window() + FLASH_OFFSET + FLASH_USER_OFFSET;
	volatile uint8_t *write = NULL;

	if (given == NULL)
		runtime_halt(HALT_FATAL, "no hand-over");
	switch (block->heap_bytes) {
	case 0:
		runtime_halt(HALT_FINISHED, "runs");
	case 1: /* the firmware itself */
		write = (volatile uint8_t *)((uintptr_t)&runtime_main & ~(uintptr_t)1u);
		break;
	case 2: /* boot */
		write = (volatile uint8_t *)0x10000000u;
		break;
	case 3: /* code memory behind the firmware */
		write = (volatile uint8_t *)0x10190000u;
		break;
	case 4:
		call(in_ram);
		break;
	case 5:
		memcpy(flash, in_ram, sizeof in_ram);
		call(flash);
		break;
	case 8:
		tell_boot(given);
	case 7:
		look_for_secrets(given);
	default: /* the same code memory by its other address */
		write = (volatile uint8_t *)0x00020000u;
		break;
	}
	if (write != NULL)
		*write = 0;
	runtime_halt(HALT_FINISHED, "open");
}
