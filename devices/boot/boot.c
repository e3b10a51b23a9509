/* SPDX-License-Identifier: Apache-2.0 */
#include "boot.h"

#include <stdbool.h>
#include <string.h>

#include <mbedtls/platform_util.h>

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
	uint32_t refusal; /* of the app that is to run, not of those that stand in */
	uint8_t firmware_slot, app_slot;
	size_t copied; /* of a firmware, into execution memory */
};

_Static_assert(FLASH_FW0_SIZE == FLASH_FW1_SIZE && FLASH_APP0_SIZE == FLASH_APP1_SIZE, "slots of a kind are alike");

#define FIRMWARE_PLACE(slot) ((slot) == 0 ? FLASH_FW0_OFFSET : FLASH_FW1_OFFSET)
#define APP_PLACE(slot) ((slot) == 0 ? FLASH_APP0_OFFSET : FLASH_APP1_OFFSET)

static uint32_t told(const char *kind, uint32_t slot, uint32_t status)
{
	if (status != IMAGE_OK)
		boot_refused(kind, slot, status);
	return status;
}

CHECK_FUNCTION uint32_t read_record(const struct fuses *fuses, uint32_t sector, struct trust_record *out)
{
	CHECKS;
	const uint8_t *flash = flash_map(FLASH_TRUST_OFFSET + sector * FLASH_SECTOR_SIZE);
	size_t size;
	CHECK_CALL(sized, image_size(flash, FLASH_SECTOR_SIZE, &size), IMAGE_OK, sized);
	CHECK_CALL(status, trust_check(flash, size, fuses->roots, fuses->trust, out), IMAGE_OK, status);
	return CHECKED(IMAGE_OK);
}

/* The record with the highest version of two places; its version is then the least that is believed. */
CHECK_FUNCTION uint32_t load_trust(struct boot *boot)
{
	CHECKS;
	for (uint32_t i = 0; i < 2; i++) {
		struct trust_record record = { 0 };
		if (told("trust", i, read_record(&boot->fuses, i, &record)) == IMAGE_OK && record.version > boot->trust.version)
			boot->trust = record;
	}
	CHECK(boot_trust, boot->trust.version != 0 && boot->trust.version >= fuses_count(FUSES_TRUST), BOOT_E_TRUST);
	CHECK_CALL(raised, fuses_raise(FUSES_TRUST, boot->trust.version), FUSES_OK, raised);
	const uint32_t other = 1u - boot->trust.root;
	if (boot->trust.other_root == TRUST_OTHER_ROOT_REVOKED && boot->fuses.roots[other].state == IMAGE_ROOT_VALID) {
		CHECK_CALL(revoked, fuses_set((enum fuses_word)(FUSES_ROOT0_REVOKED + other * OTP_WORD)), FUSES_OK, revoked);
	}
	return CHECKED(BOOT_OK);
}

/* What OTP says decides twice, each time read anew. */
CHECK_FUNCTION uint32_t check_slot(const struct boot *boot, const uint8_t *image, size_t size, struct image_policy *policy,
	enum fuses_counter counter, struct image_view *out)
{
	CHECKS;
	policy->signature = boot->fuses.signature;
	policy->keys = boot->trust.keys;
	policy->key_count = boot->trust.count;
	CHECK_CALL(status, image_check(image, size, policy, out), IMAGE_OK, status);
	CHECK_AGAIN(out->trust == IMAGE_SIGNED || fuses_signature() == IMAGE_SIGNATURE_NOT_VERIFIED, IMAGE_E_UNSIGNED);
	CHECK_AGAIN(out->counter >= fuses_count(counter), IMAGE_E_COUNTER);
	return CHECKED(IMAGE_OK);
}

/* The copy is what is verified, and what runs. */
CHECK_FUNCTION uint32_t load_firmware(struct boot *boot, uint32_t slot, uint64_t *copied)
{
	CHECKS;
	struct image_policy policy = { .image_class = IMAGE_CLASS_FIRMWARE, .least_counter = boot->fuses.firmware };
	const uint8_t *flash = flash_map(FIRMWARE_PLACE(slot));
	uint32_t available = 0;
	uint8_t *memory = boot_memory(&available);
	size_t size;
	CHECK_CALL(sized, image_size(flash, FLASH_FW0_SIZE, &size), IMAGE_OK, sized);
	CHECK(boot_memory_size, size <= available, IMAGE_E_SIZE);
	memset(memory, 0, boot->copied); /* of one that was refused nothing stays behind the next one */
	boot->copied = size;
	memcpy(memory, flash, size);
	*copied = board_ticks();
	CHECK_CALL(status, check_slot(boot, memory, size, &policy, FUSES_FIRMWARE, &boot->firmware), IMAGE_OK, status);
	boot->firmware_slot = (uint8_t)slot;
	return CHECKED(IMAGE_OK);
}

CHECK_FUNCTION uint32_t load_app(struct boot *boot, uint32_t slot)
{
	CHECKS;
	struct image_policy policy = { .image_class = IMAGE_CLASS_APP, .least_counter = boot->fuses.app,
		.abi = boot->firmware.abi, .firmware = &boot->firmware.version };
	const uint8_t *flash = flash_map(APP_PLACE(slot));
	size_t size;
	CHECK_CALL(sized, image_size(flash, FLASH_APP0_SIZE, &size), IMAGE_OK, sized);
	CHECK_CALL(status, check_slot(boot, flash, size, &policy, FUSES_APP, &boot->app), IMAGE_OK, status);
	boot->app_slot = (uint8_t)slot;
	return CHECKED(IMAGE_OK);
}

/* A firmware and, where one is wanted, an app for it: of that pair's slot, or of the other one as well. */
CHECK_FUNCTION uint32_t load_pair(struct boot *boot, uint32_t pair, uint32_t apps, struct hand_over *out)
{
	CHECKS;
	CHECK_CALL(firmware, told("fw", SLOTS_FIRMWARE(pair), load_firmware(boot, SLOTS_FIRMWARE(pair), &out->ticks[2])), IMAGE_OK, firmware);
	out->ticks[3] = board_ticks();
	volatile uint32_t app = check_failed;
	for (uint32_t i = 0; boot->start == BOOT_START_APP && app != IMAGE_OK && i < apps; i++) {
		app = told("app", SLOTS_APP(pair) ^ i, load_app(boot, SLOTS_APP(pair) ^ i));
		boot->refusal = boot->refusal == 0 ? app : boot->refusal;
	}
	CHECK(boot_app, boot->start != BOOT_START_APP || app == IMAGE_OK, app);
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
	const bool is_confirmed = boot->slots.state != SLOTS_TRYING;
	const bool is_active = boot->slots.active == (boot->firmware_slot | boot->app_slot << 1);
	if (is_confirmed && is_active && boot->app.trust == IMAGE_SIGNED) {
		CHECK_CALL(firmware, fuses_raise(FUSES_FIRMWARE, boot->firmware.counter), FUSES_OK, firmware);
		CHECK_CALL(app, fuses_raise(FUSES_APP, boot->app.counter), FUSES_OK, app);
	}
	return CHECKED(BOOT_OK);
}

static enum dice_mode mode_of(uint32_t lifecycle, uint32_t start)
{
	if (lifecycle == LIFECYCLE_PROVISIONING || (lifecycle == LIFECYCLE_SECURED && start == BOOT_START_APP))
		return DICE_MODE_NORMAL;
	return lifecycle == LIFECYCLE_SECURED ? DICE_MODE_MAINTENANCE : DICE_MODE_DEBUG;
}

/* Open Profile for DICE, with the device's secret in the place of both current CDIs. Hashes are inputs as they are: two fit. */
CHECK_FUNCTION uint32_t measure(const struct boot *boot, struct hand_over *out)
{
	CHECKS;
	struct dice_cdis uds = { 0 };
	struct dice_input *const input = &out->input;
	const uint32_t config[] = { 1u /* form of this list */, out->lifecycle, out->start, out->trust_version, out->firmware.counter, out->app.counter,
		(uint32_t)out->firmware.version, (uint32_t)(out->firmware.version >> 32), (uint32_t)out->app.version,
		(uint32_t)(out->app.version >> 32) };
	uint8_t id[DICE_CDI_SIZE];
	input->mode = (uint8_t)mode_of(out->lifecycle, out->start);
	memcpy(input->code, out->firmware.digest, 32);
	memcpy(input->code + 32, out->app.digest, 32);
	memcpy(input->config, config, sizeof config);
	memcpy(input->authority, boot->fuses.roots[0].hash, 32);
	memcpy(input->authority + 32, boot->fuses.roots[1].hash, 32);
	memcpy(input->hidden, &out->epoch, sizeof out->epoch);
	/* An epoch or a mode that is not the device's would give away what another one sealed; a lifecycle, prove what is not so. */
	const uint32_t epoch = fuses_epoch();
	CHECK_AGAIN(memcmp(input->hidden, &epoch, sizeof epoch) == 0, BOOT_E_MEASURE);
	CHECK_AGAIN((input->mode == DICE_MODE_DEBUG && out->lifecycle == LIFECYCLE_DEBUG) || fuses_count(FUSES_DEBUG) % 2u == 0, BOOT_E_MEASURE);
	out->attestation = boot_attestation();
	const bool is_device_key = out->attestation == BOOT_ATTESTATION_DEVICE_KEY;
	CHECK(boot_form, is_device_key || out->attestation == BOOT_ATTESTATION_IAK, BOOT_E_MEASURE);
	volatile int secret = -1, made = -1, seeded = -1;
	secret = otp_read(FUSES_UDS_OFFSET, uds.attest, FUSES_UDS_SIZE);
	memcpy(uds.seal, uds.attest, sizeof uds.seal);
	made = dice_derive(uds.attest, "Thimble_Device_Id", id);
	seeded = dice_derive(uds.attest, is_device_key ? "Thimble_Device" : "Thimble_Attestation", out->attestation_seed);
	volatile uint32_t derived = dice_next(&uds, input, &out->cdis);
	mbedtls_platform_zeroize(&uds, sizeof uds);
	memcpy(out->device_id, id, sizeof out->device_id);
	CHECK(boot_measured, secret == OTP_OK && made == 0 && seeded == 0 && derived == DICE_OK, BOOT_E_MEASURE);
	/* A device key that is taken for one that signs would stay in memory. */
	CHECK_AGAIN(out->attestation == boot_attestation(), BOOT_E_MEASURE);
	out->has_cdis = IMAGE_SIGNED;
	return CHECKED(BOOT_OK);
}

static void describe(const struct image_view *view, uint32_t slot, struct boot_component *out)
{
	out->version = view->version;
	out->counter = view->counter;
	out->slot = slot;
	memcpy(out->digest, view->digest, sizeof out->digest);
	if (view->trust == IMAGE_SIGNED)
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
	out->refusal = boot->start == BOOT_START_NOTHING ? boot->refusal : 0;
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
	CHECK(boot_firmware_protected, flash_protect(FIRMWARE_PLACE(boot->firmware_slot), FLASH_FW0_SIZE) == FLASH_OK, BOOT_E_PROTECT);
	CHECK(boot_app_protected,
		boot->start != BOOT_START_APP || flash_protect(APP_PLACE(boot->app_slot), FLASH_APP0_SIZE) == FLASH_OK, BOOT_E_PROTECT);
	CHECK(boot_secret_hidden, (boot->fuses.uds_made == 0 && fuses_word(FUSES_UDS_MADE) == 0) ||
		otp_hide(FUSES_UDS_OFFSET, FUSES_UDS_SIZE) == OTP_OK, BOOT_E_PROTECT);
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
