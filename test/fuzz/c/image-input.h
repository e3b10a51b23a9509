/* SPDX-License-Identifier: Apache-2.0 */
/** What image-target.c takes, its mutator changes and seeds.ts writes. */
#ifndef THIMBLE_IMAGE_INPUT_H
#define THIMBLE_IMAGE_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "image.h"

enum mode {
	MODE_IMAGE,           /* as it comes */
	MODE_OPEN,            /* no root keys, the digest put right */
	MODE_BELIEVED_IMAGE,  /* any digest and any signature are right */
	MODE_RECORD,
	MODE_BELIEVED_RECORD,
	MODE_SIGNATURE,
	MODE_SLOT,
	MODE_COUNT,
};

#define INPUT_MODE 0u
#define INPUT_ASKED 1u    /* class, and role of the key */
#define INPUT_COUNTER 2u  /* least */
#define INPUT_FIRMWARE 3u /* major version */
#define INPUT_POINT 4u
#define INPUT_HEAD_SIZE (INPUT_POINT + SIGNATURE_POINT_SIZE)

static inline uint32_t input16(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

/* Where the TLVs behind begin, by the header; 0: not within the image. */
static inline size_t input_hashed(const uint8_t *bytes, size_t size)
{
	if (size < IMAGE_HEADER_SIZE)
		return 0;
	const size_t payload = input16(bytes + 12) | (size_t)input16(bytes + 14) << 16;
	const size_t hashed = IMAGE_HEADER_SIZE + payload + input16(bytes + 10);
	return hashed <= size ? hashed : 0;
}

#endif
