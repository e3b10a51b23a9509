/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The envelope of an app archive: an image in MCUboot's format (header of 32 bytes, payload, protected TLVs, TLVs),
 * here with a SHA-256 and without a signature. The issue on the boot chain adds signature, key hash and counter.
 *
 * Protected TLVs: ABI (32 bytes, the digest of the firmware that the app was linked for) and CREATION (8 bytes,
 * XS heap in bytes and XS stack in slots, little endian, 0 = the board's default). Unprotected TLVs: SHA-256.
 * Nothing else, nothing twice, nothing after: whatever is not understood is refused.
 */
#ifndef THIMBLE_IMAGE_H
#define THIMBLE_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#define IMAGE_MAGIC 0x96f3b83du
#define IMAGE_HEADER_SIZE 32u
#define IMAGE_TLV_MAGIC 0x6907u
#define IMAGE_TLV_PROTECTED_MAGIC 0x6908u
#define IMAGE_TLV_SHA256 0x0010u
/* Vendor TLVs: MCUboot leaves 0xXXA0 to 0xXXFF of each block to the user; 0x54 is 'T'. */
#define IMAGE_TLV_ABI 0x54A0u
#define IMAGE_TLV_CREATION 0x54A1u

/** Codes are far apart and success is not zero, so that one flipped bit or a skipped call is not success. */
enum image_status {
	IMAGE_OK = 0x5A3C,
	IMAGE_E_SIZE = 0x1101,     /* shorter than its header says, longer than its slot, or a length that does not add up */
	IMAGE_E_HEADER = 0x1202,   /* magic, header size, load address, flags or padding */
	IMAGE_E_TLV = 0x1303,      /* a TLV area that is malformed, has an unknown, missing or repeated entry */
	IMAGE_E_DIGEST = 0x1404,   /* SHA-256 differs */
	IMAGE_E_ABI = 0x1505,      /* linked for another firmware ABI */
};

/** What a verified image holds: views into the image, not copies. */
struct image_view {
	const uint8_t *payload;
	uint32_t payload_size;
	uint32_t version[4]; /* major, minor, revision, build */
	uint32_t heap_bytes;
	uint32_t stack_slots;
};

/**
 * Checks an image whole and returns what it holds.
 * @param image available bytes, of which the image is exactly size.
 * @param abi the running firmware's ABI digest.
 * @param out filled only when the result is IMAGE_OK; zeroed otherwise.
 */
enum image_status image_check(const uint8_t *image, size_t size, const uint8_t abi[static 32], struct image_view *out);

/** The name of a status for people and logs: "IMAGE_E_DIGEST". */
const char *image_status_name(enum image_status status);

#endif
