/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A device for the tests of devices/secure: the silicon model, boot itself at each start, and images, keys and records from
 * a file that test/boot/secure-program.ts makes. An operation tells how long it is before it begins.
 */
#ifndef THIMBLE_TEST_SECURE_DEVICE_H
#define THIMBLE_TEST_SECURE_DEVICE_H

#define operation_begin model_operation_begin
#include "../../devices/silicon/operation.c"
#undef operation_begin
struct operation operation_begin(uint32_t length);

#include "silicon.h"

#include <psa/crypto.h>
#include <stdbool.h>

#include "../../devices/boot/fuses.h"
#include "../../devices/boot/slots.h"
#include "../../devices/secure/services.h"
#include "../../devices/silicon/otp.h"
#include "../../devices/silicon/reset.h"

#define LENGTHS_MAX 64u

static uint32_t lengths[LENGTHS_MAX]; /* of the operations since power-on */
static uint32_t length_count;
static bool has_entropy = true;
static uint32_t entropy_draws;
static uint32_t refusals; /* of boot */
static uint8_t file[1u << 20];
static size_t file_size;
static uint32_t form = BOOT_ATTESTATION_IAK;
static struct hand_over handed; /* what boot gave at the last start, without its CDIs */

struct operation operation_begin(uint32_t length)
{
	if (length_count < LENGTHS_MAX)
		lengths[length_count] = length;
	length_count++;
	return model_operation_begin(length);
}

bool board_entropy(uint8_t *out, size_t length)
{
	uint32_t state = 0x9E3779B9u * ++entropy_draws;
	for (size_t i = 0; has_entropy && i < length; i++) {
		state ^= state << 13;
		state ^= state >> 17;
		state ^= state << 5;
		out[i] = (uint8_t)(state >> 11);
	}
	return has_entropy;
}

uint64_t board_ticks(void)
{
	return 0;
}

uint8_t *boot_memory(uint32_t *size)
{
	static uint8_t memory[65536];
	*size = sizeof memory;
	return memory;
}

uint32_t boot_attestation(void)
{
	return form;
}

void boot_lock(void)
{
}

void boot_refused(const char *kind, uint32_t slot, uint32_t status)
{
	(void)kind;
	(void)slot;
	(void)status;
	refusals++;
}

static void read_file(const char *path)
{
	FILE *from = fopen(path, "rb");
	CHECK(from != NULL);
	file_size = fread(file, 1, sizeof file, from);
	fclose(from);
	CHECK(file_size != 0 && file_size < sizeof file);
}

struct piece {
	const uint8_t *bytes;
	uint32_t size;
};

/** What the file has under a name of at most 15 letters: name (16 bytes), size (u32), bytes. */
static struct piece piece(const char *name)
{
	for (size_t at = 0; at + 20 <= file_size;) {
		uint32_t size;
		memcpy(&size, file + at + 16, sizeof size);
		if (strncmp((const char *)file + at, name, 16) == 0)
			return (struct piece){ file + at + 20, size };
		at += 20 + size;
	}
	fprintf(stderr, "the file has no %s\n", name);
	exit(2);
}

/** Lays bytes into the flash as a programmer would: past the model. */
static void lay(uint32_t offset, uint32_t size, const char *name)
{
	uint8_t *to = window + FLASH_OFFSET + offset;
	memset(to, FLASH_ERASED, size);
	for (uint32_t unit = offset / FLASH_WRITE_UNIT; unit < (offset + size) / FLASH_WRITE_UNIT; unit++)
		window[PROGRAMMED_OFFSET + unit / 8u] &= (uint8_t)~(1u << (unit % 8u));
	if (name == NULL)
		return;
	const struct piece image = piece(name);
	memcpy(to, image.bytes, image.size);
	for (uint32_t unit = offset / FLASH_WRITE_UNIT; unit <= (offset + image.size - 1) / FLASH_WRITE_UNIT; unit++)
		window[PROGRAMMED_OFFSET + unit / 8u] |= (uint8_t)(1u << (unit % 8u));
}

/** Power on with a cut to come, and a start of boot's. @return what boot says. */
static uint32_t start_cut(bool service, uint32_t cut_operation, uint32_t cut_bytes)
{
	struct hand_over given;
	start(0, 0);
	refusals = 0;
	const uint32_t status = boot_prepare(service, &given);
	if (status == BOOT_OK)
		given.boot = (struct boot_component){ .version = 7, .digest = { 8 } }; /* as devices/boot-program does */
	block()->operations = 0;
	block()->cut_operation = cut_operation;
	block()->cut_bytes = cut_bytes;
	length_count = 0;
	secure_begin(status == BOOT_OK ? &given : NULL);
	handed = given;
	memset(&handed.cdis, 0, sizeof handed.cdis);
	memset(&given, 0, sizeof given);
	return status;
}

static void start_app(void)
{
	CHECK(start_cut(false, 0, 0) == BOOT_OK);
}

static void start_service(void)
{
	CHECK(start_cut(true, 0, 0) == BOOT_OK);
}

static uint32_t call0(uint32_t service)
{
	return secure_call(service, NULL, 0, NULL, 0);
}

static uint32_t call1(uint32_t service, const void *bytes, size_t size)
{
	const struct secure_in in = { bytes, size };
	return secure_call(service, &in, 1, NULL, 0);
}

static uint32_t get(uint32_t service, void *out, size_t size)
{
	const struct secure_out to = { out, size };
	return secure_call(service, NULL, 0, &to, 1);
}

static struct secure_record record_now(void)
{
	struct secure_record record;
	CHECK(get(SECURE_RECORD, &record, sizeof record) == SECURE_OK);
	return record;
}

static struct secure_status_now status_now(void)
{
	struct secure_status_now now;
	CHECK(get(SECURE_STATUS, &now, sizeof now) == SECURE_OK);
	return now;
}

static uint32_t set_roots(const char *first, const char *second)
{
	const struct secure_in in[2] = { { piece(first).bytes, 32 }, { piece(second).bytes, 32 } };
	return secure_call(SECURE_SET_ROOTS, in, 2, NULL, 0);
}

static uint32_t identity(uint32_t which, uint32_t *key)
{
	const struct secure_in in = { &which, sizeof which };
	const struct secure_out out = { key, sizeof *key };
	*key = 0;
	return secure_call(SECURE_IDENTITY, &in, 1, &out, 1);
}

/** The public half of an identity key. */
static void public_key(uint32_t which, uint8_t out[65])
{
	uint32_t key;
	size_t size = 0;
	CHECK(identity(which, &key) == SECURE_OK);
	CHECK(psa_export_public_key(key, out, 65, &size) == PSA_SUCCESS && size == 65);
}

#endif
