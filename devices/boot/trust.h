/* SPDX-License-Identifier: Apache-2.0 */
/** The trust record: which keys are believed, and for what. docs/formats/image.md has its bytes. */
#ifndef THIMBLE_BOOT_TRUST_H
#define THIMBLE_BOOT_TRUST_H

#include "image.h"

#define TRUST_KEYS_MAX 8u

/** What a record says of the root key that did not sign it. */
#define TRUST_OTHER_ROOT_STAYS 0x5A96C33Cu
#define TRUST_OTHER_ROOT_REVOKED 0xC3695AA5u

struct trust_record {
	uint32_t version; /* 1 to IMAGE_COUNTER_MAX */
	uint32_t root;    /* index of the root key that signed it */
	uint32_t other_root; /* TRUST_OTHER_ROOT_* */
	uint32_t count;   /* 1 to TRUST_KEYS_MAX */
	struct image_key keys[TRUST_KEYS_MAX];
};

/**
 * Checks a trust record whole: signed by one of the two roots, not older than the device's counter.
 * @param image exactly size bytes.
 * @param out a copy; filled only when the result is IMAGE_OK; zeroed otherwise.
 */
enum image_status trust_check(const uint8_t *image, size_t size, const struct image_root roots[static IMAGE_ROOT_COUNT],
	uint32_t least_version, struct trust_record *out);

#endif
