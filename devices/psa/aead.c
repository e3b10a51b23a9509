/* SPDX-License-Identifier: Apache-2.0 */
/** PSA AEAD, one-shot; ciphertext||tag. crypto.ts has checked the nonce, and that a ciphertext holds a tag. */
#include "natives.h"

struct request {
	psa_key_id_t key;
	psa_algorithm_t alg;
	size_t tag_size;
	size_t text_size;
	size_t result_size;
	struct xs_thimble_psa_input nonce, additional_data, text;
	uint8_t *result;
};

/* The text's size first, for the result's; then the result; pointers into the XS heap last. */
static psa_status_t read_request(xsMachine *the, bool decrypt, struct request *request)
{
	request->key = xs_thimble_psa_key(the, 0);
	request->alg = (psa_algorithm_t)xsmcToInteger(xsArg(1));
	request->tag_size = (size_t)xsmcToInteger(xsArg(2));
	request->text_size = xs_thimble_psa_bytes(the, &xsArg(5)).size;
	psa_status_t status = xs_thimble_psa_ready();
	if (decrypt && request->text_size < request->tag_size)
		status = PSA_ERROR_INVALID_SIGNATURE;
	if (status != PSA_SUCCESS)
		request->result_size = 0;
	else if (decrypt)
		request->result_size = request->text_size - request->tag_size;
	else
		request->result_size = request->text_size + request->tag_size;
	xs_thimble_psa_reserve(the, request->result_size);
	request->nonce = xs_thimble_psa_bytes(the, &xsArg(3));
	request->additional_data = xs_thimble_psa_bytes(the, &xsArg(4));
	request->text = xs_thimble_psa_bytes(the, &xsArg(5));
	request->result = xs_thimble_psa_output(the);
	return status;
}

static void finish(xsMachine *the, psa_status_t status, const struct request *request, size_t length)
{
	if (status == PSA_SUCCESS && length != request->result_size)
		status = PSA_ERROR_CORRUPTION_DETECTED;
	xs_thimble_psa_finish(the, status);
}

void xs_thimble_psa_aead_encrypt(xsMachine *the)
{
	struct request r;
	size_t length = 0;
	psa_status_t status = read_request(the, false, &r);
	if (status == PSA_SUCCESS)
		status = psa_aead_encrypt(r.key, r.alg, r.nonce.data, r.nonce.size, r.additional_data.data,
		                          r.additional_data.size, r.text.data, r.text.size, r.result, r.result_size, &length);
	finish(the, status, &r, length);
}

void xs_thimble_psa_aead_decrypt(xsMachine *the)
{
	struct request r;
	size_t length = 0;
	psa_status_t status = read_request(the, true, &r);
	if (status == PSA_SUCCESS)
		status = psa_aead_decrypt(r.key, r.alg, r.nonce.data, r.nonce.size, r.additional_data.data,
		                          r.additional_data.size, r.text.data, r.text.size, r.result, r.result_size, &length);
	finish(the, status, &r, length);
}
