/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The attestation key, and the token that it signs. Nothing but a token is ever signed with it, and each claim but the nonce
 * is boot's or made here (docs/decisions/0009).
 */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <mbedtls/platform_util.h>
#include <psa/crypto.h>

#include "../boot/check.h"
#include "../psa/seed.h"
#include "services.h"

#define ECDSA PSA_ALG_DETERMINISTIC_ECDSA(PSA_ALG_SHA_256)
#define STACK_LEFT 8192u
#define RANDOM_ID 0x01u /* RFC 9711 §4.2.1: type RAND */

_Static_assert(TOKEN_SIZE_MAX + SIGN1_PATH_SIZE(DICE_CERTIFICATE_SIZE) <= SECURE_TOKEN_MAX, "the longest token");

static psa_status_t make_key(const uint8_t seed[static SEED_SIZE], psa_key_id_t *key)
{
	psa_key_attributes_t attributes = psa_key_attributes_init();
	psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1));
	psa_set_key_bits(&attributes, 256);
	psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_SIGN_MESSAGE);
	psa_set_key_algorithm(&attributes, ECDSA);
	const psa_status_t status = psa_crypto_init();
	return status == PSA_SUCCESS ? xs_thimble_psa_import_from_seed(&attributes, seed, key) : status;
}

static psa_status_t read_point(psa_key_id_t key, uint8_t point[static SECURE_POINT_SIZE])
{
	size_t size = 0;
	return psa_export_public_key(key, point, SECURE_POINT_SIZE, &size);
}

static int sign(void *key, const uint8_t *message, size_t size, uint8_t signature[static SIGN1_SIGNATURE_SIZE])
{
	size_t length = 0;
	return psa_sign_message(*(psa_key_id_t *)key, ECDSA, message, size, signature, SIGN1_SIGNATURE_SIZE, &length);
}

/* Mbed TLS's deterministic ECDSA leaves the private number where its stack was: less than half as far below here. */
static __attribute__((noinline)) void wipe_stack(void)
{
	uint8_t left[STACK_LEFT];
	mbedtls_platform_zeroize(left, sizeof left);
}

/* By the device key, that of what runs: made of CDI_attest, so that another release, lifecycle or configuration has another. */
static bool certify(const struct dice_input *input, psa_key_id_t *device_key)
{
	struct secure_start *start = &secure_start;
	uint8_t seed[DICE_CDI_SIZE], alias[SECURE_POINT_SIZE];
	const struct dice_certificate content = { .issuer_point = start->attestation_point + 1, .subject_point = alias + 1, .input = input };
	const bool is_made = make_key(start->attestation_seed, device_key) == PSA_SUCCESS &&
		read_point(*device_key, start->attestation_point) == PSA_SUCCESS &&
		dice_derive(start->cdis.attest, "Thimble_Alias", seed) == 0 && make_key(seed, &start->attestation_key) == PSA_SUCCESS &&
		read_point(start->attestation_key, alias) == PSA_SUCCESS;
	mbedtls_platform_zeroize(seed, sizeof seed);
	return is_made && dice_certificate_make(&content, sign, device_key, start->certificate, sizeof start->certificate,
		&start->certificate_size) == DICE_CERTIFICATE_OK;
}

void secure_forget_attestation(void)
{
	if (secure_start.attestation_key != PSA_KEY_ID_NULL)
		(void)psa_destroy_key(secure_start.attestation_key);
	secure_start.attestation_key = PSA_KEY_ID_NULL;
}

void secure_certify(const struct dice_input *input)
{
	struct secure_start *start = &secure_start;
	psa_key_id_t device_key = PSA_KEY_ID_NULL;
	if (start->attestation == BOOT_ATTESTATION_IAK)
		return;
	if (start->attestation == BOOT_ATTESTATION_DEVICE_KEY && !certify(input, &device_key)) {
		start->certificate_size = 0;
		secure_forget_attestation();
	}
	(void)psa_destroy_key(device_key);
	mbedtls_platform_zeroize(start->attestation_seed, sizeof start->attestation_seed);
	wipe_stack();
}

/* The IAK is made when it is first asked for. */
static uint32_t make_iak(void)
{
	struct secure_start *start = &secure_start;
	if (start->attestation_key == PSA_KEY_ID_NULL && make_key(start->attestation_seed, &start->attestation_key) != PSA_SUCCESS)
		return SECURE_E_CRYPTO;
	mbedtls_platform_zeroize(start->attestation_seed, sizeof start->attestation_seed);
	return read_point(start->attestation_key, start->attestation_point) == PSA_SUCCESS ? SECURE_OK : SECURE_E_CRYPTO;
}

/* Whether this device has a key in this start: a form is there only where boot has measured. */
CHECK_FUNCTION uint32_t prepare(void)
{
	CHECKS;
	const struct secure_start *start = &secure_start;
	const uint32_t lifecycle = start->record.lifecycle;
	CHECK(attestation_lifecycle, lifecycle == LIFECYCLE_PROVISIONING || lifecycle == LIFECYCLE_SECURED || lifecycle == LIFECYCLE_DEBUG,
		SECURE_E_ATTESTATION);
	CHECK(attestation_form, start->attestation == BOOT_ATTESTATION_IAK ||
		(start->attestation == BOOT_ATTESTATION_DEVICE_KEY && start->certificate_size == DICE_CERTIFICATE_SIZE), SECURE_E_ATTESTATION);
	if (start->attestation_point[0] == 0) {
		CHECK_CALL(made, make_iak(), SECURE_OK, made);
	}
	return CHECKED(SECURE_OK);
}

uint32_t secure_attestation_key(struct secure_request *request)
{
	CHECKS;
	CHECK_CALL(prepared, prepare(), SECURE_OK, prepared);
	memcpy(request->out, secure_start.attestation_point, SECURE_POINT_SIZE);
	return CHECKED(SECURE_OK);
}

/* The same for all tokens of a start. */
static uint32_t make_boot_seed(void)
{
	struct secure_start *start = &secure_start;
	if (start->has_boot_seed == 0 && psa_generate_random(start->boot_seed, sizeof start->boot_seed) != PSA_SUCCESS)
		return SECURE_E_ENTROPY;
	start->has_boot_seed = 1;
	return SECURE_OK;
}

static uint32_t make_token(const struct secure_request *request, uint32_t profile)
{
	struct secure_start *start = &secure_start;
	uint8_t instance_id[TOKEN_INSTANCE_ID_SIZE] = { RANDOM_ID };
	size_t size;
	const struct token_claims claims = {
		.profile = profile,
		.nonce = request->in[1],
		.nonce_size = request->in_size[1],
		.instance_id = instance_id,
		.boot_seed = start->boot_seed,
		.client = start->record.start == BOOT_START_SERVICE ? TOKEN_CLIENT_SERVICE : TOKEN_CLIENT_APP,
		.lifecycle = start->record.lifecycle,
		.boot = &start->boot,
		.firmware = &start->record.firmware,
		.app = &start->record.app,
	};
	const struct sign1 message = {
		.is_tagged = true,
		.payload = token_put_claims,
		.content = &claims,
		.certificate = start->certificate_size == 0 ? NULL : start->certificate,
		.certificate_size = start->certificate_size,
		.sign = sign,
		.context = &start->attestation_key,
	};
	if (psa_hash_compute(PSA_ALG_SHA_256, start->attestation_point, SECURE_POINT_SIZE, instance_id + 1, sizeof instance_id - 1, &size) !=
		PSA_SUCCESS)
		return SECURE_E_CRYPTO;
	if (sign1_make(&message, request->out + offsetof(struct secure_token, bytes), SECURE_TOKEN_MAX, &size) != SIGN1_OK)
		return SECURE_E_CRYPTO;
	memcpy(request->out + offsetof(struct secure_token, size), &(uint32_t){ (uint32_t)size }, sizeof(uint32_t));
	return SECURE_OK;
}

uint32_t secure_attest(struct secure_request *request)
{
	CHECKS;
	const size_t nonce_size = request->in_size[1];
	uint32_t profile;
	memcpy(&profile, request->in[0], sizeof profile);
	CHECK(attest_profile, profile == TOKEN_PROFILE_TFM || profile == TOKEN_PROFILE_2_0_0, SECURE_E_CALL);
	CHECK(attest_nonce, nonce_size == 32 || nonce_size == 48 || nonce_size == 64, SECURE_E_CALL);
	/* After an order that ends this lifecycle the restart has to come first. */
	CHECK(attest_lifecycle, request->fuses.lifecycle == secure_start.record.lifecycle, SECURE_E_ATTESTATION);
	CHECK_CALL(prepared, prepare(), SECURE_OK, prepared);
	CHECK_CALL(seeded, make_boot_seed(), SECURE_OK, seeded);
	CHECK_CALL(made, make_token(request, profile), SECURE_OK, made);
	return CHECKED(SECURE_OK);
}
