/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The device's identity keys: made of CDI_seal when they are first asked for, the same over updates, and never out of PSA.
 * Another authority, mode or wipe epoch is another CDI_seal, and other keys.
 */
#include <stdbool.h>
#include <string.h>

#include <mbedtls/platform_util.h>
#include <psa/crypto.h>

#include "../boot/check.h"
#include "../psa/seed.h"
#include "services.h"

static uint32_t make_key(uint32_t which, psa_key_id_t *id)
{
	const bool signs = which == SECURE_SIGNING;
	uint8_t seed[SEED_SIZE];
	psa_key_attributes_t attributes = psa_key_attributes_init();
	psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1));
	psa_set_key_bits(&attributes, 256);
	psa_set_key_usage_flags(&attributes, signs ? PSA_KEY_USAGE_SIGN_MESSAGE | PSA_KEY_USAGE_SIGN_HASH : PSA_KEY_USAGE_DERIVE);
	psa_set_key_algorithm(&attributes, signs ? PSA_ALG_DETERMINISTIC_ECDSA(PSA_ALG_SHA_256) : PSA_ALG_ECDH);
	psa_status_t status = psa_crypto_init();
	if (status == PSA_SUCCESS &&
	    dice_derive(secure_start.cdis.seal, signs ? "Thimble_Identity_Signing" : "Thimble_Identity_Agreement", seed) != 0)
		status = PSA_ERROR_GENERIC_ERROR;
	if (status == PSA_SUCCESS)
		status = xs_thimble_psa_import_from_seed(&attributes, seed, id);
	mbedtls_platform_zeroize(seed, sizeof seed);
	return status == PSA_SUCCESS ? SECURE_OK : SECURE_E_CRYPTO;
}

uint32_t secure_identity(struct secure_request *request)
{
	CHECKS;
	const struct secure_start *start = &secure_start;
	const uint32_t lifecycle = start->record.lifecycle;
	uint32_t which;
	memcpy(&which, request->in[0], sizeof which);
	CHECK(identity_which, which == SECURE_SIGNING || which == SECURE_AGREEMENT, SECURE_E_CALL);
	CHECK(identity_lifecycle, lifecycle == LIFECYCLE_PROVISIONING || lifecycle == LIFECYCLE_SECURED, SECURE_E_IDENTITY);
	CHECK(identity_mode, start->mode == DICE_MODE_NORMAL, SECURE_E_IDENTITY);
	CHECK(identity_secret, start->has_cdis == IMAGE_SIGNED, SECURE_E_IDENTITY);
	uint32_t *key = &secure_start.keys[which - SECURE_SIGNING];
	if (*key == PSA_KEY_ID_NULL) {
		CHECK_CALL(made, make_key(which, key), SECURE_OK, made);
	}
	memcpy(request->out, key, sizeof *key);
	return CHECKED(SECURE_OK);
}

void secure_forget_keys(void)
{
	for (uint32_t i = 0; i < 2; i++) {
		if (secure_start.keys[i] != PSA_KEY_ID_NULL)
			(void)psa_destroy_key(secure_start.keys[i]);
		secure_start.keys[i] = PSA_KEY_ID_NULL;
	}
}
