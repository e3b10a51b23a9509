/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The key that the sealed store makes its keys of: derived from CDI_seal when it is first asked for, the same over updates, and
 * never out of PSA. A device that has no secret yet (assembly and test) has CDIs of zeros: its key is one that anybody can
 * compute, and it says so.
 */
#include <string.h>

#include <mbedtls/platform_util.h>
#include <psa/crypto.h>

#include "../boot/check.h"
#include "seal.h"

static uint32_t make_key(psa_key_id_t *id)
{
	uint8_t bytes[DICE_CDI_SIZE];
	psa_key_attributes_t attributes = psa_key_attributes_init();
	psa_set_key_type(&attributes, PSA_KEY_TYPE_DERIVE);
	psa_set_key_bits(&attributes, 8 * sizeof bytes);
	psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_DERIVE);
	psa_set_key_algorithm(&attributes, PSA_ALG_HKDF_EXPAND(PSA_ALG_SHA_256));
	psa_status_t status = psa_crypto_init();
	if (status == PSA_SUCCESS && dice_derive(secure_start.cdis.seal, "Thimble_Sealed_Store", bytes) != 0)
		status = PSA_ERROR_GENERIC_ERROR;
	if (status == PSA_SUCCESS)
		status = psa_import_key(&attributes, bytes, sizeof bytes, id);
	mbedtls_platform_zeroize(bytes, sizeof bytes);
	return status == PSA_SUCCESS ? SECURE_OK : SECURE_E_CRYPTO;
}

uint32_t secure_may_seal(const struct secure_request *request, uint32_t *is_sealed)
{
	CHECKS;
	const struct secure_start *start = &secure_start;
	const uint32_t lifecycle = start->record.lifecycle;
	*is_sealed = 0;
	if (lifecycle == LIFECYCLE_ASSEMBLY) {
		/* What OTP says too: of a device that has begun its life, boot would have said so. */
		CHECK(seal_assembly, request->fuses.lifecycle == LIFECYCLE_ASSEMBLY, SECURE_E_SEALED);
		return CHECKED(SECURE_OK);
	}
	CHECK(seal_lifecycle, lifecycle == LIFECYCLE_PROVISIONING || lifecycle == LIFECYCLE_SECURED, SECURE_E_SEALED);
	CHECK(seal_mode, start->mode == DICE_MODE_NORMAL, SECURE_E_SEALED);
	CHECK(seal_secret, start->has_cdis == IMAGE_SIGNED, SECURE_E_SEALED);
	*is_sealed = CHECK_PASSED;
	return CHECKED(SECURE_OK);
}

uint32_t secure_seal_key(struct secure_request *request)
{
	CHECKS;
	uint32_t is_sealed;
	CHECK_CALL(may, secure_may_seal(request, &is_sealed), SECURE_OK, may);
	uint32_t *key = &secure_start.seal_key;
	if (*key == PSA_KEY_ID_NULL) {
		CHECK_CALL(made, make_key(key), SECURE_OK, made);
	}
	const struct secure_seal seal = { .key = *key, .is_sealed = is_sealed == CHECK_PASSED };
	memcpy(request->out, &seal, sizeof seal);
	return CHECKED(SECURE_OK);
}

void secure_forget_seal(void)
{
	if (secure_start.seal_key != PSA_KEY_ID_NULL)
		(void)psa_destroy_key(secure_start.seal_key);
	secure_start.seal_key = PSA_KEY_ID_NULL;
}
