/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What the owner orders, signed over a fresh challenge. The bytes that are signed are composed here from the fields, in
 * their one form: a signature over anything else is none, and nothing is parsed.
 */
#include <stdbool.h>
#include <string.h>

#include <mbedtls/sha256.h>

#include "../boot/check.h"
#include "../runtime/board.h"
#include "seal.h"

#define NUMBER_SIZE 32u
#define DER_MAX 72u

uint32_t secure_challenge(struct secure_request *request)
{
	CHECKS;
	struct secure_start *start = &secure_start;
	start->has_challenge = 0;
	volatile bool is_random = board_entropy(start->challenge, SECURE_CHALLENGE_SIZE);
	CHECK(challenge_entropy, is_random, SECURE_E_ENTROPY);
	start->has_challenge = CHECK_PASSED;
	memcpy(request->out, start->challenge, SECURE_CHALLENGE_SIZE);
	return CHECKED(SECURE_OK);
}

/** What is signed. RFC 9052 §4.4: ["Signature1", h'a10126', h'', payload]; the payload is a map of 1 to 4. */
struct signed_order {
	uint8_t bytes[160];
	size_t size;
};

static void put(struct signed_order *to, const void *bytes, size_t size)
{
	memcpy(to->bytes + to->size, bytes, size);
	to->size += size;
}

static void compose(const struct secure_request *request, const uint8_t challenge[static SECURE_CHALLENGE_SIZE], struct signed_order *out)
{
	static const uint8_t head[] = { 0x84, 0x6a, 'S', 'i', 'g', 'n', 'a', 't', 'u', 'r', 'e', '1', 0x43, 0xa1, 0x01, 0x26, 0x40, 0x58 };
	const uint8_t *argument = request->in[1];
	const size_t size = request->in_size[1];
	const uint8_t payload_size = (uint8_t)(3 + 18 + 18 + 2 + (size == 0 ? 0 : 1 + size));
	const uint8_t order[] = { payload_size, 0xa4, 0x01, request->in[0][0], 0x02, 0x50 };
	const uint8_t before_challenge[] = { 0x03, 0x50 };
	const uint8_t before_argument[] = { 0x04, size == 0 ? 0x40 : 0x58, (uint8_t)size };
	out->size = 0;
	put(out, head, sizeof head);
	put(out, order, sizeof order);
	put(out, secure_start.record.device_id, DEVICE_ID_SIZE);
	put(out, before_challenge, sizeof before_challenge);
	put(out, challenge, SECURE_CHALLENGE_SIZE);
	put(out, before_argument, size == 0 ? 2 : 3);
	put(out, argument, size);
}

/* INTEGER: without leading zeros, but for the one that keeps it positive. */
static size_t put_integer(uint8_t *out, const uint8_t number[static NUMBER_SIZE])
{
	size_t skip = 0;
	while (skip < NUMBER_SIZE - 1 && number[skip] == 0)
		skip++;
	const size_t sign = number[skip] >> 7, size = NUMBER_SIZE - skip;
	out[0] = 0x02;
	out[1] = (uint8_t)(sign + size);
	out[2] = 0;
	memcpy(out + 2 + sign, number + skip, size);
	return 2 + sign + size;
}

static size_t to_der(const uint8_t signature[static SECURE_SIGNATURE_SIZE], uint8_t out[static DER_MAX])
{
	size_t size = 2;
	size += put_integer(out + size, signature);
	size += put_integer(out + size, signature + NUMBER_SIZE);
	out[0] = 0x30;
	out[1] = (uint8_t)(size - 2);
	return size;
}

CHECK_FUNCTION uint32_t check_owner(const struct secure_request *request, const uint8_t challenge[static SECURE_CHALLENGE_SIZE])
{
	CHECKS;
	struct signed_order order;
	uint8_t owner[SECURE_HASH_SIZE], hash[SECURE_HASH_SIZE], digest[SIGNATURE_DIGEST_SIZE], der[DER_MAX];
	const uint8_t *key = request->in[2];
	CHECK_CALL(read, secure_read_owner(&request->fuses, owner), SECURE_OK, read);
	CHECK(order_key, key[0] == 4, SECURE_E_ORDER);
	CHECK_CALL(hashed, secure_key_hash(key + 1, hash), SECURE_OK, hashed);
	CHECK(order_owner, memcmp(hash, owner, sizeof hash) == 0, SECURE_E_ORDER);
	compose(request, challenge, &order);
	volatile int digested = mbedtls_sha256(order.bytes, order.size, digest, 0);
	CHECK_AGAIN(digested == 0, SECURE_E_CRYPTO);
	const size_t size = to_der(request->in[3], der);
	CHECK_CALL(verified, signature_check(key + 1, digest, der, size), SIGNATURE_VALID, SECURE_E_ORDER);
	return CHECKED(SECURE_OK);
}

CHECK_FUNCTION uint32_t carry_out(const struct secure_request *request)
{
	CHECKS;
	const struct fuses *fuses = &request->fuses;
	volatile uint32_t status = check_failed;
	switch ((enum secure_order)request->in[0][0]) {
	case SECURE_ENTER_DEBUG:
		CHECK(order_enter, fuses->lifecycle == LIFECYCLE_SECURED, SECURE_E_STATE);
		status = fuses_raise(FUSES_DEBUG, fuses_count(FUSES_DEBUG) + 1);
		break;
	case SECURE_LEAVE_DEBUG:
		CHECK(order_leave, fuses->lifecycle == LIFECYCLE_DEBUG, SECURE_E_STATE);
		status = fuses_raise(FUSES_DEBUG, fuses_count(FUSES_DEBUG) + 1);
		break;
	case SECURE_WIPE:
		status = secure_raise_wipe();
		CHECK_AGAIN(status == SECURE_OK, status);
		status = FUSES_OK;
		break;
	case SECURE_TRANSFER:
		status = secure_add_owner(fuses, request->in[1]);
		CHECK_AGAIN(status == SECURE_OK, status);
		status = FUSES_OK;
		break;
	case SECURE_DECOMMISSION:
		status = fuses_set(FUSES_DECOMMISSIONED);
		if (status == FUSES_OK)
			status = fuses_finish();
		break;
	}
	CHECK_AGAIN(status == FUSES_OK, SECURE_E_OTP);
	return CHECKED(SECURE_OK);
}

uint32_t secure_order(struct secure_request *request)
{
	CHECKS;
	uint8_t challenge[SECURE_CHALLENGE_SIZE];
	const uint32_t had_challenge = secure_start.has_challenge;
	memcpy(challenge, secure_start.challenge, sizeof challenge);
	secure_start.has_challenge = 0;
	memset(secure_start.challenge, 0, sizeof secure_start.challenge);

	const uint8_t *number = request->in[0];
	const size_t argument_size = number[0] == SECURE_TRANSFER ? SECURE_HASH_SIZE : 0;
	CHECK(order_number, number[0] >= SECURE_ENTER_DEBUG && number[0] <= SECURE_DECOMMISSION && (number[1] | number[2] | number[3]) == 0,
		SECURE_E_CALL);
	CHECK(order_argument, request->in_size[1] == argument_size, SECURE_E_CALL);
	CHECK(order_device, secure_start.has_cdis == IMAGE_SIGNED, SECURE_E_STATE);
	CHECK(order_challenge, had_challenge == CHECK_PASSED, SECURE_E_ORDER);
	CHECK_CALL(owner, check_owner(request, challenge), SECURE_OK, owner);
	CHECK_CALL(done, carry_out(request), SECURE_OK, done);
	return CHECKED(SECURE_OK);
}
