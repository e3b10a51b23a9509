/* SPDX-License-Identifier: Apache-2.0 */
/** RFC 6979 §3.2, steps b to h, is the HMAC_DRBG of SP 800-90A: Mbed TLS's, which its deterministic ECDSA has brought. */
#include "seed.h"

#include "mbedtls/hmac_drbg.h"
#include "mbedtls/platform_util.h"

/* The first candidate is no scalar once in 2^32 seeds; this many in a row are a fault. */
#define ATTEMPTS 8

psa_status_t xs_thimble_psa_import_from_seed(const psa_key_attributes_t *attributes,
                                             const uint8_t seed[static SEED_SIZE], psa_key_id_t *result)
{
	uint8_t scalar[32];
	mbedtls_hmac_drbg_context drbg;
	psa_status_t status = PSA_ERROR_GENERIC_ERROR;
	mbedtls_hmac_drbg_init(&drbg);
	if (mbedtls_hmac_drbg_seed_buf(&drbg, mbedtls_md_info_from_type(MBEDTLS_MD_SHA512), seed, SEED_SIZE) != 0)
		goto out;
	for (int i = 0; i < ATTEMPTS; i++) {
		if (mbedtls_hmac_drbg_random(&drbg, scalar, sizeof scalar) != 0) {
			status = PSA_ERROR_GENERIC_ERROR;
			goto out;
		}
		status = psa_import_key(attributes, scalar, sizeof scalar, result);
		if (status != PSA_ERROR_INVALID_ARGUMENT) /* it is that for 0, and from the order on */
			goto out;
	}
out:
	mbedtls_platform_zeroize(scalar, sizeof scalar);
	mbedtls_hmac_drbg_free(&drbg);
	return status;
}
