/* SPDX-License-Identifier: Apache-2.0 */
#include "dice.h"

#include <stddef.h>
#include <string.h>

#include <mbedtls/hkdf.h>
#include <mbedtls/md.h>
#include <mbedtls/platform_util.h>

struct part {
	const uint8_t *bytes;
	size_t size;
};

static const mbedtls_md_info_t *sha512(void)
{
	return mbedtls_md_info_from_type(MBEDTLS_MD_SHA512);
}

static int hash_parts(const struct part *parts, size_t count, uint8_t out[static DICE_HASH_SIZE])
{
	mbedtls_md_context_t context;
	mbedtls_md_init(&context);
	int failed = mbedtls_md_setup(&context, sha512(), 0);
	if (failed == 0)
		failed = mbedtls_md_starts(&context);
	for (size_t i = 0; failed == 0 && i < count; i++)
		failed = mbedtls_md_update(&context, parts[i].bytes, parts[i].size);
	if (failed == 0)
		failed = mbedtls_md_finish(&context, out);
	mbedtls_md_free(&context);
	return failed;
}

static int hkdf(const uint8_t salt[static DICE_HASH_SIZE], const uint8_t secret[static DICE_CDI_SIZE], const char *info,
	uint8_t out[static DICE_CDI_SIZE])
{
	return mbedtls_hkdf(sha512(), salt, DICE_HASH_SIZE, secret, DICE_CDI_SIZE, (const uint8_t *)info, strlen(info), out, DICE_CDI_SIZE);
}

int dice_derive(const uint8_t secret[static DICE_CDI_SIZE], const char *info, uint8_t out[static DICE_CDI_SIZE])
{
	static const uint8_t no_salt[DICE_HASH_SIZE];
	const int failed = hkdf(no_salt, secret, info, out);
	if (failed != 0)
		memset(out, 0, DICE_CDI_SIZE);
	return failed;
}

enum dice_status dice_next(const struct dice_cdis *current, const struct dice_input *input, struct dice_cdis *next)
{
	const uint8_t mode = (uint8_t)input->mode;
	const struct part measured[] = {
		{ input->code, DICE_HASH_SIZE },
		{ input->config, DICE_HASH_SIZE },
		{ input->authority, DICE_HASH_SIZE },
		{ &mode, 1 },
		{ input->hidden, DICE_HASH_SIZE },
	};
	uint8_t salt[DICE_HASH_SIZE];
	struct dice_cdis made;
	enum dice_status status = DICE_E_CRYPTO;

	memset(next, 0, sizeof *next);
	/* What updates change, code and configuration, is no part of the sealing CDI. */
	if (hash_parts(measured, 5, salt) == 0 && hkdf(salt, current->attest, "CDI_Attest", made.attest) == 0 &&
	    hash_parts(measured + 2, 3, salt) == 0 && hkdf(salt, current->seal, "CDI_Seal", made.seal) == 0) {
		*next = made;
		status = DICE_OK;
	}
	mbedtls_platform_zeroize(&made, sizeof made);
	mbedtls_platform_zeroize(salt, sizeof salt);
	return status;
}
