/* SPDX-License-Identifier: Apache-2.0 */
#include "program.h"

#include <stdbool.h>
#include <string.h>

#include <mbedtls/sha256.h>

#include "../boot/check.h"
#include "../boot/fuses.h"
#include "../runtime/board.h"
#include "../runtime/image-name.h"
#include "../silicon/flash.h"
#include "../silicon/power-on.h"
#include "../silicon/stop.h"

#define HALT_REFUSED 2u
#define HALT_FATAL 8u
/* As an image's header has it: major, minor, revision, build as 8, 8, 16 and 32 bits. */
#define BOOT_PROGRAM_VERSION 0x0100000000000000u /* 1.0.0 */

static void say(const char *text)
{
	board_console_write(text, strlen(text));
}

static const char *why(uint32_t status)
{
	switch (status) {
	case BOOT_E_TRUST:
		return "BOOT_E_TRUST: no trust record that may be believed";
	case BOOT_E_NOTHING:
		return "BOOT_E_NOTHING: no firmware may run";
	case BOOT_E_MEASURE:
		return "BOOT_E_MEASURE: what runs could not be measured";
	case BOOT_E_PROTECT:
		return "BOOT_E_PROTECT: what runs could not be protected";
	case FUSES_E_OTP:
		return "FUSES_E_OTP: OTP does not answer";
	case FUSES_E_VALUE:
		return "FUSES_E_VALUE: a counter of OTP is not as it can be";
	default:
		return "BOOT_E_UNKNOWN: boot found itself in an impossible state";
	}
}

enum kind { TRUST, FIRMWARE, APP, KINDS };

static enum kind kind_of(const char *kind)
{
	return kind[0] == 't' ? TRUST : kind[0] == 'f' ? FIRMWARE : APP;
}

/* An empty slot is nothing that somebody put there. */
static bool is_empty(enum kind kind, uint32_t slot)
{
	static const uint32_t places[KINDS][2] = {
		[TRUST] = { FLASH_TRUST_OFFSET, FLASH_TRUST_OFFSET + FLASH_SECTOR_SIZE },
		[FIRMWARE] = { FLASH_FW0_OFFSET, FLASH_FW1_OFFSET },
		[APP] = { FLASH_APP0_OFFSET, FLASH_APP1_OFFSET },
	};
	const uint8_t *at = flash_map(places[kind][slot & 1u]);
	for (uint32_t i = 0; i < IMAGE_HEADER_SIZE; i++) {
		if (at[i] != FLASH_ERASED)
			return false;
	}
	return true;
}

static void tell(const char *kind, uint32_t slot, uint32_t status)
{
	const char number[] = { (char)('0' + slot), 0 };
	say("boot: ");
	say(kind);
	say(number);
	say(" refused: ");
	say(image_status_name((enum image_status)status));
	say("\n");
}

/* Beside a newer trust record an old one is what is to be there: only worth a word when there is no newer one. */
static bool is_old_record[2];

/* A slot may be tried again, with another one or without an app: the same words once. */
void boot_refused(const char *kind, uint32_t slot, uint32_t status)
{
	static uint32_t told[KINDS][2];
	uint32_t *last = &told[kind_of(kind)][slot & 1u];
	if (*last == status || is_empty(kind_of(kind), slot))
		return;
	*last = status;
	if (kind_of(kind) == TRUST && status == IMAGE_E_COUNTER)
		is_old_record[slot & 1u] = true;
	else
		tell(kind, slot, status);
}

_Noreturn void boot_fatal(const char *text)
{
	say("boot: ");
	say(text);
	say("\n");
	silicon_halt(HALT_FATAL, text);
}

_Noreturn void boot_other_board(void)
{
	silicon_halt(HALT_REFUSED, "BOOT_E_BOARD: the firmware is for another board");
}

static __attribute__((noinline)) _Noreturn void refuse(uint32_t status)
{
	for (uint32_t slot = 0; status == BOOT_E_TRUST && slot < 2; slot++) {
		if (is_old_record[slot])
			tell("trust", slot, IMAGE_E_COUNTER);
	}
	silicon_halt(HALT_REFUSED, why(status));
}

static uint32_t wants_service(void)
{
	const struct power_on *block = (const struct power_on *)(board_window() + POWER_ON_OFFSET);
	return block->magic == POWER_ON_MAGIC && (block->flags & POWER_ON_SERVICE) != 0u;
}

/* Told, not proved: whoever could change this program could say what he likes. What it proves is which of ours it is. */
static struct boot_component describe(void)
{
	struct boot_component boot = { .version = BOOT_PROGRAM_VERSION };
	size_t size = 0;
	const uint8_t *code = boot_code(&size);
	if (mbedtls_sha256(code, size, boot.digest, 0) != 0)
		memset(boot.digest, 0, sizeof boot.digest);
	return boot;
}

_Noreturn void boot_program(struct hand_over *out)
{
	const uint64_t started = board_ticks();
	const struct boot_component boot = describe(); /* while all of it can be read */
	volatile uint32_t status = CHECK_FAILED;
	status = boot_prepare(wants_service(), out);
	if (status != BOOT_OK)
		refuse(status);
	out->boot = boot;
	out->ticks[0] = started;
	CHECK_BARRIER();
	/* Once more: a hand-over is there only after the whole way. */
	if (status != BOOT_OK || out->magic != HAND_OVER_MAGIC)
		refuse(status);
	boot_run(out);
}
