/* SPDX-License-Identifier: Apache-2.0 */
/** The trust record in flash: which one is in force, whether all would still start under other roots, and its replacement. */
#include <string.h>

#include <mbedtls/sha256.h>

#include "../boot/check.h"
#include "../boot/slots.h"
#include "../silicon/flash.h"
#include "services.h"

#define SECTORS 2u

static uint32_t sector_offset(uint32_t sector)
{
	return FLASH_TRUST_OFFSET + sector * FLASH_SECTOR_SIZE;
}

CHECK_FUNCTION uint32_t check_sector(uint32_t sector, const struct image_root *roots, uint32_t least, struct trust_record *out)
{
	CHECKS;
	size_t size;
	const uint8_t *image = flash_map(sector_offset(sector));
	CHECK_CALL(sized, image_size(image, FLASH_SECTOR_SIZE, &size), IMAGE_OK, sized);
	CHECK_CALL(checked, trust_check(image, size, roots, least, out), IMAGE_OK, checked);
	return CHECKED(IMAGE_OK);
}

/* As boot: the valid one with the highest version. Without one: what is wrong with the one that is an image, or the first. */
CHECK_FUNCTION uint32_t find_trust(const struct fuses *fuses, const struct image_root *roots, struct trust_record *out, uint32_t *sector)
{
	CHECKS;
	struct trust_record record;
	uint32_t refusal = IMAGE_E_HEADER;
	out->version = 0;
	for (uint32_t i = 0; i < SECTORS; i++) {
		const uint32_t status = check_sector(i, roots, fuses->trust, &record);
		if (status == IMAGE_OK && record.version > out->version) {
			*out = record;
			*sector = i;
		}
		refusal = refusal == IMAGE_E_HEADER ? status : refusal;
	}
	CHECK(trust_found, out->version >= 1 && out->version >= fuses->trust, refusal);
	return CHECKED(IMAGE_OK);
}

CHECK_FUNCTION uint32_t check_slot(uint32_t offset, uint32_t slot_size, const struct image_policy *policy, struct image_view *out)
{
	CHECKS;
	size_t size;
	const uint8_t *image = flash_map(offset);
	CHECK_CALL(sized, image_size(image, slot_size, &size), IMAGE_OK, sized);
	CHECK_CALL(checked, image_check(image, size, policy, out), IMAGE_OK, checked);
	return CHECKED(IMAGE_OK);
}

uint32_t secure_rehearse(const struct fuses *fuses, const struct image_root roots[static IMAGE_ROOT_COUNT])
{
	CHECKS;
	struct trust_record record;
	struct image_view firmware, app;
	struct slots slots;
	uint32_t sector;
	slots_read(&slots);
	CHECK_CALL(found, find_trust(fuses, roots, &record, &sector), IMAGE_OK, found);
	struct image_policy policy = {
		.image_class = IMAGE_CLASS_FIRMWARE,
		.signature = IMAGE_SIGNATURE_REQUIRED,
		.keys = record.keys,
		.key_count = record.count,
		.least_counter = fuses->firmware,
	};
	const uint32_t firmware_offset = SLOTS_FIRMWARE(slots.active) == 0 ? FLASH_FW0_OFFSET : FLASH_FW1_OFFSET;
	CHECK_CALL(runs, check_slot(firmware_offset, FLASH_FW0_SIZE, &policy, &firmware), IMAGE_OK, runs);
	policy.image_class = IMAGE_CLASS_APP;
	policy.least_counter = fuses->app;
	policy.abi = firmware.abi;
	policy.firmware = &firmware.version;
	const uint32_t app_offset = SLOTS_APP(slots.active) == 0 ? FLASH_APP0_OFFSET : FLASH_APP1_OFFSET;
	CHECK_CALL(starts, check_slot(app_offset, FLASH_APP0_SIZE, &policy, &app), IMAGE_OK, starts);
	return CHECKED(IMAGE_OK);
}

uint32_t secure_key_hash(const uint8_t point[static SIGNATURE_POINT_SIZE], uint8_t out[static SECURE_HASH_SIZE])
{
	uint8_t spki[SIGNATURE_SPKI_SIZE];
	memcpy(spki, signature_spki_prefix, SIGNATURE_SPKI_PREFIX_SIZE);
	memcpy(spki + SIGNATURE_SPKI_PREFIX_SIZE, point, SIGNATURE_POINT_SIZE);
	return mbedtls_sha256(spki, sizeof spki, out, 0) == 0 ? SECURE_OK : SECURE_E_CRYPTO;
}

/* Whether the record lists that signer for images. */
CHECK_FUNCTION uint32_t check_signer(const struct trust_record *record, const uint8_t signer[static SECURE_HASH_SIZE])
{
	CHECKS;
	uint8_t hash[SECURE_HASH_SIZE];
	volatile uint32_t is_listed = check_failed;
	for (uint32_t i = 0; i < record->count; i++) {
		CHECK_CALL(hashed, secure_key_hash(record->keys[i].point, hash), SECURE_OK, SECURE_E_CRYPTO);
		if (record->keys[i].role == IMAGE_ROLE_IMAGE && memcmp(hash, signer, sizeof hash) == 0)
			is_listed = CHECK_PASSED;
	}
	CHECK(install_signer, is_listed == CHECK_PASSED, IMAGE_E_KEY);
	return CHECKED(IMAGE_OK);
}

/* The sector is the one that is not in force: until the last unit is there, and right, nothing has changed. */
CHECK_FUNCTION uint32_t write_record(uint32_t sector, const uint8_t *image, uint32_t size)
{
	CHECKS;
	const uint32_t offset = sector_offset(sector), whole = size / FLASH_WRITE_UNIT * FLASH_WRITE_UNIT;
	uint8_t last[FLASH_WRITE_UNIT];
	memset(last, FLASH_ERASED, sizeof last);
	memcpy(last, image + whole, size - whole);
	CHECK_AGAIN(size <= FLASH_SECTOR_SIZE, SECURE_E_CALL);
	volatile int erased = flash_erase(offset, FLASH_SECTOR_SIZE);
	volatile int written = erased == FLASH_OK ? flash_write(offset, image, whole) : erased;
	if (written == FLASH_OK && whole != size)
		written = flash_write(offset + whole, last, sizeof last);
	CHECK_AGAIN(erased == FLASH_OK && written == FLASH_OK, SECURE_E_OTP);
	CHECK_AGAIN(memcmp(flash_map(offset), image, size) == 0, SECURE_E_OTP);
	return CHECKED(SECURE_OK);
}

uint32_t secure_install_trust(struct secure_request *request)
{
	CHECKS;
	const struct secure_record *start = &secure_start.record;
	const struct fuses *fuses = &request->fuses;
	struct trust_record in_force, record;
	struct slots slots;
	uint32_t sector = 0;
	slots_read(&slots);
	CHECK(install_started, start->trust_version >= 1, SECURE_E_STATE);
	CHECK(install_trial, slots.state != SLOTS_TRYING, SECURE_E_STATE);
	CHECK_CALL(found, find_trust(fuses, fuses->roots, &in_force, &sector), IMAGE_OK, found);
	CHECK_CALL(checked, trust_check(request->in[0], request->in_size[0], fuses->roots, in_force.version + 1, &record), IMAGE_OK, checked);
	CHECK_CALL(firmware, check_signer(&record, start->firmware.signer), IMAGE_OK, firmware);
	if (start->start == BOOT_START_APP) {
		CHECK_CALL(app, check_signer(&record, start->app.signer), IMAGE_OK, app);
	}
	CHECK_CALL(written, write_record(1u - sector, request->in[0], (uint32_t)request->in_size[0]), SECURE_OK, written);
	CHECK_CALL(again, check_sector(1u - sector, fuses->roots, in_force.version + 1, &record), IMAGE_OK, again);
	return CHECKED(SECURE_OK);
}
