/* SPDX-License-Identifier: Apache-2.0 */
#include "image.h"

#include <stdbool.h>
#include <string.h>

#include <mbedtls/constant_time.h>
#include <mbedtls/sha256.h>

struct tlv {
	uint16_t type;
	uint16_t size;
	const uint8_t *value;
};

struct found {
	const uint8_t *abi;
	const uint8_t *creation;
	const uint8_t *sha256;
};

static uint32_t read16(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t read32(const uint8_t *p)
{
	return read16(p) | read16(p + 2) << 16;
}

/* Takes one entry that may stand once in its area: right size, right area, not seen before. */
static bool take(const struct tlv *entry, bool in_protected, struct found *found)
{
	const uint8_t **slot = NULL;
	uint32_t size = 0;
	bool belongs_protected = true;
	switch (entry->type) {
	case IMAGE_TLV_ABI:
		slot = &found->abi;
		size = 32;
		break;
	case IMAGE_TLV_CREATION:
		slot = &found->creation;
		size = 8;
		break;
	case IMAGE_TLV_SHA256:
		slot = &found->sha256;
		size = 32;
		belongs_protected = false;
		break;
	default:
		return false;
	}
	if (*slot != NULL || entry->size != size || in_protected != belongs_protected)
		return false;
	*slot = entry->value;
	return true;
}

/* Reads one TLV area of exactly total bytes (its info header of 4 bytes included). */
static bool read_area(const uint8_t *area, uint32_t total, uint32_t magic, struct found *found)
{
	if (total < 4 || read16(area) != magic || read16(area + 2) != total)
		return false;
	uint32_t at = 4;
	while (at < total) {
		if (total - at < 4)
			return false;
		struct tlv entry = { (uint16_t)read16(area + at), (uint16_t)read16(area + at + 2), area + at + 4 };
		if (entry.size > total - at - 4)
			return false;
		if (!take(&entry, magic == IMAGE_TLV_PROTECTED_MAGIC, found))
			return false;
		at += 4u + entry.size;
	}
	return true;
}

enum image_status image_check(const uint8_t *image, size_t size, const uint8_t abi[static 32], struct image_view *out)
{
	struct found found = { NULL, NULL, NULL };
	uint8_t digest[32];

	memset(out, 0, sizeof *out);
	if (size < IMAGE_HEADER_SIZE || size > UINT32_MAX)
		return IMAGE_E_SIZE;
	if (read32(image) != IMAGE_MAGIC || read32(image + 4) != 0 || read16(image + 8) != IMAGE_HEADER_SIZE ||
		read32(image + 16) != 0 || read32(image + 28) != 0)
		return IMAGE_E_HEADER;

	uint32_t protected_size = read16(image + 10);
	uint32_t payload_size = read32(image + 12);
	uint32_t rest = (uint32_t)size - IMAGE_HEADER_SIZE;
	if (payload_size == 0 || payload_size > rest || protected_size > rest - payload_size)
		return IMAGE_E_SIZE;
	uint32_t hashed = IMAGE_HEADER_SIZE + payload_size + protected_size;
	if (!read_area(image + hashed, (uint32_t)size - hashed, IMAGE_TLV_MAGIC, &found))
		return IMAGE_E_TLV;
	if (found.sha256 == NULL)
		return IMAGE_E_TLV;
	if (mbedtls_sha256(image, hashed, digest, 0) != 0)
		return IMAGE_E_DIGEST;
	if (mbedtls_ct_memcmp(digest, found.sha256, sizeof digest) != 0)
		return IMAGE_E_DIGEST;

	if (!read_area(image + IMAGE_HEADER_SIZE + payload_size, protected_size, IMAGE_TLV_PROTECTED_MAGIC, &found))
		return IMAGE_E_TLV;
	if (found.abi == NULL || found.creation == NULL)
		return IMAGE_E_TLV;
	if (memcmp(found.abi, abi, 32) != 0)
		return IMAGE_E_ABI;

	out->payload = image + IMAGE_HEADER_SIZE;
	out->payload_size = payload_size;
	out->version[0] = image[20];
	out->version[1] = image[21];
	out->version[2] = read16(image + 22);
	out->version[3] = read32(image + 24);
	out->heap_bytes = read32(found.creation);
	out->stack_slots = read32(found.creation + 4);
	return IMAGE_OK;
}

const char *image_status_name(enum image_status status)
{
	switch (status) {
	case IMAGE_OK:
		return "IMAGE_OK";
	case IMAGE_E_SIZE:
		return "IMAGE_E_SIZE";
	case IMAGE_E_HEADER:
		return "IMAGE_E_HEADER";
	case IMAGE_E_TLV:
		return "IMAGE_E_TLV";
	case IMAGE_E_DIGEST:
		return "IMAGE_E_DIGEST";
	case IMAGE_E_ABI:
		return "IMAGE_E_ABI";
	}
	return "IMAGE_E_UNKNOWN";
}
