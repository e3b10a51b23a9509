/* SPDX-License-Identifier: Apache-2.0 */
/** Orders of the owner, and what comes of each. */
#ifndef THIMBLE_TEST_SECURE_ORDER_TESTS_H
#define THIMBLE_TEST_SECURE_ORDER_TESTS_H

#include "secure-owner.h"
#include "secure-unchanged.h"

static void refused_order(uint32_t status, const struct order *order)
{
	remember();
	CHECK(give_order(order) == status && is_unchanged());
}

static void test_orders(void)
{
	secured();
	struct order order = new_order(SECURE_WIPE, NULL, "owner0");
	CHECK(give_order(&order) == SECURE_OK && status_now().lifecycle == LIFECYCLE_SECURED);
	refused_order(SECURE_E_ORDER, &order); /* the challenge is used up */

	/* Each part of it, and a refused one uses the challenge up too. */
	for (uint32_t bit = 0; bit < 8u * 64u; bit += 37) {
		order = new_order(SECURE_WIPE, NULL, "owner0");
		order.signature[bit / 8u] ^= (uint8_t)(1u << (bit % 8u));
		refused_order(SECURE_E_ORDER, &order);
		order.signature[bit / 8u] ^= (uint8_t)(1u << (bit % 8u));
		refused_order(SECURE_E_ORDER, &order);
	}
	for (uint32_t part = 0; part < 2; part++) {
		order = new_order(SECURE_WIPE, NULL, "owner0");
		memset(order.signature + 32u * part, 0, 32);
		refused_order(SECURE_E_ORDER, &order);
		order = new_order(SECURE_WIPE, NULL, "owner0");
		memset(order.signature + 32u * part, 0xFF, 32);
		refused_order(SECURE_E_ORDER, &order);
	}
	order = new_order(SECURE_WIPE, NULL, "owner1");
	refused_order(SECURE_E_ORDER, &order);
	order = new_order(SECURE_WIPE, NULL, "owner1");
	memcpy(order.key, piece("owner0.pub").bytes, 65);
	refused_order(SECURE_E_ORDER, &order);
	order = new_order(SECURE_WIPE, NULL, "owner0");
	order.key[0] = 2;
	refused_order(SECURE_E_ORDER, &order);
	order = new_order(SECURE_WIPE, NULL, "owner0");
	order.number = SECURE_DECOMMISSION;
	refused_order(SECURE_E_ORDER, &order);
	order = new_order(SECURE_WIPE, NULL, "owner0");
	order.device_id[3] ^= 1;
	sign_order(&order);
	refused_order(SECURE_E_ORDER, &order);
	order = new_order(SECURE_WIPE, NULL, "owner0");
	order.challenge[3] ^= 1;
	sign_order(&order);
	refused_order(SECURE_E_ORDER, &order);
	/* An older challenge is none once there is a newer one. */
	const struct order older = new_order(SECURE_WIPE, NULL, "owner0");
	order = new_order(SECURE_WIPE, NULL, "owner0");
	refused_order(SECURE_E_ORDER, &older);
	refused_order(SECURE_E_ORDER, &order);

	/* Numbers that are none, and arguments where none belongs, or the other way round. */
	const uint32_t numbers[] = { 0, 6, 0x103 };
	for (size_t i = 0; i < 3; i++) {
		order = new_order(SECURE_WIPE, NULL, "owner0");
		order.number = numbers[i];
		sign_order(&order);
		refused_order(SECURE_E_CALL, &order);
	}
	order = new_order(SECURE_WIPE, "owner1.hash", "owner0");
	refused_order(SECURE_E_CALL, &order);
	order = new_order(SECURE_TRANSFER, NULL, "owner0");
	refused_order(SECURE_E_CALL, &order);
	order = new_order(SECURE_WIPE, NULL, "owner0");
	CHECK(give_order(&order) == SECURE_OK);

	/* A challenge lasts until reset, and a device without entropy has none, not even the last one. */
	order = new_order(SECURE_WIPE, NULL, "owner0");
	start_service();
	refused_order(SECURE_E_ORDER, &order);
	order = new_order(SECURE_WIPE, NULL, "owner0");
	has_entropy = false;
	uint8_t none[16];
	CHECK(get(SECURE_CHALLENGE, none, 16) == SECURE_E_ENTROPY);
	has_entropy = true;
	refused_order(SECURE_E_ORDER, &order);
	/* In a service start too. */
	CHECK(obey(SECURE_WIPE, NULL, "owner0") == SECURE_OK);
	start_app();
	CHECK(record_now().epoch == 3);
	/* Nobody gives orders to a device that has no owner, which cannot be. */
	memset(window + OTP_OFFSET + FUSES_OWNER0_SET, 0, 4);
	order = new_order(SECURE_WIPE, NULL, "owner0");
	refused_order(SECURE_E_STATE, &order);
}

/** Numbers of a signature that begin with zeros, or with a one: each form of a DER integer. */
static void test_signatures(void)
{
	uint32_t seen = 0;
	secured();
	for (uint32_t i = 0; i < 20000 && seen != 15; i++) {
		const struct order order = new_order(SECURE_WIPE, NULL, "owner0");
		const uint32_t kind = (order.signature[0] == 0 ? 1u : 0u) | (order.signature[32] == 0 ? 2u : 0u) |
			(order.signature[0] >= 0x80 ? 4u : 0u) | (order.signature[32] >= 0x80 ? 8u : 0u);
		if ((kind & ~seen) == 0)
			continue;
		seen |= kind;
		CHECK(give_order(&order) == SECURE_OK);
	}
	CHECK(seen == 15);
}

static void test_debug(void)
{
	uint8_t signing[65], again[65];
	uint32_t key;
	secured();
	public_key(SECURE_SIGNING, signing);
	remember();
	CHECK(obey(SECURE_LEAVE_DEBUG, NULL, "owner0") == SECURE_E_STATE && is_unchanged());
	for (uint32_t i = 0; i < 32; i++) {
		CHECK(obey(SECURE_ENTER_DEBUG, NULL, "owner0") == SECURE_OK);
		start_app();
		CHECK(record_now().lifecycle == LIFECYCLE_DEBUG && identity(SECURE_SIGNING, &key) == SECURE_E_IDENTITY && key == 0);
		CHECK(identity(SECURE_AGREEMENT, &key) == SECURE_E_IDENTITY);
		remember();
		CHECK(obey(SECURE_ENTER_DEBUG, NULL, "owner0") == SECURE_E_STATE && is_unchanged());
		CHECK(obey(SECURE_LEAVE_DEBUG, NULL, "owner0") == SECURE_OK);
		start_app();
		public_key(SECURE_SIGNING, again);
		CHECK(record_now().lifecycle == LIFECYCLE_SECURED && memcmp(signing, again, 65) == 0);
	}
	/* The counter is full, and the device is not in debug. */
	remember();
	CHECK(obey(SECURE_ENTER_DEBUG, NULL, "owner0") == SECURE_E_OTP && is_unchanged());
}

static void test_transfer(void)
{
	uint8_t last[65], now[65];
	char hash[16], owner[16], former[16];
	secured();
	public_key(SECURE_AGREEMENT, last);
	for (uint32_t i = 1; i < 4; i++) {
		snprintf(former, sizeof former, "owner%u", (unsigned)i - 1);
		snprintf(owner, sizeof owner, "owner%u", (unsigned)i);
		snprintf(hash, sizeof hash, "owner%u.hash", (unsigned)i);
		CHECK(obey(SECURE_TRANSFER, hash, former) == SECURE_OK);
		CHECK(memcmp(status_now().owner, piece(hash).bytes, 32) == 0);
		start_app();
		CHECK(record_now().epoch == i && status_now().owner_count == i + 1);
		public_key(SECURE_AGREEMENT, now);
		CHECK(memcmp(last, now, 65) != 0);
		memcpy(last, now, 65);
		remember();
		CHECK(obey(SECURE_WIPE, NULL, former) == SECURE_E_ORDER && is_unchanged());
	}
	remember();
	CHECK(obey(SECURE_TRANSFER, "owner4.hash", "owner3") == SECURE_E_STATE && is_unchanged());
	/* A place that a cut has left half written takes the same hash, and no other. */
	secured();
	memcpy(window + OTP_OFFSET + FUSES_OWNERS_OFFSET + 32, piece("owner1.hash").bytes, 16);
	remember();
	CHECK(obey(SECURE_TRANSFER, "owner2.hash", "owner0") == SECURE_E_OTP && is_unchanged());
	CHECK(obey(SECURE_TRANSFER, "owner1.hash", "owner0") == SECURE_OK);
}

static void test_wipe(void)
{
	uint8_t before_wipe[65], after[65], id[16];
	secured();
	public_key(SECURE_SIGNING, before_wipe);
	memcpy(id, record_now().device_id, 16);
	CHECK(obey(SECURE_WIPE, NULL, "owner0") == SECURE_OK);
	start_app();
	public_key(SECURE_SIGNING, after);
	CHECK(record_now().epoch == 1 && memcmp(before_wipe, after, 65) != 0 && memcmp(id, record_now().device_id, 16) == 0);
	memset(window + OTP_OFFSET + FUSES_WIPE, 0xFF, 8);
	start_app();
	remember();
	CHECK(obey(SECURE_WIPE, NULL, "owner0") == SECURE_E_OTP && is_unchanged());
}

static void test_decommission(void)
{
	uint32_t key;
	secured();
	CHECK(obey(SECURE_DECOMMISSION, NULL, "owner0") == SECURE_OK);
	start_app();
	CHECK(handed.start == BOOT_START_SERVICE && handed.has_cdis == 0);
	CHECK(record_now().lifecycle == LIFECYCLE_DECOMMISSIONED && record_now().device_id[0] == 0);
	for (uint32_t i = 0; i < FUSES_UDS_SIZE; i++)
		CHECK(window[OTP_OFFSET + FUSES_UDS_OFFSET + i] == 0xFF);
	CHECK(identity(SECURE_SIGNING, &key) == SECURE_E_IDENTITY);
	remember();
	CHECK(get(SECURE_CHALLENGE, before, 16) == SECURE_E_STATE);
}

#endif
