/* SPDX-License-Identifier: Apache-2.0 */
/** The identity keys, and what a second program computes of the same device. */
#ifndef THIMBLE_TEST_SECURE_IDENTITY_TESTS_H
#define THIMBLE_TEST_SECURE_IDENTITY_TESTS_H

#include "secure-owner.h"
#include "secure-seal.h"

static void test_identity(void)
{
	uint32_t signing, agreement, again;
	uint8_t bytes[65];
	size_t size;
	secured();
	CHECK(identity(0, &again) == SECURE_E_CALL && identity(3, &again) == SECURE_E_CALL);
	CHECK(identity(SECURE_SIGNING, &signing) == SECURE_OK && identity(SECURE_AGREEMENT, &agreement) == SECURE_OK);
	CHECK(signing != agreement && signing != 0 && agreement != 0);
	CHECK(identity(SECURE_SIGNING, &again) == SECURE_OK && again == signing);
	CHECK(identity(SECURE_AGREEMENT, &again) == SECURE_OK && again == agreement);
	/* One signs, the other agrees, and neither leaves. */
	const psa_algorithm_t ecdsa = PSA_ALG_DETERMINISTIC_ECDSA(PSA_ALG_SHA_256);
	CHECK(psa_sign_message(signing, ecdsa, bytes, 1, bytes, 64, &size) == PSA_SUCCESS);
	CHECK(psa_sign_message(agreement, ecdsa, bytes, 1, bytes, 64, &size) == PSA_ERROR_NOT_PERMITTED);
	CHECK(psa_raw_key_agreement(PSA_ALG_ECDH, agreement, piece("owner0.pub").bytes, 65, bytes, 32, &size) == PSA_SUCCESS);
	CHECK(psa_raw_key_agreement(PSA_ALG_ECDH, signing, piece("owner0.pub").bytes, 65, bytes, 32, &size) == PSA_ERROR_NOT_PERMITTED);
	CHECK(psa_export_key(signing, bytes, sizeof bytes, &size) == PSA_ERROR_NOT_PERMITTED);
	CHECK(psa_export_key(agreement, bytes, sizeof bytes, &size) == PSA_ERROR_NOT_PERMITTED);
	start_app();
	CHECK(psa_export_public_key(signing, bytes, sizeof bytes, &size) != PSA_SUCCESS); /* gone with the start */

	/* A service start of a secured device has another mode, and no keys. Of one in provisioning it has them. */
	start_service();
	CHECK(identity(SECURE_SIGNING, &again) == SECURE_E_IDENTITY && again == 0);
	with_roots();
	CHECK(identity(SECURE_SIGNING, &again) == SECURE_OK);
	with_secret();
	CHECK(identity(SECURE_SIGNING, &again) == SECURE_E_IDENTITY); /* no roots, no CDIs */

	/* Each reason alone. */
	const struct hand_over good = { .magic = HAND_OVER_MAGIC, .version = HAND_OVER_VERSION, .lifecycle = LIFECYCLE_SECURED,
		.input.mode = DICE_MODE_NORMAL, .start = BOOT_START_APP, .has_cdis = IMAGE_SIGNED };
	struct hand_over odd = good;
	secure_begin(&odd);
	CHECK(identity(SECURE_SIGNING, &again) == SECURE_OK);
	odd.lifecycle = LIFECYCLE_DEBUG;
	secure_begin(&odd);
	CHECK(identity(SECURE_SIGNING, &again) == SECURE_E_IDENTITY);
	odd = good;
	odd.input.mode = DICE_MODE_DEBUG;
	secure_begin(&odd);
	CHECK(identity(SECURE_SIGNING, &again) == SECURE_E_IDENTITY);
	odd = good;
	odd.has_cdis = 1;
	secure_begin(&odd);
	CHECK(identity(SECURE_SIGNING, &again) == SECURE_E_IDENTITY);
	secure_begin(NULL);
}

static void print_hex(const char *name, const void *bytes, size_t size, const char *end)
{
	printf("\"%s\":\"", name);
	for (size_t i = 0; i < size; i++)
		printf("%02x", ((const uint8_t *)bytes)[i]);
	printf("\"%s", end);
}

/** What a second program computes too: keys and device id from what OTP and the images hold, and what an order is. */
static void print_values(bool has_more)
{
	uint8_t signing[65], agreement[65], sealed[32];
	const struct secure_record record = record_now();
	public_key(SECURE_SIGNING, signing);
	public_key(SECURE_AGREEMENT, agreement);
	printf("{\"lifecycle\":%u,\"epoch\":%u,", (unsigned)record.lifecycle, (unsigned)record.epoch);
	print_hex("uds", window + OTP_OFFSET + FUSES_UDS_OFFSET, FUSES_UDS_SIZE, ",");
	print_hex("roots", window + OTP_OFFSET + FUSES_ROOTS_OFFSET, 64, ",");
	print_hex("deviceId", record.device_id, sizeof record.device_id, ",");
	print_hex("signing", signing, sizeof signing, ",");
	print_hex("agreement", agreement, sizeof agreement, ",");
	CHECK(expand_seal(sealed));
	print_hex("sealed", sealed, sizeof sealed, has_more ? "},\n" : "}");
}

static void test_values(void)
{
	uint8_t development[32];
	flashed();
	start_app();
	CHECK(!expand_seal(development));
	printf("{");
	print_hex("development", development, sizeof development, ",\n");
	printf("\"devices\":[");
	with_roots();
	print_values(true);
	secured();
	print_values(true);
	CHECK(obey(SECURE_TRANSFER, "owner1.hash", "owner0") == SECURE_OK);
	start_app();
	print_values(false);
	const char *const arguments[] = { NULL, NULL, NULL, "owner2.hash", NULL };
	printf("],\n\"orders\":[");
	for (uint32_t number = 1; number <= 5; number++) {
		const struct order order = new_order(number, arguments[number - 1], "owner1");
		printf("{\"number\":%u,", (unsigned)number);
		print_hex("deviceId", order.device_id, 16, ",");
		print_hex("challenge", order.challenge, 16, ",");
		print_hex("argument", piece("owner2.hash").bytes, order.argument == NULL ? 0 : 32, ",");
		print_hex("text", order.text, order.text_size, number == 5 ? "}" : "},\n");
	}
	printf("]}\n");
}

#endif
