/* SPDX-License-Identifier: Apache-2.0 */
/** The sealed store's key and counter, as the tests of devices/secure ask for them. */
#ifndef THIMBLE_TEST_SECURE_SEAL_H
#define THIMBLE_TEST_SECURE_SEAL_H

#include "secure-device.h"

static const psa_algorithm_t EXPAND = PSA_ALG_HKDF_EXPAND(PSA_ALG_SHA_256);

static uint32_t seal(struct secure_seal *out)
{
	memset(out, 0, sizeof *out);
	return get(SECURE_SEAL_KEY, out, sizeof *out);
}

/** What is made of a key with an algorithm. */
static psa_status_t expand(uint32_t key, psa_algorithm_t alg, uint8_t out[32])
{
	psa_key_derivation_operation_t operation = psa_key_derivation_operation_init();
	psa_status_t status = psa_key_derivation_setup(&operation, alg);
	memset(out, 0, 32);
	if (status == PSA_SUCCESS)
		status = psa_key_derivation_input_key(&operation, PSA_KEY_DERIVATION_INPUT_SECRET, key);
	if (status == PSA_SUCCESS)
		status = psa_key_derivation_input_bytes(&operation, PSA_KEY_DERIVATION_INPUT_INFO, (const uint8_t *)"test", 4);
	if (status == PSA_SUCCESS)
		status = psa_key_derivation_output_bytes(&operation, out, 32);
	(void)psa_key_derivation_abort(&operation);
	return status;
}

/** The same of the key of this start; zeros where there is none. @return whether it is sealed. */
static bool expand_seal(uint8_t out[32])
{
	struct secure_seal sealed;
	memset(out, 0, 32);
	if (seal(&sealed) != SECURE_OK)
		return false;
	CHECK(expand(sealed.key, EXPAND, out) == PSA_SUCCESS);
	return sealed.is_sealed == 1;
}

static uint32_t read_counter(uint32_t *value)
{
	*value = 99;
	return get(SECURE_COUNTER_READ, value, sizeof *value);
}

static uint32_t raise_counter(uint32_t value)
{
	return call1(SECURE_COUNTER_RAISE, &value, sizeof value);
}

#endif
