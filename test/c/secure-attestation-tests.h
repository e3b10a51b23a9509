/* SPDX-License-Identifier: Apache-2.0 */
/** The attestation key and its tokens, in both forms. What a token says is looked at by test/boot/tokens.test.ts. */
#ifndef THIMBLE_TEST_SECURE_ATTESTATION_TESTS_H
#define THIMBLE_TEST_SECURE_ATTESTATION_TESTS_H

#include <mbedtls/hmac_drbg.h>
#include <mbedtls/platform_util.h>
#include <psa/initial_attestation.h>

#include "../../devices/secure/services.h"
#include "secure-identity-tests.h"
#include "secure-owner.h"
#include "secure-unchanged.h"

static struct secure_token made; /* the last token; zeros: none */

static uint32_t attest_with(uint32_t profile, uint32_t nonce_size, uint8_t nonce)
{
	uint8_t bytes[65];
	memset(bytes, nonce, sizeof bytes);
	memset(&made, 0, sizeof made);
	const struct secure_in in[2] = { { &profile, sizeof profile }, { bytes, nonce_size } };
	const struct secure_out out = { &made, sizeof made };
	return secure_call(SECURE_ATTEST, in, 2, &out, 1);
}

static uint32_t attest(void)
{
	return attest_with(TOKEN_PROFILE_TFM, 32, 0x4E);
}

static uint32_t attestation_point(uint8_t out[65])
{
	memset(out, 0, 65);
	return get(SECURE_ATTESTATION_KEY, out, 65);
}

static bool is_in(const void *where, size_t size, const uint8_t seed[32])
{
	for (size_t at = 0; at + 32 <= size; at++) {
		if (memcmp((const uint8_t *)where + at, seed, 32) == 0)
			return true;
	}
	return false;
}

static void no_seed(struct hand_over *given)
{
	given->attestation = BOOT_ATTESTATION_NONE;
	memset(given->attestation_seed, 0, sizeof given->attestation_seed);
}

static void no_form(struct hand_over *given)
{
	given->attestation = BOOT_ATTESTATION_IAK ^ 1u;
}

static void no_secrets(struct hand_over *given)
{
	given->has_cdis = 1;
}

static void in_assembly(struct hand_over *given)
{
	given->lifecycle = LIFECYCLE_ASSEMBLY;
}

static void in_the_end(struct hand_over *given)
{
	given->lifecycle = LIFECYCLE_DECOMMISSIONED;
}

static void bad_mode(struct hand_over *given)
{
	given->input.mode = 4;
}

static const struct hand_over good = { .magic = HAND_OVER_MAGIC, .version = HAND_OVER_VERSION, .lifecycle = LIFECYCLE_SECURED,
	.start = BOOT_START_APP, .has_cdis = IMAGE_SIGNED, .input.mode = DICE_MODE_NORMAL, .attestation_seed = { 1, 2, 3 } };

static struct hand_over handed_over(uint32_t of)
{
	struct hand_over given = good;
	given.attestation = of;
	return given;
}

/** A device that is secured, for what OTP says; and what is wrong with the hand-over. */
static void refuses(uint32_t of, void (*change)(struct hand_over *given))
{
	uint8_t point[65];
	struct hand_over given = handed_over(of);
	change(&given);
	secure_begin(&given);
	const uint32_t status = attest();
	/* Where the lifecycle itself is odd, OTP says another one: that the key is refused shows that it is looked at. */
	CHECK(status == SECURE_E_ATTESTATION && made.size == 0);
	CHECK(attestation_point(point) == SECURE_E_ATTESTATION && point[0] == 0);
}

/** Calls that are wrong, and devices that have no key. */
static void test_attestation(void)
{
	void (*const wrongs[])(struct hand_over *given) = { no_seed, no_form, no_secrets, in_assembly, in_the_end };
	const uint32_t forms[] = { BOOT_ATTESTATION_IAK, BOOT_ATTESTATION_DEVICE_KEY };
	uint8_t point[65];
	flashed();
	CHECK(attest() == SECURE_E_ATTESTATION && attestation_point(point) == SECURE_E_ATTESTATION);
	with_secret(); /* without roots nothing is measured */
	CHECK(attest() == SECURE_E_ATTESTATION && attestation_point(point) == SECURE_E_ATTESTATION);
	secured();
	for (uint32_t size = 0; size <= 65; size++)
		CHECK((attest_with(TOKEN_PROFILE_TFM, size, 1) == SECURE_OK) == (size == 32 || size == 48 || size == 64));
	CHECK(attest_with(0, 32, 1) == SECURE_E_CALL && attest_with(3, 32, 1) == SECURE_E_CALL && made.size == 0);
	for (uint32_t form = 0; form < 2; form++) {
		struct hand_over given = handed_over(forms[form]);
		secure_begin(&given);
		CHECK(attest() == SECURE_OK && attestation_point(point) == SECURE_OK);
		for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++)
			refuses(forms[form], wrongs[i]);
	}
	refuses(BOOT_ATTESTATION_DEVICE_KEY, bad_mode); /* no certificate can be made of it */
	secure_begin(NULL);
	CHECK(attest() == SECURE_E_ATTESTATION && attestation_point(point) == SECURE_E_ATTESTATION);
	/* An order has ended this lifecycle: the restart comes first. */
	secured();
	CHECK(attest() == SECURE_OK);
	CHECK(obey(SECURE_ENTER_DEBUG, NULL, "owner0") == SECURE_OK);
	CHECK(attest() == SECURE_E_ATTESTATION && made.size == 0);
	start_app();
	CHECK(attest() == SECURE_OK);
	CHECK(obey(SECURE_DECOMMISSION, NULL, "owner0") == SECURE_OK);
	CHECK(attest() == SECURE_E_ATTESTATION);
	start_service();
	CHECK(attest() == SECURE_E_ATTESTATION && attestation_point(point) == SECURE_E_ATTESTATION);
	form = BOOT_ATTESTATION_IAK;
}

/** The key of each form: what it may do, and what is left in memory of the secrets that it is made of. */
static void test_attestation_keys(void)
{
	const uint32_t forms[] = { BOOT_ATTESTATION_IAK, BOOT_ATTESTATION_DEVICE_KEY };
	uint8_t first[65], again[65], signing[2][65], bytes[80], hash[32] = { 1 };
	size_t size;
	for (uint32_t i = 0; i < 2; i++) {
		form = forms[i];
		secured();
		CHECK((form == BOOT_ATTESTATION_IAK) == is_in(&secure_start, sizeof secure_start, handed.attestation_seed));
		CHECK(attestation_point(first) == SECURE_OK && attest() == SECURE_OK);
		CHECK(!is_in(&secure_start, sizeof secure_start, handed.attestation_seed));
		const psa_key_id_t key = secure_start.attestation_key;
		CHECK(psa_export_key(key, bytes, sizeof bytes, &size) == PSA_ERROR_NOT_PERMITTED);
		CHECK(psa_sign_hash(key, PSA_ALG_DETERMINISTIC_ECDSA(PSA_ALG_SHA_256), hash, 32, bytes, 64, &size) == PSA_ERROR_NOT_PERMITTED);
		CHECK(psa_raw_key_agreement(PSA_ALG_ECDH, key, piece("owner0.pub").bytes, 65, bytes, 32, &size) == PSA_ERROR_NOT_PERMITTED);
		/* Of one start the same, and gone with it. */
		CHECK(attest() == SECURE_OK && secure_start.attestation_key == key);
		secure_begin(NULL);
		CHECK(psa_export_public_key(key, bytes, sizeof bytes, &size) != PSA_SUCCESS);
		start_app();
		/* The same over starts, owners, wipes and debug. */
		CHECK(obey(SECURE_WIPE, NULL, "owner0") == SECURE_OK);
		start_app();
		CHECK(attestation_point(again) == SECURE_OK && memcmp(first, again, 65) == 0);
		CHECK(psa_export_public_key(secure_start.attestation_key, signing[0], 65, &size) == PSA_SUCCESS);
		CHECK(obey(SECURE_ENTER_DEBUG, NULL, "owner0") == SECURE_OK);
		start_app();
		CHECK(attestation_point(again) == SECURE_OK && memcmp(first, again, 65) == 0);
		/* But an alias key is another one there. */
		CHECK(psa_export_public_key(secure_start.attestation_key, signing[1], 65, &size) == PSA_SUCCESS);
		CHECK((memcmp(signing[0], signing[1], 65) == 0) == (form == BOOT_ATTESTATION_IAK));
	}
	form = BOOT_ATTESTATION_IAK;
}

/** A secret, so kept that a search for it does not find the words that it is searched by. */
struct masked {
	uint8_t forward[32], backward[32]; /* a big number lies in memory from its last byte on */
};

static struct masked mask(const uint8_t secret[32])
{
	struct masked masked;
	for (size_t i = 0; i < 32; i++) {
		masked.forward[i] = secret[i] ^ 0x55u;
		masked.backward[31 - i] = secret[i] ^ 0x55u;
	}
	return masked;
}

static __attribute__((no_sanitize("address"))) uint32_t count_in(const volatile uint8_t *from, const volatile uint8_t *to, const uint8_t masked[32])
{
	uint32_t found = 0;
	for (; from + 32 <= to; from++) {
		size_t same = 0;
		while (same < 32 && (from[same] ^ 0x55u) == masked[same])
			same++;
		found += same == 32;
	}
	return found;
}

/** Places in this process's memory that hold a secret: variables, heap and stack, what was freed or left there too. */
static uint32_t count_everywhere(const struct masked *masked)
{
	const size_t most = 64u << 20; /* what is larger is the sanitizer's own */
	uint32_t found = 0;
	char line[512], rights[8];
	unsigned long from, to;
	FILE *maps = fopen("/proc/self/maps", "r");
	CHECK(maps != NULL);
	while (fgets(line, sizeof line, maps) != NULL) {
		if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) != 3 || strncmp(rights, "rw", 2) != 0 || to - from > most)
			continue;
		found += count_in((const uint8_t *)from, (const uint8_t *)to, masked->forward);
		found += count_in((const uint8_t *)from, (const uint8_t *)to, masked->backward);
	}
	fclose(maps);
	return found;
}

/** The private number of a seed's key, as psa/seed.c makes it. */
static __attribute__((noinline)) struct masked scalar_of(const uint8_t seed[32])
{
	uint8_t scalar[32];
	mbedtls_hmac_drbg_context drbg;
	mbedtls_hmac_drbg_init(&drbg);
	CHECK(mbedtls_hmac_drbg_seed_buf(&drbg, mbedtls_md_info_from_type(MBEDTLS_MD_SHA512), seed, 32) == 0);
	CHECK(mbedtls_hmac_drbg_random(&drbg, scalar, sizeof scalar) == 0);
	const struct masked masked = mask(scalar);
	mbedtls_hmac_drbg_free(&drbg);
	mbedtls_platform_zeroize(scalar, sizeof scalar);
	return masked;
}

/** Of the device key nothing is left once it has certified: not in variables, not on the heap, not on the stack. */
static void test_device_key_is_gone(void)
{
	const uint32_t forms[] = { BOOT_ATTESTATION_IAK, BOOT_ATTESTATION_DEVICE_KEY };
	for (uint32_t i = 0; i < 2; i++) {
		form = forms[i];
		secured();
		const struct masked seed = mask(handed.attestation_seed), scalar = scalar_of(handed.attestation_seed);
		mbedtls_platform_zeroize(handed.attestation_seed, sizeof handed.attestation_seed);
		/* The search finds what is there: the seed of an IAK, then the key that is made of it. */
		CHECK(count_everywhere(&seed) == (form == BOOT_ATTESTATION_IAK ? 1u : 0u));
		CHECK(count_everywhere(&scalar) == 0);
		CHECK(attest() == SECURE_OK);
		CHECK(count_everywhere(&seed) == 0);
		CHECK(count_everywhere(&scalar) == (form == BOOT_ATTESTATION_IAK ? 1u : 0u));
	}
	form = BOOT_ATTESTATION_IAK;
}

/** Random bytes and places for keys can be missing: then there is no token, and there is one when they are back. */
static void test_attestation_needs(void)
{
	psa_key_id_t others[64];
	psa_key_attributes_t attributes = psa_key_attributes_init();
	uint32_t count = 0;
	uint8_t seeds[2][32], point[65];
	secured();
	CHECK(attestation_point(point) == SECURE_OK);
	has_entropy = false;
	CHECK(attest() == SECURE_E_ENTROPY);
	has_entropy = true;
	CHECK(attest() == SECURE_OK);
	memcpy(seeds[0], secure_start.boot_seed, 32);
	CHECK(attest() == SECURE_OK && memcmp(seeds[0], secure_start.boot_seed, 32) == 0);
	start_app();
	CHECK(attest() == SECURE_OK);
	memcpy(seeds[1], secure_start.boot_seed, 32);
	CHECK(memcmp(seeds[0], seeds[1], 32) != 0);
	start_app();
	psa_set_key_type(&attributes, PSA_KEY_TYPE_HMAC);
	psa_set_key_bits(&attributes, 256);
	CHECK(psa_crypto_init() == PSA_SUCCESS);
	while (psa_generate_key(&attributes, &others[count]) == PSA_SUCCESS)
		count++;
	CHECK(attest() == SECURE_E_CRYPTO && attestation_point(point) == SECURE_E_CRYPTO);
	CHECK(psa_destroy_key(others[--count]) == PSA_SUCCESS);
	CHECK(attest() == SECURE_OK && attestation_point(point) == SECURE_OK);
	while (count > 0)
		CHECK(psa_destroy_key(others[--count]) == PSA_SUCCESS);
	/* Nothing of the device key is left when its certificate could not be made. */
	form = BOOT_ATTESTATION_DEVICE_KEY;
	secured();
	has_entropy = false;
	CHECK(start_cut(false, 0, 0) == BOOT_OK);
	has_entropy = true;
	CHECK(attest() == SECURE_E_ATTESTATION && attestation_point(point) == SECURE_E_ATTESTATION);
	CHECK(!is_in(&secure_start, sizeof secure_start, handed.attestation_seed));
	start_app();
	CHECK(attest() == SECURE_OK);
	form = BOOT_ATTESTATION_IAK;
}

/** Keys that PSA still takes: it has a fixed number of places. */
static uint32_t places_left(void)
{
	psa_key_id_t others[64];
	psa_key_attributes_t attributes = psa_key_attributes_init();
	uint32_t count = 0;
	psa_set_key_type(&attributes, PSA_KEY_TYPE_HMAC);
	psa_set_key_bits(&attributes, 256);
	CHECK(psa_crypto_init() == PSA_SUCCESS);
	while (psa_generate_key(&attributes, &others[count]) == PSA_SUCCESS)
		count++;
	for (uint32_t i = 0; i < count; i++)
		CHECK(psa_destroy_key(others[i]) == PSA_SUCCESS);
	return count;
}

/** A start, again in the same process, has the keys of its own and none of the one before; so has one whose certificate fails. */
static void test_begin_again(void)
{
	const uint32_t forms[] = { BOOT_ATTESTATION_IAK, BOOT_ATTESTATION_DEVICE_KEY };
	uint32_t key;
	secured();
	secure_begin(NULL);
	const uint32_t places = places_left();
	for (uint32_t i = 0; i < 4; i++) {
		struct hand_over given = handed_over(forms[i % 2]);
		secure_begin(&given);
		CHECK(attest() == SECURE_OK);
		CHECK(identity(SECURE_SIGNING, &key) == SECURE_OK && identity(SECURE_AGREEMENT, &key) == SECURE_OK);
		CHECK(places_left() == places - 3);
		given = handed_over(forms[i % 2]);
		secure_begin(&given);
		CHECK(places_left() == places - (forms[i % 2] == BOOT_ATTESTATION_IAK ? 0u : 1u));
		given = handed_over(BOOT_ATTESTATION_DEVICE_KEY);
		bad_mode(&given);
		secure_begin(&given);
		CHECK(places_left() == places);
		secure_begin(NULL);
		CHECK(places_left() == places);
	}
}

/** The PSA API: sizes of challenges and of room, and what it says when there is no token. */
static void test_psa_attestation(void)
{
	static uint8_t room[PSA_INITIAL_ATTEST_MAX_TOKEN_SIZE];
	uint8_t challenge[65] = { 1 };
	const uint32_t forms[] = { BOOT_ATTESTATION_IAK, BOOT_ATTESTATION_DEVICE_KEY };
	for (uint32_t i = 0; i < 2; i++) {
		form = forms[i];
		secured();
		for (size_t challenge_size = 0; challenge_size <= 65; challenge_size++) {
			const bool is_size = challenge_size == 32 || challenge_size == 48 || challenge_size == 64;
			const psa_status_t expected = is_size ? PSA_SUCCESS : PSA_ERROR_INVALID_ARGUMENT;
			size_t most = 0, size = 1;
			CHECK(psa_initial_attest_get_token_size(challenge_size, &most) == expected);
			CHECK(psa_initial_attest_get_token(challenge, challenge_size, room, sizeof room, &size) == expected);
			CHECK(is_size ? size > challenge_size && size <= most && most <= sizeof room : size == 0);
			if (!is_size)
				continue;
			/* The same token each time: its signature is deterministic. */
			uint8_t *exact = malloc(size);
			size_t again;
			CHECK(psa_initial_attest_get_token(challenge, challenge_size, exact, size, &again) == PSA_SUCCESS && again == size);
			CHECK(memcmp(exact, room, size) == 0);
			for (size_t less = 0; less < size; less += less + 2 < size ? 97 : 1) {
				memset(exact, 0xA5, size);
				CHECK(psa_initial_attest_get_token(challenge, challenge_size, exact, less, &again) == PSA_ERROR_BUFFER_TOO_SMALL);
				CHECK(again == 0 && exact[0] == 0xA5);
			}
			CHECK(psa_initial_attest_get_token(challenge, challenge_size, exact, size - 1, &again) == PSA_ERROR_BUFFER_TOO_SMALL);
			free(exact);
		}
	}
	form = BOOT_ATTESTATION_IAK;
	size_t size = 1;
	flashed();
	start_service();
	CHECK(psa_initial_attest_get_token(challenge, 32, room, sizeof room, &size) == PSA_ERROR_SERVICE_FAILURE && size == 0);
	secured();
	has_entropy = false;
	CHECK(psa_initial_attest_get_token(challenge, 32, room, sizeof room, &size) == PSA_ERROR_GENERIC_ERROR && size == 0);
	has_entropy = true;
}

static void print_component(const char *name, const struct boot_component *component, const char *end)
{
	printf("\"%s\":{\"version\":\"%016llx\",", name, (unsigned long long)component->version);
	print_hex("digest", component->digest, 32, ",");
	print_hex("signer", component->signer, 32, "}");
	printf("%s", end);
}

/** A token, and all that it has to be of. */
static void print_token(const char *stage, uint32_t profile, uint32_t nonce_size, const char *end)
{
	uint8_t point[65];
	CHECK(attest_with(profile, nonce_size, 0x4E) == SECURE_OK && made.size <= sizeof made.bytes);
	for (size_t at = made.size; at < sizeof made.bytes; at++)
		CHECK(made.bytes[at] == 0);
	CHECK(attestation_point(point) == SECURE_OK);
	printf("{\"stage\":\"%s\",\"form\":\"%s\",\"profile\":%u,\"nonceSize\":%u,", stage, form == BOOT_ATTESTATION_IAK ? "IAK" : "DEVICE_KEY",
		(unsigned)profile, (unsigned)nonce_size);
	printf("\"isService\":%s,\"mode\":%u,", handed.start == BOOT_START_SERVICE ? "true" : "false", (unsigned)handed.input.mode);
	print_hex("uds", window + OTP_OFFSET + FUSES_UDS_OFFSET, FUSES_UDS_SIZE, ",");
	print_hex("config", handed.input.config, 64, ",");
	print_hex("authority", handed.input.authority, 64, ",");
	print_hex("hidden", handed.input.hidden, 64, ",");
	print_hex("point", point, 65, ",");
	print_hex("bootSeed", secure_start.boot_seed, 32, ",");
	print_component("boot", &secure_start.boot, ",");
	print_component("firmware", &handed.firmware, ",");
	print_component("app", &handed.app, ",");
	print_hex("token", made.bytes, made.size, "}");
	printf("%s", end);
}

static void as_secured(void)
{
	secured();
}

static void as_secured_service(void)
{
	secured();
	start_service();
}

static void with_largest_versions(void)
{
	secured();
	struct boot_component *const all[] = { &secure_start.boot, &secure_start.record.firmware, &secure_start.record.app };
	struct boot_component *const shown[] = { &secure_start.boot, &handed.firmware, &handed.app };
	for (size_t i = 0; i < 3; i++)
		all[i]->version = shown[i]->version = UINT64_MAX;
}

static void test_tokens(void)
{
	const struct {
		const char *name;
		void (*reach)(void);
	} stages[] = { { "provisioning", with_owner }, { "secured", as_secured }, { "secured", as_secured_service }, { "debug", in_debug } };
	const uint32_t forms[] = { BOOT_ATTESTATION_IAK, BOOT_ATTESTATION_DEVICE_KEY };
	printf("[");
	for (uint32_t i = 0; i < 2; i++) {
		form = forms[i];
		for (size_t stage = 0; stage < sizeof stages / sizeof *stages; stage++) {
			stages[stage].reach();
			for (uint32_t size = 32; size <= 64; size += 16)
				print_token(stages[stage].name, TOKEN_PROFILE_TFM, size, ",\n");
			print_token(stages[stage].name, TOKEN_PROFILE_2_0_0, 32, ",\n");
		}
		with_largest_versions();
		print_token("secured", TOKEN_PROFILE_TFM, 64, i == 0 ? ",\n" : "]\n");
		CHECK(made.size == TOKEN_SIZE_MAX + (i == 0 ? 0 : SIGN1_PATH_SIZE(DICE_CERTIFICATE_SIZE)));
	}
	form = BOOT_ATTESTATION_IAK;
}

#endif
