/* SPDX-License-Identifier: Apache-2.0 */
#include "dice.h"

#include <stddef.h>
#include <string.h>

#include <mbedtls/hkdf.h>
#include <mbedtls/platform_util.h>
#include <mbedtls/sha512.h>

_Static_assert(sizeof(struct dice_input) == 4 * DICE_HASH_SIZE + 1, "hashed in one piece");

static int hkdf(const uint8_t *salt, size_t salt_size, const uint8_t secret[static DICE_CDI_SIZE], const char *info,
	uint8_t out[static DICE_CDI_SIZE])
{
	return mbedtls_hkdf(mbedtls_md_info_from_type(MBEDTLS_MD_SHA512), salt, salt_size, secret, DICE_CDI_SIZE, (const uint8_t *)info,
		strlen(info), out, DICE_CDI_SIZE);
}

int dice_derive(const uint8_t secret[static DICE_CDI_SIZE], const char *info, uint8_t out[static DICE_CDI_SIZE])
{
	const int failed = hkdf(NULL, 0, secret, info, out);
	if (failed != 0)
		memset(out, 0, DICE_CDI_SIZE);
	return failed;
}

enum dice_status dice_next(const struct dice_cdis *current, const struct dice_input *input, struct dice_cdis *next)
{
	const uint8_t *all = (const uint8_t *)input;
	const size_t lasting = offsetof(struct dice_input, authority);
	uint8_t salt[DICE_HASH_SIZE];
	struct dice_cdis made;
	enum dice_status status = DICE_E_CRYPTO;

	memset(next, 0, sizeof *next);
	/* What updates change, code and configuration, is no part of the sealing CDI. */
	if (mbedtls_sha512(all, sizeof *input, salt, 0) == 0 && hkdf(salt, sizeof salt, current->attest, "CDI_Attest", made.attest) == 0 &&
		mbedtls_sha512(all + lasting, sizeof *input - lasting, salt, 0) == 0 &&
		hkdf(salt, sizeof salt, current->seal, "CDI_Seal", made.seal) == 0) {
		*next = made;
		status = DICE_OK;
	}
	mbedtls_platform_zeroize(&made, sizeof made);
	mbedtls_platform_zeroize(salt, sizeof salt);
	return status;
}
