/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Runs on a board in place of the runtime: mutates the app archive and the image around it as an attacker would who can
 * renew the digest, and lets the checks look at each form. Their verdict is free; a crash, a sanitizer's report or a
 * view that leaves the archive is not. Deterministic: the seed and the count are in the heap and stack fields of the power-on block.
 * Halts with one line of JSON.
 *
 *   runs, refused, accepted     forms of the archive
 *   images, imagesRefused       forms of header and TLVs, digest renewed
 *   codes                       how many different refusals were seen
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/sha256.h>

#include "archive.h"
#include "board.h"
#include "image.h"
#include "runtime.h"
#include "../../devices/silicon/layout.h"
#include "../../devices/silicon/power-on.h"

#define CODES_MAX 24u

/* What a device without root keys asks of an app. */
static const struct image_policy app_policy = {
	.image_class = IMAGE_CLASS_APP,
	.signature = IMAGE_SIGNATURE_NOT_VERIFIED,
	.abi = firmware_abi,
};

static uint32_t state;
static uint32_t codes[CODES_MAX];
static unsigned code_count;

/* xorshift32: a test has to repeat. */
static uint32_t next(void)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static uint32_t below(size_t limit)
{
	return limit == 0 ? 0 : next() % (uint32_t)limit;
}

static void note(uint32_t code)
{
	for (unsigned i = 0; i < code_count; i++) {
		if (codes[i] == code)
			return;
	}
	if (code_count < CODES_MAX)
		codes[code_count++] = code;
}

static uint8_t odd_byte(void)
{
	static const uint8_t odd[] = { 0, 1, 2, 3, 7, 8, 9, 0x7F, 0x80, 0xFE, 0xFF };
	return next() & 1u ? odd[below(sizeof odd)] : (uint8_t)next();
}

static void put_big32(uint8_t *at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static uint32_t big32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static bool is_atom(const uint8_t *at)
{
	for (unsigned i = 4; i < 8; i++) {
		if (!((at[i] >= 'A' && at[i] <= 'Z') || at[i] == '_'))
			return false;
	}
	return true;
}

/* An atom's header somewhere at or after a random place, or null. */
static uint8_t *some_atom(uint8_t *bytes, size_t size)
{
	for (size_t at = below(size); at + 8 <= size; at++) {
		if (is_atom(bytes + at))
			return bytes + at;
	}
	return NULL;
}

static void change_length(uint8_t *bytes, size_t size)
{
	static const uint32_t odd[] = { 0, 1, 7, 8, 9, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF8, 0xFFFFFFFF };
	uint8_t *atom = some_atom(bytes, size);
	if (atom == NULL)
		return;
	switch (next() % 3u) {
	case 0:
		put_big32(atom, odd[below(sizeof odd / sizeof odd[0])]);
		break;
	case 1:
		put_big32(atom, big32(atom) + below(17) - 8u);
		break;
	default:
		put_big32(atom, below(size));
	}
}

/* Moves the end of an atom to the next atom's or into it, so that two lengths agree again. */
static void shift_border(uint8_t *bytes, size_t size)
{
	uint8_t *atom = some_atom(bytes, size);
	if (atom == NULL)
		return;
	uint32_t length = big32(atom);
	size_t offset = (size_t)(atom - bytes);
	if (length < 16 || length > size - offset || size - offset - length < 8)
		return;
	uint32_t by = 1 + below(8);
	uint8_t header[8];
	memcpy(header, atom + length, 8);
	put_big32(header, big32(header) + by);
	memcpy(atom + length - by, header, 8);
	put_big32(atom, length - by);
}

/* Mutates in place; the new size is not above the capacity. */
static size_t mutate(uint8_t *bytes, size_t size, size_t capacity)
{
	size_t at = below(size);
	switch (next() % 9u) {
	case 0:
		bytes[at] ^= (uint8_t)(1u << below(8));
		break;
	case 1:
	case 2:
		bytes[at] = odd_byte();
		break;
	case 3:
	case 4:
		change_length(bytes, size);
		break;
	case 5:
		shift_border(bytes, size);
		break;
	case 6: {
		size_t cut = 1 + below(12);
		if (cut < size - at) {
			memmove(bytes + at, bytes + at + cut, size - at - cut);
			size -= cut;
		}
		break;
	}
	case 7: {
		size_t more = 1 + below(12);
		if (more <= capacity - size) {
			memmove(bytes + at + more, bytes + at, size - at);
			for (size_t i = 0; i < more; i++)
				bytes[at + i] = odd_byte();
			size += more;
		}
		break;
	}
	default: {
		size_t from = below(size);
		size_t length = 1 + below(32);
		if (length > size - from)
			length = size - from;
		if (length > size - at)
			length = size - at;
		memmove(bytes + at, bytes + from, length);
	}
	}
	/* the whole has its own length right more often than not: else nothing else would be looked at */
	if (next() % 4u != 0 && size >= 8)
		put_big32(bytes, (uint32_t)size);
	return size;
}

/* All that the runtime does with an accepted archive short of running it: every name, every module, every resource. */
static bool is_walkable(const struct archive_view *view, const uint8_t *bytes, size_t size)
{
	const uint8_t *end = bytes + size;
	const char *name;
	size_t length;
	for (size_t i = 0; (name = archive_module_name(view, i)) != NULL; i++) {
		const uint8_t *code = archive_module(view, name, &length);
		if ((const uint8_t *)name < bytes || (const uint8_t *)name >= end)
			return false;
		if (code == NULL || code < bytes || code > end || length > (size_t)(end - code))
			return false;
	}
	const uint8_t *data = archive_resource(view, "thimble/preload", &length);
	return data == NULL || (data >= bytes && data <= end && length <= (size_t)(end - data));
}

/* Each form in a block of exactly its size, so that a sanitizer sees a read past its end. */
static uint8_t *exact_copy(const uint8_t *bytes, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);
	if (copy == NULL)
		runtime_fatal("no memory for a copy");
	memcpy(copy, bytes, size);
	return copy;
}

static bool try_archive(const uint8_t *bytes, size_t size)
{
	const struct archive_rules rules = { firmware_app_ids, firmware_known_ids, false };
	struct archive_view view;
	uint8_t *copy = exact_copy(bytes, size);
	enum archive_status status = archive_check(copy, size, &rules, &view);
	note((uint32_t)status);
	if (status == ARCHIVE_OK && !is_walkable(&view, copy, size))
		runtime_fatal("an accepted archive leads out of itself");
	if (memcmp(copy, bytes, size) != 0)
		runtime_fatal("a check changed what it checked");
	free(copy);
	return status == ARCHIVE_OK;
}

/* The digest goes where the last 32 bytes are, over all that stands before the TLVs: as an honest maker does. */
static bool try_image(uint8_t *bytes, size_t size)
{
	struct image_view view;
	if (size > 40)
		(void)mbedtls_sha256(bytes, size - 40, bytes + size - 32, 0);
	uint8_t *copy = exact_copy(bytes, size);
	enum image_status status = image_check(copy, size, &app_policy, &view);
	note((uint32_t)status);
	if (status == IMAGE_OK && (view.payload < copy || view.payload_size > size - (size_t)(view.payload - copy)))
		runtime_fatal("an accepted image leads out of itself");
	free(copy);
	return status == IMAGE_OK;
}

_Noreturn void runtime_main(struct hand_over *given)
{
	struct power_on power_on;
	struct image_view image;
	char text[200];
	unsigned accepted = 0;
	unsigned images_refused = 0;
	memcpy(&power_on, board_window() + POWER_ON_OFFSET, sizeof power_on);
	const uint8_t *whole = board_window() + power_on.app_offset;
	const size_t whole_size = power_on.app_length;
	const uint32_t runs = power_on.stack_slots;
	state = power_on.heap_bytes | 1u;
	if (image_check(whole, whole_size, &app_policy, &image) != IMAGE_OK || !try_archive(image.payload, image.payload_size))
		runtime_fatal("the undamaged image is refused");

	const size_t capacity = whole_size + 64;
	uint8_t *work = malloc(capacity);
	if (work == NULL)
		runtime_fatal("no memory");
	for (uint32_t run = 0; run < runs; run++) {
		size_t size = image.payload_size;
		memcpy(work, image.payload, size);
		for (uint32_t count = 1 + below(4); count > 0 && size > 8; count--)
			size = mutate(work, size, capacity);
		accepted += try_archive(work, size);
	}
	for (uint32_t run = 0; run < runs; run++) {
		const size_t tail = image.payload_size + IMAGE_HEADER_SIZE;
		memcpy(work, whole, whole_size);
		for (uint32_t count = 1 + below(3); count > 0; count--)
			work[next() & 1u ? below(IMAGE_HEADER_SIZE) : tail + below(whole_size - tail)] = odd_byte();
		images_refused += !try_image(work, whole_size - (next() % 8u == 0 ? below(48) : 0));
	}
	free(work);
	snprintf(text, sizeof text,
		"{\"runs\":%u,\"refused\":%u,\"accepted\":%u,\"images\":%u,\"imagesRefused\":%u,\"codes\":%u}", (unsigned)runs,
		(unsigned)(runs - accepted), accepted, (unsigned)runs, images_refused, code_count);
	runtime_halt(HALT_FINISHED, text);
}
