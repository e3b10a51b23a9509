/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Images in MCUboot's format: header of 32 bytes, payload, protected TLVs, TLVs. docs/formats/image.md and archive.md say what
 * may stand there; anything else is refused. One check for firmware, apps and trust records, signed or not.
 */
#ifndef THIMBLE_BOOT_IMAGE_H
#define THIMBLE_BOOT_IMAGE_H

#include "signature.h"

#define IMAGE_MAGIC 0x96f3b83du
#define IMAGE_HEADER_SIZE 32u
#define IMAGE_TLV_MAGIC 0x6907u
#define IMAGE_TLV_PROTECTED_MAGIC 0x6908u

#define IMAGE_CLASS_FIRMWARE 0x3C96A55Au
#define IMAGE_CLASS_APP 0xA53C5A69u
#define IMAGE_CLASS_TRUST 0x695AC3A5u

#define IMAGE_ROLE_IMAGE 0x5AC36996u
#define IMAGE_ROLE_MANIFEST 0xA5963C69u

/** What an OTP counter can count to. */
#define IMAGE_COUNTER_MAX 64u

/** Codes are far apart and success is not zero, so that one flipped bit or a skipped call is not success. Failures have CHECK_FAILURE_BIT. */
#define IMAGE_STATUSES(X) \
	X(IMAGE_OK, 0x5A3CC3A5) \
	X(IMAGE_E_SIZE, 0x31010EE1) /* shorter than its header says, longer than its slot, or lengths that do not add up */ \
	X(IMAGE_E_HEADER, 0x32020DD2) /* magic, header size, load address, flags or padding */ \
	X(IMAGE_E_TLV, 0x33030CC3) /* a TLV area, or an entry, that does not have the size that it must have */ \
	X(IMAGE_E_TLV_UNKNOWN, 0x34040BB4) /* an entry that has no place there */ \
	X(IMAGE_E_TLV_REPEATED, 0x35050AA5) \
	X(IMAGE_E_TLV_MISSING, 0x36060996) \
	X(IMAGE_E_UNSIGNED, 0x37070887) /* no signature where one is required */ \
	X(IMAGE_E_DIGEST, 0x38080778) /* SHA-256 differs */ \
	X(IMAGE_E_KEY, 0x39090669) /* signed by a key that is not believed */ \
	X(IMAGE_E_ROLE, 0x3A0A055A) /* signed by a key that is believed, but not for this */ \
	X(IMAGE_E_REVOKED, 0x3B0B044B) /* signed by a root key that is revoked */ \
	X(IMAGE_E_SIGNATURE, 0x3C0C033C) \
	X(IMAGE_E_CLASS, 0x3D0D022D) /* an image for another place */ \
	X(IMAGE_E_COUNTER, 0x3E0E011E) /* security counter below the device's, or out of range */ \
	X(IMAGE_E_ABI, 0x210120FE) /* linked for another firmware ABI */ \
	X(IMAGE_E_DEPENDENCY, 0x220221DD) /* asks for a newer firmware, or for something that there is not */ \
	X(IMAGE_E_RECORD, 0x230322CC) /* a trust record whose content is not as it must be */

#define IMAGE_STATUS_VALUE(name, value) name = value,
enum image_status { IMAGE_STATUSES(IMAGE_STATUS_VALUE) };

/** A key that a trust record lists. */
struct image_key {
	uint32_t role;
	uint8_t point[SIGNATURE_POINT_SIZE];
};

#define IMAGE_ROOT_VALID 0x4996A53Cu

/** A root key as OTP has it. */
struct image_root {
	uint8_t hash[32]; /* SHA-256 of its SubjectPublicKeyInfo */
	uint32_t state;   /* IMAGE_ROOT_VALID; anything else: revoked, or none */
};

#define IMAGE_ROOT_COUNT 2u

/** How far an image is known to be good. */
#define IMAGE_SIGNED SIGNATURE_VALID
#define IMAGE_WHOLE 0x96C35A3Cu

#define IMAGE_SIGNATURE_REQUIRED 0xE3963C5Au
#define IMAGE_SIGNATURE_NOT_VERIFIED 0x9C69C3A5u

/** What an image has to be. A policy of zeros accepts nothing. */
struct image_policy {
	uint32_t image_class;
	uint32_t signature;            /* NOT_VERIFIED only on a device without root keys: an image is whole, signed or not */
	const struct image_key *keys;  /* that are believed: firmware and app */
	size_t key_count;
	const struct image_root *roots; /* IMAGE_ROOT_COUNT of them: trust record */
	uint32_t least_counter;
	const uint8_t *abi;            /* app: of the firmware, 32 bytes */
	const uint64_t *firmware;      /* app: version of the firmware; null: an app that asks for one is refused */
};

/** Little endian. Inline, as conditions of checks use them. */
static inline __attribute__((always_inline)) uint32_t image_read16(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static inline __attribute__((always_inline)) uint32_t image_read32(const uint8_t *p)
{
	return image_read16(p) | image_read16(p + 2) << 16;
}

/** What a verified image holds: views into the image, not copies. */
struct image_view {
	uint32_t trust;          /* IMAGE_SIGNED or IMAGE_WHOLE */
	uint32_t counter;
	uint64_t version;        /* major, minor, revision, build as 8, 8, 16 and 32 bits */
	const uint8_t *payload;
	uint32_t payload_size;
	uint32_t heap_bytes, stack_slots; /* app */
	const uint8_t *abi;      /* 32 bytes; null: trust record */
	const uint8_t *digest;   /* SHA-256, 32 bytes */
	const uint8_t *signer;   /* KEYHASH, 32 bytes; of a trust record: in policy->roots; null: not signed */
};

/**
 * Reads how long the image at the beginning of a slot says that it is, TLVs included. Nothing is verified.
 * @param size filled only when the result is IMAGE_OK; 0 otherwise.
 */
enum image_status image_size(const uint8_t *slot, size_t slot_size, size_t *size);

/**
 * Checks an image whole and returns what it holds.
 * @param image the image, exactly size bytes: what image_size() says, or what whoever brought it says.
 * @param out filled only when the result is IMAGE_OK; zeroed otherwise.
 */
enum image_status image_check(const uint8_t *image, size_t size, const struct image_policy *policy, struct image_view *out);

#endif
