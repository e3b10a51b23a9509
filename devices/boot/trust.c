/* SPDX-License-Identifier: Apache-2.0 */
#include "trust.h"

#include <stdbool.h>
#include <string.h>

#include "check.h"

#define FORMAT 0x31525454u /* "TTR1" */
#define HEAD_SIZE 12u
#define KEY_SIZE (4u + SIGNATURE_POINT_SIZE)

_Static_assert(sizeof(struct image_key) == KEY_SIZE && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "a key is copied as it lies");

/* In ascending order of role, then point; the same twice is not. */
CHECK_INLINE bool is_after(const struct image_key *key, const struct image_key *last)
{
	return key->role > last->role || (key->role == last->role && memcmp(key->point, last->point, SIGNATURE_POINT_SIZE) > 0);
}

CHECK_FUNCTION enum image_status read_keys(const uint8_t *payload, uint32_t size, struct trust_record *out)
{
	CHECKS;
	CHECK(trust_size,
		size >= HEAD_SIZE + KEY_SIZE && size <= HEAD_SIZE + TRUST_KEYS_MAX * KEY_SIZE && (size - HEAD_SIZE) % KEY_SIZE == 0,
		IMAGE_E_RECORD);
	out->count = (size - HEAD_SIZE) / KEY_SIZE;
	CHECK(trust_format, image_read32(payload) == FORMAT, IMAGE_E_RECORD);
	CHECK(trust_count, image_read32(payload + 4) == out->count, IMAGE_E_RECORD);
	out->other_root = image_read32(payload + 8);
	CHECK(trust_other_root, out->other_root == TRUST_OTHER_ROOT_STAYS || out->other_root == TRUST_OTHER_ROOT_REVOKED, IMAGE_E_RECORD);
	volatile uint32_t checked = 0;
	for (uint32_t i = 0; i < out->count; i++) {
		struct image_key *key = &out->keys[i];
		memcpy(key, payload + HEAD_SIZE + i * KEY_SIZE, KEY_SIZE);
		CHECK(trust_role, key->role == IMAGE_ROLE_IMAGE || key->role == IMAGE_ROLE_MANIFEST, IMAGE_E_RECORD);
		CHECK(trust_order, i == 0 || is_after(key, &out->keys[i - 1]), IMAGE_E_RECORD);
		CHECK_CALL(on_curve, signature_point_check(key->point), SIGNATURE_VALID, IMAGE_E_RECORD);
		checked = i + 1;
	}
	CHECK_AGAIN(checked == out->count, IMAGE_E_RECORD);
	return (enum image_status)CHECKED(IMAGE_OK);
}

enum image_status trust_check(const uint8_t *image, size_t size, const struct image_root roots[static IMAGE_ROOT_COUNT],
	uint32_t least_version, struct trust_record *out)
{
	CHECKS;
	struct image_view view;
	struct trust_record record = { 0 };
	const struct image_policy policy = { .image_class = IMAGE_CLASS_TRUST, .signature = IMAGE_SIGNATURE_REQUIRED, .roots = roots,
		.least_counter = least_version };
	memset(out, 0, sizeof *out);
	CHECK_CALL(envelope, image_check(image, size, &policy, &view), IMAGE_OK, envelope);
	CHECK(trust_header_version, view.version == 0, IMAGE_E_RECORD);
	CHECK(trust_version, view.counter >= 1, IMAGE_E_COUNTER);
	CHECK_CALL(content, read_keys(view.payload, view.payload_size, &record), IMAGE_OK, content);
	record.version = view.counter;
	record.root = view.signer == roots[0].hash ? 0 : 1;
	*out = record;
	return (enum image_status)CHECKED(IMAGE_OK);
}
