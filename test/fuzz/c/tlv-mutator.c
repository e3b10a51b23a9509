/* SPDX-License-Identifier: Apache-2.0 */
/**
 * libFuzzer's mutator for signed images: changes, doubles, removes or adds one TLV, or changes the payload, and puts all
 * lengths around it right, so that more than the first length is looked at. Sometimes it changes anything as it comes.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "image-input.h"

#define ENTRIES_MAX 32u
#define VALUE_MAX 128u

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

static const uint16_t types[] = { 0x0001, 0x0002, 0x0010, 0x0022, 0x0040, 0x0050, 0x0060, 0x54A0, 0x54A1, 0x54A2 };

/* A TLV, or the payload, and what says how long it is. */
struct part {
	size_t from; /* of the head of a TLV */
	size_t to;
	size_t area; /* head of its area; 0: payload */
};

struct image {
	uint8_t *bytes;
	size_t size;
	size_t capacity;
	size_t hashed;
	struct part parts[ENTRIES_MAX];
	size_t count;
};

static void write16(uint8_t *p, size_t value)
{
	p[0] = (uint8_t)value;
	p[1] = (uint8_t)(value >> 8);
}

static void collect(struct image *image, size_t area, size_t end)
{
	for (size_t at = area + 4; at + 4 <= end && image->count < ENTRIES_MAX;) {
		const size_t next = at + 4 + input16(image->bytes + at + 2);
		if (next > end)
			return;
		image->parts[image->count++] = (struct part){ at, next, area };
		at = next;
	}
}

static bool parse(struct image *image)
{
	image->hashed = input_hashed(image->bytes, image->size);
	image->count = 0;
	if (image->hashed == 0)
		return false;
	const size_t protected_area = image->hashed - input16(image->bytes + 10);
	image->parts[image->count++] = (struct part){ IMAGE_HEADER_SIZE, protected_area, 0 };
	collect(image, protected_area, image->hashed);
	collect(image, image->hashed, image->size);
	return true;
}

/* Puts content in place of [from, to) of a part, and all lengths right. */
static void replace(struct image *image, const struct part *part, size_t from, size_t to, const uint8_t *content, size_t length)
{
	uint8_t *bytes = image->bytes;
	if (length > to - from && length - (to - from) > image->capacity - image->size)
		return;
	memmove(bytes + from + length, bytes + to, image->size - to);
	memcpy(bytes + from, content, length);
	image->size = image->size - (to - from) + length;
	if (part->area == 0) {
		const size_t payload = part->to - part->from - (to - from) + length;
		write16(bytes + 12, payload);
		write16(bytes + 14, payload >> 16);
		return;
	}
	const size_t total = input16(bytes + part->area + 2) - (to - from) + length;
	write16(bytes + part->area + 2, total);
	if (part->area < image->hashed)
		write16(bytes + 10, total);
}

/* Another value; mostly of the same size. */
static void change(struct image *image, const struct part *part, bool keeps_size)
{
	uint8_t value[4 + VALUE_MAX];
	const size_t head = part->area == 0 ? 0 : 4;
	const size_t size = part->to - part->from - head;
	if (size > VALUE_MAX || (keeps_size && size == 0))
		return;
	memcpy(value, image->bytes + part->from, head + size);
	size_t length = LLVMFuzzerMutate(value + head, size, keeps_size ? size : VALUE_MAX);
	if (keeps_size)
		length = size;
	if (head != 0)
		write16(value + 2, length);
	replace(image, part, part->from, part->to, value, head + length);
}

static void add(struct image *image, const struct part *beside, unsigned int seed)
{
	uint8_t tlv[4 + VALUE_MAX] = { 0 };
	static const uint8_t sizes[] = { 0, 4, 8, 12, 32, 71, 91 };
	const uint16_t type = types[seed % (sizeof types / sizeof types[0])];
	const size_t size = sizes[seed / 16u % sizeof sizes];
	if (beside->area == 0)
		return;
	write16(tlv, type);
	write16(tlv + 2, size);
	replace(image, beside, beside->from, beside->from, tlv, 4 + size);
}

static void mutate(struct image *image, unsigned int choice, unsigned int seed)
{
	const struct part part = image->parts[seed % image->count];
	uint8_t copy[4 + VALUE_MAX];
	const size_t size = part.to - part.from;
	switch (choice) {
	case 0:
		add(image, &part, seed / 64u);
		break;
	case 1:
		if (part.area != 0)
			replace(image, &part, part.from, part.to, copy, 0);
		break;
	case 2:
		if (part.area == 0 || size > sizeof copy)
			break;
		memcpy(copy, image->bytes + part.from, size);
		replace(image, &part, part.to, part.to, copy, size);
		break;
	default:
		change(image, &part, choice % 4u != 3u);
	}
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	const unsigned int choice = seed % 16u;
	struct image image = { .bytes = data + INPUT_HEAD_SIZE };
	if (size < INPUT_HEAD_SIZE || choice < 2)
		return LLVMFuzzerMutate(data, size, max_size);
	if (choice == 2) {
		data[INPUT_MODE] = (uint8_t)(seed / 16u % MODE_COUNT);
		return size;
	}
	if (choice == 3) {
		(void)LLVMFuzzerMutate(data, INPUT_POINT, INPUT_POINT);
		return size;
	}
	image.size = size - INPUT_HEAD_SIZE;
	image.capacity = max_size - INPUT_HEAD_SIZE;
	if (data[INPUT_MODE] % MODE_COUNT == MODE_SIGNATURE || !parse(&image))
		return INPUT_HEAD_SIZE + LLVMFuzzerMutate(image.bytes, image.size, image.capacity);
	if (choice == 4) {
		(void)LLVMFuzzerMutate(image.bytes, IMAGE_HEADER_SIZE, IMAGE_HEADER_SIZE);
		return size;
	}
	mutate(&image, choice - 5u, seed / 16u);
	return INPUT_HEAD_SIZE + image.size;
}
