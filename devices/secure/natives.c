/* SPDX-License-Identifier: Apache-2.0 */
/** From lifecycle.ts and attestation.ts to the gate: the natives only carry bytes. */
#include <string.h>

#include "../psa/binding.h"
#include "gate.h"
#include "initial-attestation.h"

#define INPUTS_MAX 4u

/** native: xs_thimble_secure_do(service: number, ...inputs: Uint8Array[]): number - the status. */
void xs_thimble_secure_do(xsMachine *the)
{
	struct secure_in in[INPUTS_MAX];
	const xsIntegerValue count = (xsIntegerValue)xsmcArgc - 1;
	const uint32_t service = (uint32_t)xsmcToInteger(xsArg(0));
	for (xsIntegerValue i = 0; i < count && i < (xsIntegerValue)INPUTS_MAX; i++) {
		const struct xs_thimble_psa_input bytes = xs_thimble_psa_bytes(the, &xsArg(i + 1));
		in[i] = (struct secure_in){ bytes.data, bytes.size };
	}
	xsmcSetInteger(xsResult, (int32_t)secure_call(service, in, (size_t)count, NULL, 0));
}

/** native: xs_thimble_secure_get(service: number, size: number): ArrayBuffer | number - size bytes, or the status. */
void xs_thimble_secure_get(xsMachine *the)
{
	const uint32_t service = (uint32_t)xsmcToInteger(xsArg(0));
	xs_thimble_psa_reserve(the, (size_t)xsmcToInteger(xsArg(1)));
	const struct secure_out out = { xs_thimble_psa_output(the), (size_t)xsmcToInteger(xsArg(1)) };
	const uint32_t status = secure_call(service, NULL, 0, &out, 1);
	if (status != SECURE_OK)
		xsmcSetInteger(xsResult, (int32_t)status);
}

/** native: xs_thimble_secure_identity(which: number): number - a key handle; 0: no room for one; below: the status, negated. */
void xs_thimble_secure_identity(xsMachine *the)
{
	const uint32_t which = (uint32_t)xsmcToInteger(xsArg(0));
	uint32_t key = 0;
	const struct secure_in in = { &which, sizeof which };
	const struct secure_out out = { &key, sizeof key };
	const uint32_t status = secure_call(SECURE_IDENTITY, &in, 1, &out, 1);
	xsmcSetInteger(xsResult, status == SECURE_OK ? xs_thimble_psa_handle_keep(key) : -(int32_t)status);
}

/**
 * native: xs_thimble_secure_seal(): ArrayBuffer | number - 8 bytes: key handle (0: no room for one), and 1 where it is sealed; or the
 * status.
 */
void xs_thimble_secure_seal(xsMachine *the)
{
	struct secure_seal seal = { 0, 0 };
	const struct secure_out out = { &seal, sizeof seal };
	xs_thimble_psa_reserve(the, sizeof seal);
	const uint32_t status = secure_call(SECURE_SEAL_KEY, NULL, 0, &out, 1);
	if (status != SECURE_OK) {
		xsmcSetInteger(xsResult, (int32_t)status);
		return;
	}
	seal.key = (uint32_t)xs_thimble_psa_handle_keep(seal.key);
	memcpy(xs_thimble_psa_output(the), &seal, sizeof seal);
}

/** native: xs_thimble_secure_attest(profile: number, nonce: Uint8Array): ArrayBuffer | number - a token, or the status. */
void xs_thimble_secure_attest(xsMachine *the)
{
	struct secure_token token;
	const uint32_t profile = (uint32_t)xsmcToInteger(xsArg(0));
	const struct xs_thimble_psa_input nonce = xs_thimble_psa_bytes(the, &xsArg(1));
	const uint32_t status = initial_attestation(profile, nonce.data, nonce.size, &token);
	if (status != SECURE_OK) {
		xsmcSetInteger(xsResult, (int32_t)status);
		return;
	}
	xs_thimble_psa_reserve(the, token.size);
	memcpy(xs_thimble_psa_output(the), token.bytes, token.size);
}
