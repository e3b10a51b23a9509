/* SPDX-License-Identifier: Apache-2.0 */
#include "signature.h"

#include <stdbool.h>
#include <string.h>

#include <mbedtls/bignum.h>
#include <mbedtls/ecp.h>

#include "check.h"

#define NUMBER_SIZE 32u
#define UNCOMPRESSED_SIZE (1u + SIGNATURE_POINT_SIZE)
#define DER_SEQUENCE 0x30u
#define DER_INTEGER 0x02u

_Static_assert((SIGNATURE_VALID & CHECK_FAILURE_BIT) == 0, "a failure that is handed on is not success");

/* SEQUENCE { SEQUENCE { id-ecPublicKey, prime256v1 }, BIT STRING }, and the 4 of an uncompressed point. */
const uint8_t signature_spki_prefix[SIGNATURE_SPKI_PREFIX_SIZE] = { 0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce,
	0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04 };

static const uint8_t order[NUMBER_SIZE] = { 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51 };
static const uint8_t zero[NUMBER_SIZE];

/* What is left to read of the signature. */
struct reader {
	const uint8_t *at;
	size_t left;
};

/* Reads one INTEGER that is not negative, is written in as few bytes as it needs, and fits. */
CHECK_FUNCTION uint32_t read_integer(struct reader *from, uint8_t out[static NUMBER_SIZE])
{
	CHECKS;
	CHECK(signature_integer_head, from->left >= 3 && from->at[0] == DER_INTEGER, SIGNATURE_INVALID);
	size_t size = from->at[1];
	const uint8_t *content = from->at + 2;
	CHECK(signature_integer_size, size >= 1 && size <= from->left - 2, SIGNATURE_INVALID);
	CHECK(signature_integer_sign, content[0] < 0x80, SIGNATURE_INVALID);
	CHECK(signature_integer_minimal, size == 1 || content[0] != 0 || content[1] >= 0x80, SIGNATURE_INVALID);
	const size_t padding = size > 1 && content[0] == 0 ? 1 : 0;
	CHECK(signature_integer_fits, size - padding <= NUMBER_SIZE, SIGNATURE_INVALID);
	memset(out, 0, NUMBER_SIZE);
	memcpy(out + NUMBER_SIZE - (size - padding), content + padding, size - padding);
	from->at += 2 + size;
	from->left -= 2 + size;
	return CHECKED(SIGNATURE_VALID);
}

CHECK_INLINE bool is_in_range(const uint8_t number[static NUMBER_SIZE])
{
	return memcmp(number, zero, NUMBER_SIZE) > 0 && memcmp(number, order, NUMBER_SIZE) < 0;
}

static int read_point(const mbedtls_ecp_group *curve, const uint8_t point[static SIGNATURE_POINT_SIZE], mbedtls_ecp_point *out)
{
	uint8_t uncompressed[UNCOMPRESSED_SIZE] = { 4 };
	memcpy(uncompressed + 1, point, SIGNATURE_POINT_SIZE);
	return mbedtls_ecp_point_read_binary(curve, out, uncompressed, sizeof uncompressed);
}

/*
 * x mod n of (digest / s) G + (r / s) Q, which is r for a valid signature: the comparison is not left to a library whose
 * success is 0. Stays 0, which r is not, when that point is at infinity, the key is no point of the curve (Mbed TLS looks
 * before it multiplies), or something fails.
 */
static void expected_r(const uint8_t point[static SIGNATURE_POINT_SIZE], const uint8_t digest[static NUMBER_SIZE],
	const uint8_t r[static NUMBER_SIZE], const uint8_t s[static NUMBER_SIZE], uint8_t out[static NUMBER_SIZE])
{
	enum { N, U1, U2, INVERSE, NUMBER_COUNT };
	mbedtls_mpi m[NUMBER_COUNT];
	mbedtls_ecp_group curve;
	mbedtls_ecp_point q, sum;
	uint8_t written[UNCOMPRESSED_SIZE] = { 0 };
	size_t size = 0;

	memset(out, 0, NUMBER_SIZE);
	mbedtls_ecp_group_init(&curve);
	mbedtls_ecp_point_init(&q);
	mbedtls_ecp_point_init(&sum);
	for (size_t i = 0; i < NUMBER_COUNT; i++)
		mbedtls_mpi_init(&m[i]);
	if (mbedtls_ecp_group_load(&curve, MBEDTLS_ECP_DP_SECP256R1) != 0 || read_point(&curve, point, &q) != 0 ||
		mbedtls_mpi_read_binary(&m[N], order, NUMBER_SIZE) != 0 || mbedtls_mpi_read_binary(&m[INVERSE], s, NUMBER_SIZE) != 0 ||
		mbedtls_mpi_read_binary(&m[U1], digest, NUMBER_SIZE) != 0 || mbedtls_mpi_read_binary(&m[U2], r, NUMBER_SIZE) != 0 ||
		mbedtls_mpi_inv_mod(&m[INVERSE], &m[INVERSE], &m[N]) != 0 ||
		mbedtls_mpi_mul_mpi(&m[U1], &m[U1], &m[INVERSE]) != 0 || mbedtls_mpi_mod_mpi(&m[U1], &m[U1], &m[N]) != 0 ||
		mbedtls_mpi_mul_mpi(&m[U2], &m[U2], &m[INVERSE]) != 0 || mbedtls_mpi_mod_mpi(&m[U2], &m[U2], &m[N]) != 0 ||
		mbedtls_ecp_muladd(&curve, &sum, &m[U1], &curve.G, &m[U2], &q) != 0 ||
		mbedtls_ecp_point_write_binary(&curve, &sum, MBEDTLS_ECP_PF_UNCOMPRESSED, &size, written, sizeof written) != 0 ||
		mbedtls_mpi_read_binary(&m[U1], written + 1, NUMBER_SIZE) != 0 || mbedtls_mpi_mod_mpi(&m[U1], &m[U1], &m[N]) != 0 ||
		mbedtls_mpi_write_binary(&m[U1], out, NUMBER_SIZE) != 0)
		memset(out, 0, NUMBER_SIZE);
	for (size_t i = 0; i < NUMBER_COUNT; i++)
		mbedtls_mpi_free(&m[i]);
	mbedtls_ecp_point_free(&sum);
	mbedtls_ecp_point_free(&q);
	mbedtls_ecp_group_free(&curve);
}

uint32_t signature_point_check(const uint8_t point[static SIGNATURE_POINT_SIZE])
{
	CHECKS;
	mbedtls_ecp_group curve;
	mbedtls_ecp_point q;
	mbedtls_ecp_group_init(&curve);
	mbedtls_ecp_point_init(&q);
	/* One for each call: the 0 of one is not taken for another's. */
	volatile int loading = -1, reading = -1, checking = -1;
	loading = mbedtls_ecp_group_load(&curve, MBEDTLS_ECP_DP_SECP256R1);
	if (loading == 0)
		reading = read_point(&curve, point, &q);
	if (reading == 0)
		checking = mbedtls_ecp_check_pubkey(&curve, &q);
	mbedtls_ecp_point_free(&q);
	mbedtls_ecp_group_free(&curve);
	CHECK(signature_point, loading == 0 && reading == 0 && checking == 0, SIGNATURE_INVALID);
	return CHECKED(SIGNATURE_VALID);
}

uint32_t signature_check(const uint8_t point[static SIGNATURE_POINT_SIZE], const uint8_t digest[static SIGNATURE_DIGEST_SIZE],
	const uint8_t *signature, size_t size)
{
	CHECKS;
	uint8_t r[NUMBER_SIZE], s[NUMBER_SIZE], expected[NUMBER_SIZE];
	CHECK(signature_sequence, size >= 2 && signature[0] == DER_SEQUENCE && signature[1] == size - 2, SIGNATURE_INVALID);
	struct reader left = { signature + 2, size - 2 };
	CHECK_CALL(first, read_integer(&left, r), SIGNATURE_VALID, SIGNATURE_INVALID);
	CHECK_CALL(second, read_integer(&left, s), SIGNATURE_VALID, SIGNATURE_INVALID);
	CHECK(signature_end, left.left == 0, SIGNATURE_INVALID);
	CHECK(signature_range, is_in_range(r) && is_in_range(s), SIGNATURE_INVALID);
	expected_r(point, digest, r, s, expected);
	CHECK(signature_equation, memcmp(expected, r, NUMBER_SIZE) == 0, SIGNATURE_INVALID);
	return CHECKED(SIGNATURE_VALID);
}
