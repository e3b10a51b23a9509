/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Fuzz target: what boot verifies. The first byte says how (enum mode), the next three what is asked of it, then comes the
 * only key that is believed, then an image, a trust record, or a digest with its signature. The verdict is free; what is
 * accepted stays within itself, and what is refused gives nothing away.
 */
#include <stdlib.h>
#include <string.h>

#include <mbedtls/sha256.h>

#include "fuzz.h"
#include "image-input.h"
#include "trust.h"

static const uint32_t classes[] = { IMAGE_CLASS_FIRMWARE, IMAGE_CLASS_APP, IMAGE_CLASS_TRUST };

static bool is_within(const uint8_t *part, size_t length, const uint8_t *bytes, size_t size)
{
	return part >= bytes && part <= bytes + size && length <= (size_t)(bytes + size - part);
}

static bool is_zero(const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (((const uint8_t *)bytes)[i] != 0)
			return false;
	}
	return true;
}

static struct image_root root_of(const uint8_t *point)
{
	struct image_root root = { .state = IMAGE_ROOT_VALID };
	uint8_t spki[SIGNATURE_SPKI_SIZE];
	memcpy(spki, signature_spki_prefix, SIGNATURE_SPKI_PREFIX_SIZE);
	memcpy(spki + SIGNATURE_SPKI_PREFIX_SIZE, point, SIGNATURE_POINT_SIZE);
	(void)mbedtls_sha256(spki, sizeof spki, root.hash, 0);
	return root;
}

/* Puts the digest right, as anyone can: the first entry behind that is one. */
static void repair_digest(uint8_t *bytes, size_t size)
{
	const size_t hashed = input_hashed(bytes, size);
	for (size_t at = hashed + 4; hashed != 0 && size >= 36 && at <= size - 36; at += 4 + input16(bytes + at + 2)) {
		if (input16(bytes + at) == 0x0010) {
			(void)mbedtls_sha256(bytes, hashed, bytes + at + 4, 0);
			return;
		}
	}
}

static void check_image(const uint8_t *head, const uint8_t *bytes, size_t size)
{
	struct image_key key = { .role = head[INPUT_ASKED] & 0x80 ? IMAGE_ROLE_MANIFEST : IMAGE_ROLE_IMAGE };
	const struct image_root roots[IMAGE_ROOT_COUNT] = { root_of(head + INPUT_POINT) };
	const uint8_t abi[32] = { 0 };
	const uint64_t version = (uint64_t)head[INPUT_FIRMWARE] << 56;
	const struct image_policy policy = {
		.image_class = classes[head[INPUT_ASKED] % 3u],
		.signature = head[INPUT_MODE] % MODE_COUNT == MODE_OPEN ? IMAGE_SIGNATURE_NOT_VERIFIED : IMAGE_SIGNATURE_REQUIRED,
		.keys = &key,
		.key_count = 1,
		.roots = roots,
		.least_counter = head[INPUT_COUNTER],
		.abi = abi,
		.firmware = &version,
	};
	struct image_view view;
	size_t said = 0;
	memcpy(key.point, head + INPUT_POINT, SIGNATURE_POINT_SIZE);
	memset(&view, 0xEE, sizeof view);
	if (image_check(bytes, size, &policy, &view) != IMAGE_OK) {
		if (!is_zero(&view, sizeof view))
			fuzz_finding("a refused image gives something away");
		return;
	}
	if (!is_within(view.payload, view.payload_size, bytes, size) || !is_within(view.digest, 32, bytes, size) ||
		(view.abi != NULL && !is_within(view.abi, 32, bytes, size)) ||
		(view.signer != NULL && view.signer != roots[0].hash && !is_within(view.signer, 32, bytes, size)))
		fuzz_finding("an accepted image leads out of itself");
	if ((view.signer == roots[0].hash) != (policy.image_class == IMAGE_CLASS_TRUST && view.trust == IMAGE_SIGNED))
		fuzz_finding("an accepted image is of a root key and no trust record, or the other way round");
	if (image_size(bytes, size, &said) != IMAGE_OK || said != size)
		fuzz_finding("an accepted image is of another size");
	if (view.counter < policy.least_counter || view.counter > IMAGE_COUNTER_MAX)
		fuzz_finding("an accepted image is old");
	if ((view.trust == IMAGE_SIGNED) != (policy.signature == IMAGE_SIGNATURE_REQUIRED))
		fuzz_finding("an accepted image says more than was verified");
}

static void check_record(const uint8_t *head, const uint8_t *bytes, size_t size)
{
	const struct image_root roots[IMAGE_ROOT_COUNT] = { root_of(head + INPUT_POINT) };
	struct trust_record record;
	memset(&record, 0xEE, sizeof record);
	if (trust_check(bytes, size, roots, head[INPUT_COUNTER], &record) != IMAGE_OK) {
		if (!is_zero(&record, sizeof record))
			fuzz_finding("a refused trust record gives something away");
		return;
	}
	if (record.count == 0 || record.count > TRUST_KEYS_MAX || record.version == 0 || record.version < head[INPUT_COUNTER])
		fuzz_finding("an accepted trust record has no keys, too many, or is old");
	if (record.root != 0 || (record.other_root != TRUST_OTHER_ROOT_STAYS && record.other_root != TRUST_OTHER_ROOT_REVOKED))
		fuzz_finding("an accepted trust record is of another root key, or does not say what becomes of the other one");
	for (uint32_t i = 0; i < record.count; i++) {
		if (signature_point_check(record.keys[i].point) != SIGNATURE_VALID)
			fuzz_finding("an accepted trust record has a key that is none");
	}
}

static void check_signature(const uint8_t *head, const uint8_t *bytes, size_t size)
{
	uint8_t digest[SIGNATURE_DIGEST_SIZE];
	if (size < sizeof digest)
		return;
	memcpy(digest, bytes, sizeof digest);
	uint8_t *signature = malloc(size - sizeof digest + 1);
	if (signature == NULL)
		return;
	/* up to the end of its block */
	memcpy(signature + 1, bytes + sizeof digest, size - sizeof digest);
	(void)signature_check(head + INPUT_POINT, digest, signature + 1, size - sizeof digest);
	free(signature);
}

static void check(const uint8_t *head, uint8_t *bytes, size_t size)
{
	size_t said;
	switch ((enum mode)(head[INPUT_MODE] % MODE_COUNT)) {
	case MODE_OPEN:
		repair_digest(bytes, size);
		check_image(head, bytes, size);
		break;
	case MODE_IMAGE:
	case MODE_BELIEVED_IMAGE:
		check_image(head, bytes, size);
		break;
	case MODE_RECORD:
	case MODE_BELIEVED_RECORD:
		check_record(head, bytes, size);
		break;
	case MODE_SIGNATURE:
		check_signature(head, bytes, size);
		break;
	case MODE_SLOT:
		if (image_size(bytes, size, &said) == IMAGE_OK ? said > size : said != 0)
			fuzz_finding("an image is larger than its slot");
		break;
	case MODE_COUNT:
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < INPUT_HEAD_SIZE)
		return 0;
	const unsigned mode = data[INPUT_MODE] % MODE_COUNT;
	fuzz_trust.hashes = true;
	fuzz_trust.believes = mode == MODE_BELIEVED_IMAGE || mode == MODE_BELIEVED_RECORD;
	/* In a block of exactly its size, so that a read past its end is seen. */
	size -= INPUT_HEAD_SIZE;
	uint8_t *copy = malloc(size > 0 ? size : 1);
	if (copy == NULL)
		return 0;
	memcpy(copy, data + INPUT_HEAD_SIZE, size);
	check(data, copy, size);
	if (mode != MODE_OPEN && memcmp(copy, data + INPUT_HEAD_SIZE, size) != 0)
		fuzz_finding("a check changed what it checked");
	free(copy);
	return 0;
}
