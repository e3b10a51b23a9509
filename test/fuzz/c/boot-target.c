/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Fuzz target: a device starts, with any flash (boot-input.h). Whatever lies there, what is handed over was verified: the
 * firmware in execution memory and the app in its slot are looked at once more, with the keys of the record that was chosen.
 */
#include <stdlib.h>
#include <string.h>

#include <mbedtls/sha256.h>

#include "boot-input.h"
#include "boot.h"
#include "fuses.h"
#include "fuzz.h"
#include "../../devices/runtime/board.h"
#include "../../devices/silicon/flash.h"
#include "../../devices/silicon/registers.h"
#include "../../c/skip.h"
#include "slots.h"
#include "trust.h"

#define MEMORY_SIZE 2048u
#define PLACE_SIZE 4096u

static const uint32_t places[8] = { FLASH_APP0_OFFSET, FLASH_APP1_OFFSET, FLASH_FW0_OFFSET, FLASH_FW1_OFFSET, FLASH_TRUST_OFFSET,
	FLASH_TRUST_OFFSET + FLASH_SECTOR_SIZE, FLASH_BOOT_OFFSET, FLASH_BOOT_OFFSET + FLASH_SECTOR_SIZE };
static uint8_t *memory;
static bool is_locked;

uint8_t *boot_memory(uint32_t *size)
{
	*size = MEMORY_SIZE;
	return memory;
}

uint32_t boot_attestation(void)
{
	return BOOT_ATTESTATION_IAK;
}

void boot_lock(void)
{
	is_locked = true;
}

void boot_refused(const char *kind, uint32_t slot, uint32_t status)
{
	if (status == IMAGE_OK || slot > 1 || kind[0] == 0)
		fuzz_finding("what is refused is good");
}

/* Nearly all of a verification, and the same ones come again. */
void *skip_products_memory(void)
{
	static _Alignas(8) uint8_t products[SKIP_PRODUCTS_SIZE];
	return products;
}

static uint8_t *flash_at(uint32_t offset)
{
	return board_window() + FLASH_OFFSET + offset;
}

static void make_otp(const uint8_t *head)
{
	uint8_t *otp = board_window() + OTP_OFFSET;
	const unsigned flags = head[BOOT_FLAGS];
	const uint32_t words[5] = { FUSES_ROOTS_SET, FUSES_SECURED, FUSES_UDS_MADE, FUSES_DEBUG, FUSES_DECOMMISSIONED };
	uint8_t spki[SIGNATURE_SPKI_SIZE];
	memset(otp, 0, OTP_SIZE);
	for (unsigned i = 0; i < 5; i++)
		otp[words[i]] = flags >> i & 1u ? 1 : 0;
	otp[FUSES_ROOT0_REVOKED] = flags & BOOT_IS_REVOKED ? 1 : 0;
	for (unsigned i = 0; i < 4; i++) {
		const uint64_t ones = head[BOOT_COUNTERS + i] % 65u == 64u ? UINT64_MAX : ((uint64_t)1 << head[BOOT_COUNTERS + i] % 65u) - 1u;
		memcpy(otp + FUSES_FIRMWARE + 8u * i, &ones, sizeof ones);
	}
	memcpy(spki, signature_spki_prefix, SIGNATURE_SPKI_PREFIX_SIZE);
	memcpy(spki + SIGNATURE_SPKI_PREFIX_SIZE, head + BOOT_POINT, SIGNATURE_POINT_SIZE);
	(void)mbedtls_sha256(spki, sizeof spki, otp + FUSES_ROOTS_OFFSET, 0);
	memset(otp + FUSES_UDS_OFFSET, 0x5A, flags & BOOT_HAS_SECRET ? FUSES_UDS_SIZE : 0);
}

static bool is_zero(const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (((const uint8_t *)bytes)[i] != 0)
			return false;
	}
	return true;
}

/* As boot should have done. */
static void verify(const uint8_t *image, size_t room, struct image_policy policy, const struct boot_component *told)
{
	struct image_view view;
	size_t size;
	if (image_size(image, room, &size) != IMAGE_OK || image_check(image, size, &policy, &view) != IMAGE_OK)
		fuzz_finding("what runs is not what may run");
	if (memcmp(view.digest, told->digest, 32) != 0 || view.version != told->version || view.counter != told->counter || told->slot > 1)
		fuzz_finding("what runs is not what is told");
}

/* The record that boot chose: the first of its version that is good. */
static void find_record(const struct fuses *before, uint32_t version, struct trust_record *out)
{
	memset(out, 0, sizeof *out);
	for (uint32_t i = 4; version != 0 && i < 6; i++) {
		size_t size;
		if (image_size(flash_at(places[i]), FLASH_SECTOR_SIZE, &size) == IMAGE_OK &&
			trust_check(flash_at(places[i]), size, before->roots, before->trust, out) == IMAGE_OK && out->version == version)
			return;
	}
	if (version != 0)
		fuzz_finding("there is no trust record of that version");
}

static void check_start(const struct fuses *before, uint32_t status, const struct hand_over *out)
{
	struct trust_record record;
	struct image_view firmware;
	size_t size;
	if (status != BOOT_OK) {
		if (!is_zero(out, sizeof *out))
			fuzz_finding("a start that failed hands something over");
		return;
	}
	if (!is_locked)
		fuzz_finding("execution memory is not locked");
	find_record(before, out->trust_version, &record);
	if ((record.version == 0) != (before->signature == IMAGE_SIGNATURE_NOT_VERIFIED))
		fuzz_finding("a device with root keys starts without a trust record");
	struct image_policy policy = { .image_class = IMAGE_CLASS_FIRMWARE, .signature = before->signature, .keys = record.keys,
		.key_count = record.count, .least_counter = before->firmware };
	verify(memory, MEMORY_SIZE, policy, &out->firmware);
	if (out->start != BOOT_START_APP) {
		if (!is_zero(&out->app, sizeof out->app))
			fuzz_finding("an app is told that does not run");
		return;
	}
	if (image_size(memory, MEMORY_SIZE, &size) != IMAGE_OK || image_check(memory, size, &policy, &firmware) != IMAGE_OK)
		fuzz_finding("what runs is not what may run");
	policy.image_class = IMAGE_CLASS_APP;
	policy.least_counter = before->app;
	policy.abi = firmware.abi;
	policy.firmware = &firmware.version;
	verify(flash_at(out->app.slot == 0 ? FLASH_APP0_OFFSET : FLASH_APP1_OFFSET), FLASH_APP0_SIZE, policy, &out->app);
}

static void start(uint32_t wants_service)
{
	struct fuses before;
	struct hand_over out;
	memset(silicon_registers(), 0, sizeof(struct registers));
	memset(&out, 0xEE, sizeof out);
	memset(memory, 0, MEMORY_SIZE);
	is_locked = false;
	if (fuses_finish() != FUSES_OK || fuses_read(&before) != FUSES_OK)
		fuzz_finding("OTP does not answer");
	const uint32_t status = boot_prepare(wants_service, &out);
	check_start(&before, status, &out);
}

static void put_slots(uint32_t offset, const uint8_t *bytes, size_t size)
{
	static const uint8_t states[4] = { SLOTS_CONFIRMED, SLOTS_PENDING, SLOTS_TRYING, SLOTS_REVERTED };
	uint8_t *at = flash_at(places[offset & 1u ? PIECE_BOOT1 : PIECE_BOOT0] + offset / 2u % 256u * FLASH_WRITE_UNIT);
	if (size < 7)
		return;
	memcpy(at, bytes, 4);
	at[4] = states[bytes[4] % 4u];
	at[5] = bytes[5];
	at[6] = bytes[6];
	at[7] = 0;
	for (unsigned i = 0; i < 8; i++)
		at[8 + i] = (uint8_t)~at[i];
}

static void lay(unsigned kind, uint32_t offset, const uint8_t *bytes, size_t size, uint32_t wants_service)
{
	switch (kind) {
	case PIECE_SLOTS:
		put_slots(offset, bytes, size);
		break;
	case PIECE_COPY:
		if (size >= 2 && bytes[0] % 8u != bytes[1] % 8u)
			memcpy(flash_at(places[bytes[0] % 8u]), flash_at(places[bytes[1] % 8u]), PLACE_SIZE);
		break;
	case PIECE_RESTART:
		start(wants_service);
		break;
	default:
		offset *= 4u;
		memcpy(flash_at(places[kind]) + offset, bytes, size < PLACE_SIZE - offset ? size : PLACE_SIZE - offset);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < BOOT_HEAD_SIZE)
		return 0;
	fuzz_trust.hashes = true;
	fuzz_trust.believes = (data[BOOT_FLAGS] & BOOT_BELIEVES) != 0;
	skip_products_note(true);
	const uint32_t wants_service = data[BOOT_FLAGS] & BOOT_WANTS_SERVICE;
	/* A block of its own, so that a step over its end is seen. */
	memory = malloc(MEMORY_SIZE);
	if (memory == NULL)
		return 0;
	for (unsigned i = 0; i < 8; i++) {
		memset(flash_at(places[i]), (int)FLASH_ERASED, PLACE_SIZE);
		memset(board_window() + PROGRAMMED_OFFSET + places[i] / FLASH_WRITE_UNIT / 8u, 0, PLACE_SIZE / FLASH_WRITE_UNIT / 8u);
	}
	make_otp(data);
	for (size_t at = BOOT_HEAD_SIZE; size - at >= PIECE_HEAD_SIZE;) {
		const uint8_t *piece = data + at;
		const size_t said = (size_t)piece[2] | (size_t)piece[3] << 8;
		const size_t length = said < size - at - PIECE_HEAD_SIZE ? said : size - at - PIECE_HEAD_SIZE;
		lay(piece[0] % PIECE_KINDS, piece[1], piece + PIECE_HEAD_SIZE, length, wants_service);
		at += PIECE_HEAD_SIZE + length;
	}
	start(wants_service);
	start(0);
	free(memory);
	return 0;
}
