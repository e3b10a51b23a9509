/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Random bytes for a board whose entropy source is modelled: an HMAC_DRBG (SP 800-90A, from Mbed TLS) seeded once with
 * the 32 fresh bytes that the simulator puts into the power-on block. A fixed seed repeats a run; it is announced.
 */
#include <mbedtls/hmac_drbg.h>
#include <mbedtls/platform_util.h>

#include "board.h"
#include "entropy.h"

static mbedtls_hmac_drbg_context drbg;
static bool is_ready;

bool entropy_seed(const uint8_t seed[static 32])
{
	is_ready = false;
	mbedtls_hmac_drbg_init(&drbg);
	if (mbedtls_hmac_drbg_seed_buf(&drbg, mbedtls_md_info_from_type(MBEDTLS_MD_SHA256), seed, 32) != 0)
		return false;
	is_ready = true;
	return true;
}

bool entropy_read(uint8_t *out, size_t length)
{
	if (!is_ready)
		return false;
	while (length > 0) {
		size_t part = length < MBEDTLS_HMAC_DRBG_MAX_REQUEST ? length : MBEDTLS_HMAC_DRBG_MAX_REQUEST;
		if (mbedtls_hmac_drbg_random(&drbg, out, part) != 0)
			return false;
		out += part;
		length -= part;
	}
	return true;
}
