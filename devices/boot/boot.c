/* SPDX-License-Identifier: Apache-2.0 */
#include "boot.h"

#include <stdbool.h>
#include <string.h>

#include <mbedtls/platform_util.h>
#include <mbedtls/sha512.h>

#include "../runtime/board.h"
#include "../silicon/flash.h"
#include "../silicon/otp.h"
#include "check.h"
#include "fuses.h"
#include "slots.h"
#include "trust.h"

struct boot {
	struct fuses fuses;
	struct trust_record trust;
	struct slots slots;
	struct image_view firmware, app;
	uint32_t start;   /* enum boot_start */
	uint32_t refusal; /* of the app that is to run, not of the one that stands in */
	uint8_t firmware_slot, app_slot;
};

static const uint8_t *slot_of(uint32_t firmware_or_app, uint32_t slot, uint32_t *offset, uint32_t *size)
{
	const bool is_app = firmware_or_app == IMAGE_CLASS_APP;
	*size = is_app ? FLASH_APP0_SIZE : FLASH_FW0_SIZE;
	*offset = is_app ? (slot == 0 ? FLASH_APP0_OFFSET : FLASH_APP1_OFFSET) : (slot == 0 ? FLASH_FW0_OFFSET : FLASH_FW1_OFFSET);
	return flash_map(*offset);
}

/* The record with the highest version of two places; its version is then the least that is believed. */
CHECK_FUNCTION uint32_t load_trust(struct boot *boot)
{
	CHECKS;
	for (uint32_t i = 0; i < 2; i++) {
		const uint8_t *sector = flash_map(FLASH_TRUST_OFFSET + i * FLASH_SECTOR_SIZE);
		struct trust_record record;
		size_t size;
		uint32_t status = image_size(sector, FLASH_SECTOR_SIZE, &size);
		if (status == IMAGE_OK)
			status = trust_check(sector, size, boot->fuses.roots, boot->fuses.trust, &record);
		if (status != IMAGE_OK)
			boot_refused("trust", i, status);
		else if (record.version > boot->trust.version)
			boot->trust = record;
	}
	CHECK(boot_trust, boot->trust.version >= 1 && boot->trust.version >= boot->fuses.trust, BOOT_E_TRUST);
	CHECK_CALL(raised, fuses_raise(FUSES_TRUST, boot->trust.version), FUSES_OK, raised);
	const uint32_t other = 1u - boot->trust.root;
	if (boot->trust.other_root == TRUST_OTHER_ROOT_REVOKED && boot->fuses.roots[other].state == IMAGE_ROOT_VALID) {
		CHECK_CALL(revoked, fuses_set((enum fuses_word)(FUSES_ROOT0_REVOKED + other * OTP_WORD)), FUSES_OK, revoked);
	}
	return CHECKED(BOOT_OK);
}

CHECK_FUNCTION uint32_t check_slot(const struct boot *boot, uint32_t image_class, const uint8_t *image, uint32_t size, struct image_view *out)
{
	CHECKS;
	const bool is_app = image_class == IMAGE_CLASS_APP;
	const struct image_policy policy = {
		.image_class = image_class,
		.signature = boot->fuses.signature,
		.keys = boot->trust.keys,
		.key_count = boot->trust.count,
		.least_counter = is_app ? boot->fuses.app : boot->fuses.firmware,
		.abi = is_app ? boot->firmware.abi : NULL,
		.firmware = is_app ? &boot->firmware.version : NULL,
	};
	CHECK_CALL(status, image_check(image, size, &policy, out), IMAGE_OK, status);
	CHECK_AGAIN(out->trust == IMAGE_SIGNED || fuses_signature() == IMAGE_SIGNATURE_NOT_VERIFIED, IMAGE_E_UNSIGNED);
	return CHECKED(IMAGE_OK);
}

/* The copy is what is verified, and what runs. */
CHECK_FUNCTION uint32_t load_firmware(struct boot *boot, uint32_t slot, uint64_t *copied)
{
	CHECKS;
	uint32_t offset, slot_size, available;
	size_t size;
	const uint8_t *flash = slot_of(IMAGE_CLASS_FIRMWARE, slot, &offset, &slot_size);
	uint8_t *memory = boot_memory(&available);
	CHECK_CALL(sized, image_size(flash, slot_size, &size), IMAGE_OK, sized);
	CHECK(boot_memory_size, size <= available, IMAGE_E_SIZE);
	memcpy(memory, flash, size);
	*copied = board_ticks();
	CHECK_CALL(status, check_slot(boot, IMAGE_CLASS_FIRMWARE, memory, (uint32_t)size, &boot->firmware), IMAGE_OK, status);
	boot->firmware_slot = (uint8_t)slot;
	return CHECKED(IMAGE_OK);
}

CHECK_FUNCTION uint32_t load_app(struct boot *boot, uint32_t slot)
{
	CHECKS;
	uint32_t offset, slot_size;
	size_t size;
	const uint8_t *flash = slot_of(IMAGE_CLASS_APP, slot, &offset, &slot_size);
	CHECK_CALL(sized, image_size(flash, slot_size, &size), IMAGE_OK, sized);
	CHECK_CALL(status, check_slot(boot, IMAGE_CLASS_APP, flash, (uint32_t)size, &boot->app), IMAGE_OK, status);
	boot->app_slot = (uint8_t)slot;
	return CHECKED(IMAGE_OK);
}

static uint32_t told(const char *kind, uint32_t slot, uint32_t status)
{
	if (status != IMAGE_OK)
		boot_refused(kind, slot, status);
	return status;
}

/* A firmware and, where one is wanted, an app for it: of that pair's slot, or of the other one as well. */
CHECK_FUNCTION uint32_t load_pair(struct boot *boot, uint32_t pair, uint32_t apps, struct hand_over *out)
{
	CHECKS;
	const uint32_t slot = SLOTS_FIRMWARE(pair);
	CHECK_CALL(firmware, told("fw", slot, load_firmware(boot, slot, &out->ticks[2])), IMAGE_OK, firmware);
	out->ticks[3] = board_ticks();
	volatile uint32_t app = check_failed;
	if (boot->start != BOOT_START_APP)
		app = IMAGE_OK;
	for (uint32_t i = 0; app != IMAGE_OK && i < apps; i++) {
		app = told("app", SLOTS_APP(pair) ^ i, load_app(boot, SLOTS_APP(pair) ^ i));
		boot->refusal = i == 0 ? app : boot->refusal;
	}
	CHECK(boot_app, app == IMAGE_OK, app);
	return CHECKED(BOOT_OK);
}

static void revert(struct slots *slots)
{
	*slots = (struct slots){ SLOTS_REVERTED, slots->previous, slots->active };
	(void)slots_write(slots); /* if not now, the next start does it: both run what ran before */
}

/* A trial that this start finds is over; one that is to come begins before it can go wrong. */
static void begin_slots(struct boot *boot)
{
	struct slots *slots = &boot->slots;
	slots_read(slots);
	if (slots->state == SLOTS_TRYING) {
		revert(slots);
	} else if (slots->state == SLOTS_PENDING && boot->start == BOOT_START_APP) {
		slots->state = SLOTS_TRYING;
		if (slots_write(slots) != SLOTS_OK)
			revert(slots);
	} else if (slots->state == SLOTS_PENDING) {
		*slots = (struct slots){ SLOTS_PENDING, slots->previous, slots->active };
	}
}

/* What is on trial runs as it is or not at all; otherwise the other slots stand in, and in the end a firmware alone. */
CHECK_FUNCTION uint32_t choose(struct boot *boot, struct hand_over *out)
{
	CHECKS;
	volatile uint32_t chosen = check_failed;
	if (boot->slots.state == SLOTS_TRYING) {
		chosen = load_pair(boot, boot->slots.active, 1, out);
		if (chosen != BOOT_OK)
			revert(&boot->slots);
	}
	for (uint32_t i = 0; chosen != BOOT_OK && i < 4; i++) {
		if (i == 2)
			boot->start = BOOT_START_NOTHING;
		chosen = load_pair(boot, boot->slots.active ^ (i & 1u), 2, out);
	}
	CHECK(boot_chosen, chosen == BOOT_OK, BOOT_E_NOTHING);
	return CHECKED(BOOT_OK);
}

/* Only what was confirmed raises counters, or what it replaced could not come back. */
CHECK_FUNCTION uint32_t raise_counters(const struct boot *boot)
{
	CHECKS;
	const bool is_confirmed = boot->slots.state != SLOTS_TRYING && boot->slots.state != SLOTS_PENDING;
	const bool is_active = boot->slots.active == (boot->firmware_slot | boot->app_slot << 1);
	if (is_confirmed && is_active && boot->start == BOOT_START_APP && boot->app.trust == IMAGE_SIGNED) {
		CHECK_CALL(firmware, fuses_raise(FUSES_FIRMWARE, boot->firmware.counter), FUSES_OK, firmware);
		CHECK_CALL(app, fuses_raise(FUSES_APP, boot->app.counter), FUSES_OK, app);
	}
	return CHECKED(BOOT_OK);
}

static enum dice_mode mode_of(const struct boot *boot)
{
	switch (boot->fuses.lifecycle) {
	case LIFECYCLE_PROVISIONING:
		return DICE_MODE_NORMAL;
	case LIFECYCLE_SECURED:
		return boot->start == BOOT_START_APP ? DICE_MODE_NORMAL : DICE_MODE_MAINTENANCE;
	default:
		return DICE_MODE_DEBUG;
	}
}

/* Open Profile for DICE, with the device's secret in the place of both current CDIs. The secret is hidden afterwards. */
CHECK_FUNCTION uint32_t measure(const struct boot *boot, struct hand_over *out)
{
	CHECKS;
	struct dice_cdis uds;
	struct dice_input input = { .mode = mode_of(boot) };
	const uint32_t config[] = { HAND_OVER_VERSION, out->lifecycle, out->start, out->trust_version, out->firmware.counter, out->app.counter };
	uint8_t parts[64], id[DICE_CDI_SIZE];
	memcpy(input.config, config, sizeof config);
	memcpy(input.config + sizeof config, &out->firmware.version, 8);
	memcpy(input.config + sizeof config + 8, &out->app.version, 8);
	memcpy(input.hidden, &boot->fuses.epoch, sizeof boot->fuses.epoch);
	memcpy(parts, out->firmware.digest, 32);
	memcpy(parts + 32, out->app.digest, 32);
	volatile int code = -1, authority = -1, secret = -1, made = -1;
	code = mbedtls_sha512(parts, sizeof parts, input.code, 0);
	memcpy(parts, boot->fuses.roots[0].hash, 32);
	memcpy(parts + 32, boot->fuses.roots[1].hash, 32);
	authority = mbedtls_sha512(parts, sizeof parts, input.authority, 0);
	secret = otp_read(FUSES_UDS_OFFSET, uds.attest, FUSES_UDS_SIZE);
	memcpy(uds.seal, uds.attest, sizeof uds.seal);
	made = dice_derive(uds.attest, "Thimble_Device_Id", id);
	volatile uint32_t derived = dice_next(&uds, &input, &out->cdis);
	mbedtls_platform_zeroize(&uds, sizeof uds);
	memcpy(out->device_id, id, sizeof out->device_id);
	CHECK(boot_measured, code == 0 && authority == 0 && secret == OTP_OK && made == 0 && derived == DICE_OK, BOOT_E_MEASURE);
	out->mode = input.mode;
	out->has_cdis = IMAGE_SIGNED;
	return CHECKED(BOOT_OK);
}

static void describe(const struct image_view *view, uint32_t slot, struct boot_component *out)
{
	out->version = view->version;
	out->counter = view->counter;
	out->slot = slot;
	memcpy(out->digest, view->digest, sizeof out->digest);
	if (view->signer != NULL)
		memcpy(out->signer, view->signer, sizeof out->signer);
}

static void report(const struct boot *boot, struct hand_over *out)
{
	out->magic = HAND_OVER_MAGIC;
	out->version = HAND_OVER_VERSION;
	out->lifecycle = boot->fuses.lifecycle;
	out->start = boot->start;
	out->slots = boot->slots.state;
	out->trust_version = boot->trust.version;
	out->epoch = boot->fuses.epoch;
	describe(&boot->firmware, boot->firmware_slot, &out->firmware);
	if (boot->trust.version != 0)
		memcpy(out->trust_root, boot->fuses.roots[boot->trust.root].hash, sizeof out->trust_root);
	if (boot->start == BOOT_START_NOTHING)
		out->refusal = boot->refusal;
	if (boot->start != BOOT_START_APP)
		return;
	describe(&boot->app, boot->app_slot, &out->app);
	out->app_offset = (uint32_t)(boot->app.payload - flash_map(0));
	out->app_size = boot->app.payload_size;
	out->heap_bytes = boot->app.heap_bytes;
	out->stack_slots = boot->app.stack_slots;
}

/* Until reset nobody writes what runs, and nobody reads the secret. */
CHECK_FUNCTION uint32_t protect(const struct boot *boot)
{
	CHECKS;
	uint32_t offset, size;
	slot_of(IMAGE_CLASS_FIRMWARE, boot->firmware_slot, &offset, &size);
	CHECK(boot_firmware_protected, flash_protect(offset, size) == FLASH_OK, BOOT_E_PROTECT);
	slot_of(IMAGE_CLASS_APP, boot->app_slot, &offset, &size);
	CHECK(boot_app_protected, boot->start != BOOT_START_APP || flash_protect(offset, size) == FLASH_OK, BOOT_E_PROTECT);
	CHECK(boot_secret_hidden, boot->fuses.uds_made == 0 || otp_hide(FUSES_UDS_OFFSET, FUSES_UDS_SIZE) == OTP_OK, BOOT_E_PROTECT);
	return CHECKED(BOOT_OK);
}

CHECK_FUNCTION uint32_t prepare(uint32_t wants_service, struct boot *boot, struct hand_over *out)
{
	CHECKS;
	CHECK_CALL(finished, fuses_finish(), FUSES_OK, finished);
	CHECK_CALL(read, fuses_read(&boot->fuses), FUSES_OK, read);
	const uint32_t lifecycle = boot->fuses.lifecycle;
	const bool has_app = lifecycle == LIFECYCLE_ASSEMBLY || lifecycle == LIFECYCLE_SECURED || lifecycle == LIFECYCLE_DEBUG;
	boot->start = has_app && !wants_service ? BOOT_START_APP : BOOT_START_SERVICE;
	const bool has_roots = boot->fuses.signature != IMAGE_SIGNATURE_NOT_VERIFIED;
	if (has_roots) {
		CHECK_CALL(trusted, load_trust(boot), BOOT_OK, trusted);
	}
	out->ticks[1] = board_ticks();
	begin_slots(boot);
	CHECK_CALL(chosen, choose(boot, out), BOOT_OK, chosen);
	out->ticks[4] = board_ticks();
	CHECK_CALL(raised, raise_counters(boot), BOOT_OK, raised);
	report(boot, out);
	if (has_roots && boot->fuses.uds_made != 0 && lifecycle != LIFECYCLE_DECOMMISSIONED) {
		CHECK_CALL(measured, measure(boot, out), BOOT_OK, measured);
	}
	CHECK_CALL(is_protected, protect(boot), BOOT_OK, is_protected);
	boot_lock();
	out->ticks[5] = board_ticks();
	return CHECKED(BOOT_OK);
}

uint32_t boot_prepare(uint32_t wants_service, struct hand_over *out)
{
	struct boot boot = { 0 };
	memset(out, 0, sizeof *out);
	out->ticks[0] = board_ticks();
	volatile uint32_t status = prepare(wants_service, &boot, out);
	if (status != BOOT_OK)
		mbedtls_platform_zeroize(out, sizeof *out);
	return status;
}
