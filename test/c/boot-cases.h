/* SPDX-License-Identifier: Apache-2.0 */
/** Cases for the checks of devices/boot, as test/boot/cases.ts packs them: what is checked, by which policy, and what must come of it. */
#ifndef THIMBLE_BOOT_CASES_H
#define THIMBLE_BOOT_CASES_H

#include <stddef.h>
#include <stdint.h>

#include "trust.h"

enum case_kind {
	CASE_IMAGE = 1,   /* image_check */
	CASE_RECORD = 2,  /* trust_check */
	CASE_SIGNATURE = 3, /* signature_check; the bytes are point, digest, signature */
	CASE_SIZE = 4,    /* image_size */
	CASE_DAMAGED_IMAGE = 5, /* each damaged form of an image that is accepted as it is */
	CASE_DAMAGED_RECORD = 6,
	CASE_FLOW = 7, /* of flow-skip.c alone: the bytes are steps, and no other member but size is looked at */
};

#define CASE_HAS_ABI 1u
#define CASE_HAS_FIRMWARE 2u

/* Before the bytes of each case, which are padded to 4. Little endian, without gaps. */
struct boot_case {
	uint32_t kind;
	uint32_t expected;  /* status */
	uint32_t values[6]; /* when that is success: image: trust, counter, version low and high, payload, heap; record: version, count, other root, root; size */
	uint32_t step;      /* damaged forms: every bit, or every n-th */
	uint32_t image_class;
	uint32_t signature;
	uint32_t least_counter;
	uint32_t flags;
	uint32_t key_count;
	uint32_t firmware[2]; /* low, high */
	uint8_t abi[32];
	struct image_root roots[IMAGE_ROOT_COUNT];
	struct image_key keys[TRUST_KEYS_MAX];
	uint32_t size; /* of the bytes that follow */
};

/** What came of a case as it is: a status, or one of the words of boot-cases.c that say what else is wrong. */
uint32_t boot_case_status(const struct boot_case *one, const uint8_t *bytes, size_t size);

/** Runs all cases in bytes; text is one line of JSON: {"cases", "forms" that were refused, "failures": [case, status, ...]}. */
void boot_cases(const uint8_t *bytes, size_t size, char *text, size_t text_size);

#endif
