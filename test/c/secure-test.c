/* SPDX-License-Identifier: Apache-2.0 */
/** Tests of the call gate and the services behind it, run by test/boot/secure-c.test.ts: TEST FILE. */
#include "secure-attestation-tests.h"
#include "secure-gate-tests.h"
#include "secure-identity-tests.h"
#include "secure-image-tests.h"
#include "secure-order-tests.h"
#include "secure-provision-tests.h"
#include "secure-seal-tests.h"

static const struct test tests[] = {
	{ "gate", test_gate },
	{ "states", test_states },
	{ "random", test_random },
	{ "direct", test_direct },
	{ "record", test_record },
	{ "secret", test_secret },
	{ "roots", test_roots },
	{ "owner", test_owner },
	{ "locked", test_locked },
	{ "orders", test_orders },
	{ "signatures", test_signatures },
	{ "debug", test_debug },
	{ "transfer", test_transfer },
	{ "wipe", test_wipe },
	{ "decommission", test_decommission },
	{ "confirm", test_confirm },
	{ "trust", test_trust },
	{ "identity", test_identity },
	{ "seal", test_seal },
	{ "counter", test_counter },
	{ "wipe-sealed", test_wipe_sealed },
	{ "attestation", test_attestation },
	{ "attestation-keys", test_attestation_keys },
	{ "attestation-needs", test_attestation_needs },
	{ "begin-again", test_begin_again },
	{ "device-key", test_device_key_is_gone },
	{ "psa-attestation", test_psa_attestation },
	{ "tokens", test_tokens },
	{ "values", test_values },
};

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	read_file(argv[2]);
	return run_test(tests, sizeof tests / sizeof *tests, 2, argv);
}
