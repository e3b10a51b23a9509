/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Runs on a board in place of the runtime: takes the app image that the simulator put into the slot and tries every
 * damaged form of it on the checks that guard the mapper. Halts with one line of JSON.
 *
 *   bits, bytes, cuts      refused forms: each bit flipped, each byte deleted, each truncation
 *   accepted               damaged forms that were not refused: must be 0
 *   structure              forms of the archive alone (each bit flipped) that its structural check refuses: what is
 *                          left when an attacker can renew the digest; none may crash the check
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive.h"
#include "board.h"
#include "image.h"
#include "runtime.h"
#include "../../devices/silicon/layout.h"
#include "../../devices/silicon/power-on.h"

/* What a device without root keys asks of an app. */
static const struct image_policy app_policy = {
	.image_class = IMAGE_CLASS_APP,
	.signature = IMAGE_SIGNATURE_NOT_VERIFIED,
	.abi = firmware_abi,
};

static const struct archive_rules *rules(void)
{
	static struct archive_rules value;
	value = (struct archive_rules){ firmware_app_ids, firmware_known_ids, false };
	return &value;
}

/* What the runtime does before it maps an app. */
static bool is_refused(const uint8_t *bytes, size_t size)
{
	struct image_view image;
	struct archive_view archive;
	if (image_check(bytes, size, &app_policy, &image) != IMAGE_OK)
		return true;
	return archive_check(image.payload, image.payload_size, rules(), &archive) != ARCHIVE_OK;
}

/* Each form is in a block of exactly its size, so that a sanitizer sees a read past its end. */
static uint8_t *copy_of(const uint8_t *bytes, size_t size)
{
	uint8_t *copy = malloc(size);
	if (copy == NULL)
		runtime_fatal("no memory for a copy of the image");
	memcpy(copy, bytes, size);
	return copy;
}

static size_t flip_bits(const uint8_t *image, size_t size, unsigned *accepted)
{
	uint8_t *copy = copy_of(image, size);
	size_t refused = 0;
	for (size_t bit = 0; bit < size * 8; bit++) {
		copy[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		if (is_refused(copy, size))
			refused++;
		else
			(*accepted)++;
		copy[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	}
	free(copy);
	return refused;
}

static size_t delete_bytes(const uint8_t *image, size_t size, unsigned *accepted)
{
	size_t refused = 0;
	uint8_t *copy = copy_of(image, size - 1);
	/* byte i missing: one byte at a time moves back to its place */
	for (size_t i = size; i-- > 0;) {
		if (i < size - 1)
			copy[i] = image[i + 1];
		if (is_refused(copy, size - 1))
			refused++;
		else
			(*accepted)++;
	}
	free(copy);
	return refused;
}

static size_t cut(const uint8_t *image, size_t size, unsigned *accepted)
{
	size_t refused = 0;
	for (size_t length = 0; length < size; length++) {
		uint8_t *copy = copy_of(image, length ? length : 1);
		if (is_refused(copy, length))
			refused++;
		else
			(*accepted)++;
		free(copy);
	}
	return refused;
}

static size_t flip_structure(const struct image_view *image)
{
	size_t refused = 0;
	uint8_t *copy = copy_of(image->payload, image->payload_size);
	for (size_t bit = 0; bit < (size_t)image->payload_size * 8; bit++) {
		struct archive_view archive;
		copy[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		if (archive_check(copy, image->payload_size, rules(), &archive) != ARCHIVE_OK)
			refused++;
		copy[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	}
	free(copy);
	return refused;
}

_Noreturn void runtime_main(struct hand_over *given)
{
	struct power_on power_on;
	struct image_view image;
	char text[200];
	unsigned accepted = 0;
	memcpy(&power_on, board_window() + POWER_ON_OFFSET, sizeof power_on);
	const uint8_t *bytes = board_window() + power_on.app_offset;
	size_t size = power_on.app_length;
	if (is_refused(bytes, size) || image_check(bytes, size, &app_policy, &image) != IMAGE_OK)
		runtime_fatal("the undamaged image is refused");
	size_t bits = flip_bits(bytes, size, &accepted);
	size_t deletions = delete_bytes(bytes, size, &accepted);
	size_t cuts = cut(bytes, size, &accepted);
	size_t structure = flip_structure(&image);
	snprintf(text, sizeof text,
		"{\"size\":%u,\"archive\":%u,\"bits\":%u,\"bytes\":%u,\"cuts\":%u,\"accepted\":%u,\"structure\":%u}",
		(unsigned)size, (unsigned)image.payload_size, (unsigned)bits, (unsigned)deletions, (unsigned)cuts, accepted,
		(unsigned)structure);
	runtime_halt(HALT_FINISHED, text);
}
