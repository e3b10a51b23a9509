/* SPDX-License-Identifier: Apache-2.0 */
/** What an owner does in the tests of devices/secure, and the stages of the life of a device that has one. */
#ifndef THIMBLE_TEST_SECURE_OWNER_H
#define THIMBLE_TEST_SECURE_OWNER_H

#include "secure-device.h"

struct order {
	uint32_t number;
	const char *argument; /* a piece; null: none */
	const char *owner;    /* "owner0": who signs, and whose key is shown */
	uint8_t challenge[16], device_id[16];
	uint8_t key[65], signature[64];
	uint8_t text[160]; /* what was signed */
	size_t text_size;
};

static void add(struct order *order, const void *bytes, size_t size)
{
	memcpy(order->text + order->text_size, bytes, size);
	order->text_size += size;
}

/** Composes and signs; secrets are pieces "owner0.key", public keys "owner0.pub". */
static void sign_order(struct order *order)
{
	char name[16];
	psa_key_id_t key = 0;
	size_t size = 0;
	psa_key_attributes_t attributes = psa_key_attributes_init();
	const uint8_t map[] = { order->argument == NULL ? 41 : 74, 0xa4, 1, (uint8_t)order->number, 2, 0x50 };
	order->text_size = 0;
	add(order, "\x84\x6aSignature1\x43\xa1\x01\x26\x40\x58", 18);
	add(order, map, sizeof map);
	add(order, order->device_id, 16);
	add(order, "\x03\x50", 2);
	add(order, order->challenge, 16);
	add(order, order->argument == NULL ? "\x04\x40" : "\x04\x58\x20", order->argument == NULL ? 2 : 3);
	if (order->argument != NULL)
		add(order, piece(order->argument).bytes, 32);
	CHECK(psa_crypto_init() == PSA_SUCCESS);
	psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1));
	psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_SIGN_MESSAGE);
	psa_set_key_algorithm(&attributes, PSA_ALG_DETERMINISTIC_ECDSA(PSA_ALG_SHA_256));
	snprintf(name, sizeof name, "%s.key", order->owner);
	CHECK(psa_import_key(&attributes, piece(name).bytes, 32, &key) == PSA_SUCCESS);
	CHECK(psa_sign_message(key, PSA_ALG_DETERMINISTIC_ECDSA(PSA_ALG_SHA_256), order->text, order->text_size, order->signature, 64, &size) ==
		PSA_SUCCESS);
	CHECK(size == 64 && psa_destroy_key(key) == PSA_SUCCESS);
	snprintf(name, sizeof name, "%s.pub", order->owner);
	memcpy(order->key, piece(name).bytes, 65);
}

/** A whole order with a fresh challenge, ready to be given. */
static struct order new_order(uint32_t number, const char *argument, const char *owner)
{
	struct order order = { .number = number, .argument = argument, .owner = owner };
	CHECK(get(SECURE_CHALLENGE, order.challenge, 16) == SECURE_OK);
	memcpy(order.device_id, record_now().device_id, 16);
	sign_order(&order);
	return order;
}

static uint32_t give_order(const struct order *order)
{
	const uint8_t number[4] = { (uint8_t)order->number, (uint8_t)(order->number >> 8), 0, 0 };
	const struct secure_in in[4] = {
		{ number, 4 },
		{ order->argument == NULL ? NULL : piece(order->argument).bytes, order->argument == NULL ? 0 : 32 },
		{ order->key, 65 },
		{ order->signature, 64 },
	};
	return secure_call(SECURE_ORDER, in, 4, NULL, 0);
}

static uint32_t obey(uint32_t number, const char *argument, const char *owner)
{
	const struct order order = new_order(number, argument, owner);
	return give_order(&order);
}

/* Stages of a device's life. */

/** A device as it is flashed: not provisioned, images of version 1 in the first slots, a trust record that lists their signer. */
static void flashed(void)
{
	new_device();
	lay(FLASH_FW0_OFFSET, FLASH_SECTOR_SIZE * 8u, "fw0");
	lay(FLASH_APP0_OFFSET, FLASH_SECTOR_SIZE * 8u, "app0");
	lay(FLASH_TRUST_OFFSET, FLASH_SECTOR_SIZE, "trust1");
}

static void with_secret(void)
{
	flashed();
	start_service();
	CHECK(call0(SECURE_MAKE_SECRET) == SECURE_OK);
	start_service();
}

static void with_roots(void)
{
	with_secret();
	CHECK(set_roots("root0.hash", "root1.hash") == SECURE_OK);
	start_service();
}

static void with_owner(void)
{
	with_roots();
	CHECK(call1(SECURE_SET_OWNER, piece("owner0.hash").bytes, 32) == SECURE_OK);
	start_service();
}

static void secured(void)
{
	with_owner();
	CHECK(call0(SECURE_SECURE) == SECURE_OK);
	start_app();
}

static void in_debug(void)
{
	secured();
	CHECK(obey(SECURE_ENTER_DEBUG, NULL, "owner0") == SECURE_OK);
	start_app();
}

#endif
