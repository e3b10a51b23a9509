/* SPDX-License-Identifier: Apache-2.0 */
/**
 * From power-on to the first line of the app: take what boot hands over, or check the app's image here when no boot stood
 * before us (digest, ABI; signatures only boot can verify); check the archive's structure, and only then make a machine
 * and map it. Anything that does not hold stops the board.
 */
#include <stdio.h>
#include <string.h>

#include <mbedtls/platform_util.h>

#include "../boot/boot.h"
#include "../boot/fuses.h"
#include "../secure/forget.h"
#include "../secure/gate.h"
#include "../silicon/flash.h"
#include "../silicon/layout.h"
#include "../silicon/power-on.h"
#include "board.h"
#include "entropy.h"
#include "image-name.h"
#include "runtime.h"

static struct archive_view firmware;
static struct archive_view app;
static struct hand_over booted; /* without its secrets; zeros: no boot stood before us */

static bool is_booted(void)
{
	return booted.magic == HAND_OVER_MAGIC;
}

/* The secrets are for the services behind the gate alone. */
static void take(struct hand_over *given)
{
	secure_begin(given);
	if (given == NULL)
		return;
	mbedtls_platform_zeroize(&given->cdis, sizeof given->cdis);
	mbedtls_platform_zeroize(given->attestation_seed, sizeof given->attestation_seed);
	booted = *given;
	mbedtls_platform_zeroize(given, sizeof *given);
	if (booted.magic != HAND_OVER_MAGIC || booted.version != HAND_OVER_VERSION)
		runtime_fatal("boot's hand-over is of another version");
}

static void read_power_on(struct power_on *out)
{
	uint8_t *block = board_window() + POWER_ON_OFFSET;
	memcpy(out, block, sizeof *out);
	mbedtls_platform_zeroize(block + offsetof(struct power_on, seed), sizeof out->seed);
	if (out->magic != POWER_ON_MAGIC || out->version != POWER_ON_VERSION)
		runtime_fatal("the power-on block is missing or of another version");
	if (!entropy_seed(out->seed))
		runtime_fatal("no entropy");
	mbedtls_platform_zeroize(out->seed, sizeof out->seed);
}

static _Noreturn void refuse(const char *status)
{
	char text[80];
	snprintf(text, sizeof text, "%s: the app was not started", status);
	runtime_halt(HALT_REFUSED, text);
}

/* The app may not stand in for a module of the firmware. */
static enum archive_status check_names(void)
{
	const char *name;
	size_t size;
	for (size_t i = 0; (name = archive_module_name(&app, i)) != NULL; i++) {
		if (archive_module(&firmware, name, &size) != NULL || strncmp(name, "thimble:", 8) == 0)
			return ARCHIVE_E_PATH;
	}
	return ARCHIVE_OK;
}

/* What boot has verified, where it lies. */
static void take_verified(struct image_view *image)
{
	if (booted.start != BOOT_START_APP)
		refuse(image_status_name((enum image_status)booted.refusal));
	*image = (struct image_view){
		.payload = flash_map(booted.app_offset),
		.payload_size = booted.app_size,
		.heap_bytes = booted.heap_bytes,
		.stack_slots = booted.stack_slots,
	};
}

/* Without boot nothing says which keys to believe: an app is whole and linked for this firmware, signed or not. */
static void check_here(const struct power_on *power_on, struct image_view *image)
{
	if (power_on->app_offset > WINDOW_SIZE || power_on->app_length > WINDOW_SIZE - power_on->app_offset)
		refuse("IMAGE_E_SIZE");
	const struct image_policy policy = {
		.image_class = IMAGE_CLASS_APP,
		.signature = IMAGE_SIGNATURE_NOT_VERIFIED,
		.abi = firmware_abi,
	};
	volatile enum image_status verdict =
		image_check(board_window() + power_on->app_offset, power_on->app_length, &policy, image);
	if (verdict != IMAGE_OK)
		refuse(image_status_name(verdict));
}

static void open_app(const struct power_on *power_on, struct image_view *image)
{
	const struct archive_rules rules = { firmware_app_ids, firmware_known_ids, false };
	if (is_booted())
		take_verified(image);
	else
		check_here(power_on, image);
	enum archive_status status = archive_check(image->payload, image->payload_size, &rules, &app);
	if (status == ARCHIVE_OK)
		status = check_names();
	if (status != ARCHIVE_OK)
		refuse(archive_status_name(status));
}

/* A debugger reads and changes all that the app can: not on a device that is to keep secrets. */
static bool may_debug(const struct power_on *power_on)
{
	const bool is_open = !is_booted() || booted.lifecycle == LIFECYCLE_ASSEMBLY || booted.lifecycle == LIFECYCLE_DEBUG;
	return is_open && (power_on->flags & POWER_ON_DEBUGGER) != 0;
}

/* The firmware's archive is part of its image, which boot verifies; a debug build looks at it closely all the same. */
static void open_firmware(void)
{
	const struct archive_rules rules = { firmware_known_ids, firmware_known_ids, true };
#ifdef mxDebug
	enum archive_status status = archive_check(firmware_archive, firmware_archive_size, &rules, &firmware);
#else
	(void)rules;
	enum archive_status status = archive_open(firmware_archive, firmware_archive_size, &firmware);
#endif
	if (status != ARCHIVE_OK)
		runtime_fatal(archive_status_name(status));
}

_Noreturn void runtime_main(struct hand_over *given)
{
	struct power_on power_on;
	struct image_view image = { 0 };
	instruments_start(given == NULL ? NULL : given->ticks);
	read_power_on(&power_on); /* brings random bytes, which secure_begin() may need */
	take(given);
	const bool has_app = !is_booted() || booted.start != BOOT_START_SERVICE;
	if (is_booted() && secure_forget(booted.epoch) != FORGET_OK)
		runtime_fatal("what was wiped could not be erased");
	runtime_clock_start(power_on.wall_clock_ms, power_on.start_us, (power_on.flags & POWER_ON_VIRTUAL_TIME) != 0);
	open_firmware();
	if (has_app)
		open_app(&power_on, &image);

	uint32_t heap = power_on.heap_bytes ? power_on.heap_bytes : image.heap_bytes;
	uint32_t stack = power_on.stack_slots ? power_on.stack_slots : image.stack_slots;
	struct sxMachine *the = runtime_machine(&firmware, heap, stack);
	runtime_modules_use(&firmware, has_app ? &app : NULL);
	runtime_loop_prepare(the);
	if (has_app)
		runtime_map_app(the, &app);
	runtime_globals(the);
	runtime_freeze_globals(the);
	runtime_debug_login(the, may_debug(&power_on));
	runtime_start_app(the, has_app ? &app : NULL);
	runtime_loop(the);
}
