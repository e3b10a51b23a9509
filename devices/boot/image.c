/* SPDX-License-Identifier: Apache-2.0 */
#include "image.h"

#include <stdbool.h>
#include <string.h>

#include <mbedtls/constant_time.h>
#include <mbedtls/sha256.h>

#include "check.h"

#define HASH_SIZE 32u
#define TLV_HEAD_SIZE 4u

/* The entries that have a place in an image, each once. */
enum entry { SEC_CNT, CLASS, ABI, CREATION, DEPENDENCY, SHA256, KEYHASH, PUBKEY, ECDSA_SIG, ENTRY_COUNT };

static const struct form {
	uint16_t type;
	uint8_t least, most; /* its size */
	bool is_protected;
} forms[ENTRY_COUNT] = {
	[SEC_CNT] = { 0x0050, 4, 4, true },
	/* Vendor TLVs: MCUboot leaves 0xXXA0 to 0xXXFF of each block to the user; 0x54 is 'T'. */
	[CLASS] = { 0x54A2, 4, 4, true },
	[ABI] = { 0x54A0, 32, 32, true },
	[CREATION] = { 0x54A1, 8, 8, true },
	[DEPENDENCY] = { 0x0040, 12, 12, true },
	[SHA256] = { 0x0010, HASH_SIZE, HASH_SIZE, false },
	[KEYHASH] = { 0x0001, HASH_SIZE, HASH_SIZE, false },
	[PUBKEY] = { 0x0002, SIGNATURE_SPKI_SIZE, SIGNATURE_SPKI_SIZE, false },
	[ECDSA_SIG] = { 0x0022, 8, 72, false },
};

#define HANDS_ON_FAILURES_ONLY(name, value) \
	_Static_assert(((value) == IMAGE_OK) == (((value)&CHECK_FAILURE_BIT) == 0), #name);
IMAGE_STATUSES(HANDS_ON_FAILURES_ONLY)

struct found {
	const uint8_t *value[ENTRY_COUNT]; /* null: is not there */
	uint32_t size[ENTRY_COUNT];
	uint32_t read; /* bytes of the area so far */
};

struct layout {
	uint32_t payload_size, protected_size;
	uint32_t hashed; /* header, payload and protected TLVs */
	uint32_t size;
};

/* A version as header and DEPENDENCY have it; compares as versions do. */
CHECK_INLINE uint64_t read_version(const uint8_t *p)
{
	return (uint64_t)p[0] << 56 | (uint64_t)p[1] << 48 | (uint64_t)image_read16(p + 2) << 32 | image_read32(p + 4);
}

CHECK_FUNCTION enum image_status read_layout(const uint8_t *image, size_t available, struct layout *out)
{
	CHECKS;
	CHECK(image_header_whole, available >= IMAGE_HEADER_SIZE && available <= UINT32_MAX, IMAGE_E_SIZE);
	CHECK(image_magic, image_read32(image) == IMAGE_MAGIC, IMAGE_E_HEADER);
	CHECK(image_load_address, image_read32(image + 4) == 0, IMAGE_E_HEADER);
	CHECK(image_header_size, image_read16(image + 8) == IMAGE_HEADER_SIZE, IMAGE_E_HEADER);
	CHECK(image_flags, image_read32(image + 16) == 0, IMAGE_E_HEADER);
	CHECK(image_padding, image_read32(image + 28) == 0, IMAGE_E_HEADER);
	out->protected_size = image_read16(image + 10);
	out->payload_size = image_read32(image + 12);
	uint32_t left = (uint32_t)available - IMAGE_HEADER_SIZE;
	CHECK(image_payload_empty, out->payload_size != 0, IMAGE_E_SIZE);
	CHECK(image_payload_fits, out->payload_size <= left, IMAGE_E_SIZE);
	left -= out->payload_size;
	CHECK(image_protected_fits, out->protected_size <= left, IMAGE_E_SIZE);
	left -= out->protected_size;
	out->hashed = IMAGE_HEADER_SIZE + out->payload_size + out->protected_size;
	CHECK(image_area_head_fits, left >= TLV_HEAD_SIZE, IMAGE_E_TLV);
	const uint32_t area = image_read16(image + out->hashed + 2);
	CHECK(image_area_fits, area >= TLV_HEAD_SIZE && area <= left, IMAGE_E_TLV);
	out->size = out->hashed + area;
	return (enum image_status)CHECKED(IMAGE_OK);
}

/* Takes one entry that may stand once, in its area and with its size. */
CHECK_FUNCTION enum image_status take(const uint8_t *tlv, bool is_protected, struct found *found)
{
	CHECKS;
	const uint32_t size = image_read16(tlv + 2);
	size_t i = 0;
	while (i < ENTRY_COUNT && forms[i].type != image_read16(tlv))
		i++;
	CHECK(image_tlv_known, i < ENTRY_COUNT, IMAGE_E_TLV_UNKNOWN);
	CHECK(image_tlv_area, forms[i].is_protected == is_protected, IMAGE_E_TLV_UNKNOWN);
	CHECK(image_tlv_size, size >= forms[i].least && size <= forms[i].most, IMAGE_E_TLV);
	CHECK(image_tlv_once, found->value[i] == NULL, IMAGE_E_TLV_REPEATED);
	found->value[i] = tlv + TLV_HEAD_SIZE;
	found->size[i] = size;
	found->read += TLV_HEAD_SIZE + size;
	/* An optional entry that is not kept would be one that is not there. */
	CHECK_BARRIER();
	CHECK_AGAIN(found->value[i] == tlv + TLV_HEAD_SIZE && found->size[i] == size, IMAGE_E_TLV);
	return (enum image_status)CHECKED(IMAGE_OK);
}

/* Reads one TLV area of exactly total bytes, its head included. */
CHECK_FUNCTION enum image_status read_area(const uint8_t *area, uint32_t total, uint32_t magic, struct found *found)
{
	CHECKS;
	CHECK(image_area_head, total >= TLV_HEAD_SIZE && image_read16(area) == magic && image_read16(area + 2) == total, IMAGE_E_TLV);
	found->read = TLV_HEAD_SIZE;
	while (found->read < total) {
		CHECK(image_tlv_head_fits, total - found->read >= TLV_HEAD_SIZE, IMAGE_E_TLV);
		CHECK_CALL(status, take(area + found->read, magic == IMAGE_TLV_PROTECTED_MAGIC, found), IMAGE_OK, status);
	}
	CHECK_BARRIER(); /* the comparison that ended the loop is not this one */
	CHECK(image_tlv_fits, found->read == total, IMAGE_E_TLV);
	return (enum image_status)CHECKED(IMAGE_OK);
}

/* A function of its own: a loop's way out may not lie right before its caller's success. */
CHECK_FUNCTION const struct image_root *search_root(const struct image_root *roots, const uint8_t hash[static HASH_SIZE])
{
	for (size_t i = 0; roots != NULL && i < IMAGE_ROOT_COUNT; i++)
		if (memcmp(hash, roots[i].hash, HASH_SIZE) == 0)
			return &roots[i];
	return NULL;
}

/* The trust record carries its signer's key; it is believed when OTP has its hash. */
CHECK_FUNCTION enum image_status find_root(const struct image_policy *policy, struct found *found, const uint8_t **point)
{
	CHECKS;
	const uint8_t *spki = found->value[PUBKEY];
	uint8_t hash[HASH_SIZE] = { 0 };
	CHECK(image_pubkey, memcmp(spki, signature_spki_prefix, SIGNATURE_SPKI_PREFIX_SIZE) == 0, IMAGE_E_KEY);
	volatile int failed = mbedtls_sha256(spki, SIGNATURE_SPKI_SIZE, hash, 0);
	const struct image_root *volatile root = failed == 0 ? search_root(policy->roots, hash) : NULL;
	CHECK(image_root, root != NULL, IMAGE_E_KEY);
	CHECK_AGAIN(memcmp(hash, root->hash, HASH_SIZE) == 0, IMAGE_E_KEY);
	CHECK(image_root_state, root->state == IMAGE_ROOT_VALID, IMAGE_E_REVOKED);
	*point = spki + SIGNATURE_SPKI_PREFIX_SIZE;
	found->value[KEYHASH] = root->hash;
	return (enum image_status)CHECKED(IMAGE_OK);
}

static bool hash_key(const struct image_key *key, uint8_t hash[static HASH_SIZE])
{
	uint8_t spki[SIGNATURE_SPKI_SIZE];
	memcpy(spki, signature_spki_prefix, SIGNATURE_SPKI_PREFIX_SIZE);
	memcpy(spki + SIGNATURE_SPKI_PREFIX_SIZE, key->point, SIGNATURE_POINT_SIZE);
	memset(hash, 0, HASH_SIZE);
	return mbedtls_sha256(spki, sizeof spki, hash, 0) == 0;
}

/* Other images say which of the listed keys it was; one key may be listed for both roles. */
CHECK_FUNCTION enum image_status find_key(const struct image_policy *policy, struct found *found, const uint8_t **point)
{
	CHECKS;
	uint8_t hash[HASH_SIZE];
	const struct image_key *key = NULL;
	for (size_t i = 0; i < policy->key_count; i++)
		if (hash_key(&policy->keys[i], hash) && memcmp(hash, found->value[KEYHASH], HASH_SIZE) == 0 &&
			(key == NULL || policy->keys[i].role == IMAGE_ROLE_IMAGE))
			key = &policy->keys[i];
	CHECK(image_key, key != NULL, IMAGE_E_KEY);
	CHECK(image_key_role, key->role == IMAGE_ROLE_IMAGE, IMAGE_E_ROLE);
	const bool is_hashed = hash_key(key, hash);
	CHECK_AGAIN(is_hashed && memcmp(hash, found->value[KEYHASH], HASH_SIZE) == 0, IMAGE_E_KEY);
	*point = key->point;
	return (enum image_status)CHECKED(IMAGE_OK);
}

/* Which entries stand behind the image; what they say comes later. */
CHECK_FUNCTION enum image_status check_signed(const struct image_policy *policy, const struct found *found, bool is_signed)
{
	CHECKS;
	const bool is_record = policy->image_class == IMAGE_CLASS_TRUST;
	CHECK(image_digest_present, found->value[SHA256] != NULL, IMAGE_E_TLV_MISSING);
	CHECK(image_signed, is_signed || policy->signature == IMAGE_SIGNATURE_NOT_VERIFIED, IMAGE_E_UNSIGNED);
	CHECK(image_other_key, found->value[is_record ? KEYHASH : PUBKEY] == NULL, IMAGE_E_TLV_UNKNOWN);
	CHECK(image_key_present, !is_signed || found->value[is_record ? PUBKEY : KEYHASH] != NULL, IMAGE_E_TLV_MISSING);
	CHECK(image_signature_present, !is_signed || found->value[ECDSA_SIG] != NULL, IMAGE_E_TLV_MISSING);
	return (enum image_status)CHECKED(IMAGE_OK);
}

/* The protected entries, now that they are known to be as the signer wrote them. */
CHECK_FUNCTION enum image_status check_protected(const struct image_policy *policy, const struct found *found, bool is_signed,
	struct image_view *view)
{
	CHECKS;
	const uint8_t *const *value = found->value;
	const bool is_record = policy->image_class == IMAGE_CLASS_TRUST;
	const bool is_app = policy->image_class == IMAGE_CLASS_APP;
	/* An image that is not signed and has neither class nor counter is an app, as thimble build makes it. */
	const bool is_plain = !is_signed && value[CLASS] == NULL && value[SEC_CNT] == NULL;
	CHECK(image_class_present, is_plain || (value[CLASS] != NULL && value[SEC_CNT] != NULL), IMAGE_E_TLV_MISSING);
	volatile uint32_t image_class = value[CLASS] != NULL ? image_read32(value[CLASS]) : IMAGE_CLASS_APP;
	CHECK(image_class, image_class == policy->image_class, IMAGE_E_CLASS);
	CHECK_AGAIN(value[CLASS] == NULL || image_read32(value[CLASS]) == policy->image_class, IMAGE_E_CLASS);
	volatile uint32_t counter = value[SEC_CNT] != NULL ? image_read32(value[SEC_CNT]) : 0;
	CHECK(image_counter_range, counter <= IMAGE_COUNTER_MAX, IMAGE_E_COUNTER);
	CHECK(image_counter, counter >= policy->least_counter, IMAGE_E_COUNTER);
	CHECK(image_abi_allowed, value[ABI] == NULL || !is_record, IMAGE_E_TLV_UNKNOWN);
	CHECK(image_creation_allowed, value[CREATION] == NULL || is_app, IMAGE_E_TLV_UNKNOWN);
	CHECK(image_dependency_allowed, value[DEPENDENCY] == NULL || is_app, IMAGE_E_TLV_UNKNOWN);
	CHECK(image_abi_present, value[ABI] != NULL || policy->image_class == IMAGE_CLASS_TRUST, IMAGE_E_TLV_MISSING);
	CHECK(image_creation_present, value[CREATION] != NULL || !is_app, IMAGE_E_TLV_MISSING);
	/* By what it is, not by what it is not: should that be skipped, the ABI is compared. */
	CHECK(image_abi,
		policy->image_class == IMAGE_CLASS_TRUST || policy->image_class == IMAGE_CLASS_FIRMWARE ||
			(policy->abi != NULL && memcmp(value[ABI], policy->abi, HASH_SIZE) == 0),
		IMAGE_E_ABI);
	CHECK(image_dependency,
		value[DEPENDENCY] == NULL || (image_read32(value[DEPENDENCY]) == 0 && policy->firmware != NULL &&
			read_version(value[DEPENDENCY] + 4) <= *policy->firmware), IMAGE_E_DEPENDENCY);
	view->counter = counter;
	CHECK_AGAIN(value[SEC_CNT] == NULL || view->counter == image_read32(value[SEC_CNT]), IMAGE_E_COUNTER);
	view->abi = value[ABI];
	view->heap_bytes = value[CREATION] != NULL ? image_read32(value[CREATION]) : 0;
	view->stack_slots = value[CREATION] != NULL ? image_read32(value[CREATION] + 4) : 0;
	return (enum image_status)CHECKED(IMAGE_OK);
}

enum image_status image_size(const uint8_t *slot, size_t slot_size, size_t *size)
{
	CHECKS;
	struct layout layout;
	*size = 0;
	CHECK_CALL(status, read_layout(slot, slot_size, &layout), IMAGE_OK, status);
	*size = layout.size;
	return (enum image_status)CHECKED(IMAGE_OK);
}

enum image_status image_check(const uint8_t *image, size_t size, const struct image_policy *policy, struct image_view *out)
{
	CHECKS;
	struct layout layout;
	struct found found = { 0 };
	struct image_view view = { 0 };
	uint8_t digest[HASH_SIZE];
	const uint8_t *point = NULL;

	memset(out, 0, sizeof *out);
	CHECK_CALL(laid_out, read_layout(image, size, &layout), IMAGE_OK, laid_out);
	CHECK(image_end, layout.size == size, IMAGE_E_TLV);
	CHECK_CALL(entries, read_area(image + layout.hashed, layout.size - layout.hashed, IMAGE_TLV_MAGIC, &found), IMAGE_OK, entries);
	const bool is_signed = found.value[KEYHASH] != NULL || found.value[PUBKEY] != NULL || found.value[ECDSA_SIG] != NULL;
	CHECK_CALL(has_signature, check_signed(policy, &found, is_signed), IMAGE_OK, has_signature);

	/* Not 0: for that digest anyone finds a signature, and it would stay if the hash were skipped. */
	memset(digest, 0xA5, sizeof digest);
	volatile int failed = mbedtls_sha256(image, layout.hashed, digest, 0);
	CHECK(image_digest, failed == 0 && mbedtls_ct_memcmp(digest, found.value[SHA256], sizeof digest) == 0, IMAGE_E_DIGEST);

	volatile uint32_t trust = IMAGE_WHOLE;
	if (policy->signature != IMAGE_SIGNATURE_NOT_VERIFIED) {
		CHECK_CALL(signer, (policy->image_class == IMAGE_CLASS_TRUST ? find_root : find_key)(policy, &found, &point), IMAGE_OK, signer);
		trust = signature_check(point, digest, found.value[ECDSA_SIG], found.size[ECDSA_SIG]);
	}
	CHECK(image_signature,
		trust == IMAGE_SIGNED || (trust == IMAGE_WHOLE && policy->signature == IMAGE_SIGNATURE_NOT_VERIFIED), IMAGE_E_SIGNATURE);

	if (layout.protected_size != 0) {
		const uint8_t *area = image + IMAGE_HEADER_SIZE + layout.payload_size;
		CHECK_CALL(more, read_area(area, layout.protected_size, IMAGE_TLV_PROTECTED_MAGIC, &found), IMAGE_OK, more);
	}
	CHECK_CALL(meaning, check_protected(policy, &found, is_signed, &view), IMAGE_OK, meaning);

	view.trust = trust;
	view.version = read_version(image + 20);
	view.payload = image + IMAGE_HEADER_SIZE;
	view.payload_size = layout.payload_size;
	view.digest = found.value[SHA256];
	view.signer = found.value[KEYHASH];
	*out = view;
	return (enum image_status)CHECKED(IMAGE_OK);
}
