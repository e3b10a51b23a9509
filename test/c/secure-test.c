/* SPDX-License-Identifier: Apache-2.0 */
/** Tests of the call gate and the services behind it, run by test/boot/secure-c.test.ts: TEST FILE. */
#include "secure-device.h"

static void decommissioned(void)
{
	secured();
	CHECK(obey(SECURE_DECOMMISSION, NULL, "owner0") == SECURE_OK);
	start_service();
}

/** What the gate's table must say, written down once more. */
struct known {
	uint32_t service;
	uint32_t when; /* bit by stage: assembly, provisioning, secured, debug, decommissioned */
	uint32_t service_start;
	uint32_t in_count, out_size;
	uint32_t least[4], most[4];
};

static const struct known known[] = {
	{ SECURE_RECORD, 31, 0, 0, sizeof(struct secure_record), { 0 }, { 0 } },
	{ SECURE_STATUS, 31, 0, 0, sizeof(struct secure_status_now), { 0 }, { 0 } },
	{ SECURE_MAKE_SECRET, 3, 1, 0, 0, { 0 }, { 0 } },
	{ SECURE_SET_ROOTS, 2, 1, 2, 0, { 32, 32 }, { 32, 32 } },
	{ SECURE_SET_OWNER, 2, 1, 1, 0, { 32 }, { 32 } },
	{ SECURE_SECURE, 2, 1, 0, 0, { 0 }, { 0 } },
	{ SECURE_INSTALL_TRUST, 14, 0, 1, 0, { 1 }, { 1024 } },
	{ SECURE_CHALLENGE, 12, 0, 0, 16, { 0 }, { 0 } },
	{ SECURE_ORDER, 12, 0, 4, 0, { 4, 0, 65, 64 }, { 4, 32, 65, 64 } },
	{ SECURE_CONFIRM, 15, 0, 0, 0, { 0 }, { 0 } },
	{ SECURE_IDENTITY, 31, 0, 1, 4, { 4 }, { 4 } },
	{ SECURE_RESTART, 31, 0, 0, 0, { 0 }, { 0 } },
};
#define KNOWN (sizeof known / sizeof *known)

static uint8_t before[OTP_SIZE];
static uint8_t trust_before[FLASH_TRUST_SIZE + FLASH_BOOT_SIZE];

static void remember(void)
{
	memcpy(before, window + OTP_OFFSET, sizeof before);
	memcpy(trust_before, window + FLASH_OFFSET + FLASH_TRUST_OFFSET, sizeof trust_before);
}

static bool is_unchanged(void)
{
	return memcmp(before, window + OTP_OFFSET, sizeof before) == 0 &&
		memcmp(trust_before, window + FLASH_OFFSET + FLASH_TRUST_OFFSET, sizeof trust_before) == 0;
}

/** Calls with vectors of these sizes; each has as many bytes as it says. */
static uint32_t call_sized(uint32_t service, const uint32_t *sizes, size_t in_count, size_t out_size, size_t out_count)
{
	struct secure_in in[5];
	struct secure_out out[2];
	uint32_t status;
	for (size_t i = 0; i < in_count; i++)
		in[i] = (struct secure_in){ calloc(1, sizes[i] + 1u), sizes[i] };
	for (size_t i = 0; i < out_count; i++)
		out[i] = (struct secure_out){ calloc(1, out_size + 1u), out_size };
	status = secure_call(service, in_count == 0 ? NULL : in, in_count, out_count == 0 ? NULL : out, out_count);
	for (size_t i = 0; i < in_count; i++)
		free((void *)(uintptr_t)in[i].data);
	for (size_t i = 0; i < out_count; i++) {
		const uint8_t *bytes = out[i].data;
		for (size_t at = 0; status != SECURE_OK && at < out_size; at++)
			CHECK(bytes[at] == 0);
		free(out[i].data);
	}
	return status;
}

static void test_gate(void)
{
	const uint32_t unknown[] = { 0, SECURE_SERVICES_END, 0x80000001u, 0xFFFFFFFFu };
	secured();
	remember();
	for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
		CHECK(call0(unknown[i]) == SECURE_E_CALL);
	for (size_t i = 0; i < KNOWN; i++) {
		const struct known *one = &known[i];
		const uint32_t outs = one->out_size != 0;
		uint32_t sizes[5] = { 0 };
		memcpy(sizes, one->least, sizeof one->least);
		sizes[4] = 32;
		for (uint32_t count = 0; count <= 5; count++) {
			if (count != one->in_count)
				CHECK(call_sized(one->service, sizes, count, one->out_size, outs) == SECURE_E_CALL);
		}
		for (uint32_t count = 0; count <= 2; count++) {
			if (count != outs)
				CHECK(call_sized(one->service, sizes, one->in_count, one->out_size, count) == SECURE_E_CALL);
		}
		for (uint32_t vector = 0; vector < one->in_count; vector++) {
			memcpy(sizes, one->least, sizeof one->least);
			sizes[vector] = one->most[vector] + 1;
			CHECK(call_sized(one->service, sizes, one->in_count, one->out_size, outs) == SECURE_E_CALL);
			sizes[vector] = one->least[vector] - 1;
			if (one->least[vector] != 0)
				CHECK(call_sized(one->service, sizes, one->in_count, one->out_size, outs) == SECURE_E_CALL);
		}
		memcpy(sizes, one->least, sizeof one->least);
		if (outs != 0) {
			CHECK(call_sized(one->service, sizes, one->in_count, one->out_size - 1, 1) == SECURE_E_CALL);
			CHECK(call_sized(one->service, sizes, one->in_count, one->out_size + 1, 1) == SECURE_E_CALL);
			CHECK(call_sized(one->service, sizes, one->in_count, 0, 1) == SECURE_E_CALL);
		}
	}
	CHECK(is_unchanged() && operation_count() == 0);
}

static __attribute__((noinline)) int stop_of(const struct known *one, volatile uint32_t *status)
{
	return STOP_OF(*status = call_sized(one->service, one->least, one->in_count, one->out_size, one->out_size != 0));
}

/** Each service in each lifecycle, in an app's start and in a service start: a call of the right form gets past the gate or not. */
static void test_states(void)
{
	void (*const stages[])(void) = { flashed, with_owner, secured, in_debug, decommissioned };
	for (uint32_t stage = 0; stage < 5; stage++) {
		for (uint32_t service_start = 0; service_start < 2; service_start++) {
			for (size_t i = 0; i < KNOWN; i++) {
				const struct known *one = &known[i];
				stages[stage]();
				CHECK(start_cut(service_start != 0, 0, 0) == BOOT_OK);
				const bool is_service = handed.start == BOOT_START_SERVICE;
				const bool may = (one->when >> stage & 1u) != 0 && (one->service_start == 0 || is_service);
				volatile uint32_t status = SECURE_OK;
				remember();
				const int stop = stop_of(one, &status);
				if (one->service == SECURE_RESTART) {
					CHECK(stop == STOPPED_RESET(RESET_SOFTWARE));
					continue;
				}
				CHECK(stop == 0);
				/* What the gate lets through may still be refused by its service: then for another reason, or once done. */
				if (!may)
					CHECK(status == SECURE_E_STATE && is_unchanged());
				else if (one->service == SECURE_ORDER)
					CHECK(status == SECURE_E_CALL); /* number 0 */
				else if (one->service == SECURE_IDENTITY)
					CHECK(status == SECURE_E_CALL); /* key 0 */
				else if (one->service == SECURE_INSTALL_TRUST)
					CHECK(status == IMAGE_E_SIZE);
				else if (stage == 1 && one->service_start != 0 && one->service != SECURE_SECURE)
					CHECK(status == SECURE_E_STATE); /* done already */
				else
					CHECK(status == SECURE_OK);
			}
		}
	}
}

/** Without boot: the record says so, and whatever needs a secret or a service start is refused. */
static void test_direct(void)
{
	uint32_t key;
	secured();
	secure_begin(NULL);
	const struct secure_record record = record_now();
	CHECK(record.lifecycle == LIFECYCLE_ASSEMBLY && record.start == BOOT_START_APP && record.is_booted == 0);
	for (uint32_t i = 0; i < sizeof record.device_id; i++)
		CHECK(record.device_id[i] == 0);
	CHECK(identity(SECURE_SIGNING, &key) == SECURE_E_IDENTITY);
	remember();
	const struct order order = new_order(SECURE_WIPE, NULL, "owner0");
	CHECK(give_order(&order) == SECURE_E_STATE);
	CHECK(call1(SECURE_INSTALL_TRUST, piece("trust2").bytes, piece("trust2").size) == SECURE_E_STATE);
	CHECK(call0(SECURE_CONFIRM) == SECURE_OK);
	flashed();
	secure_begin(NULL);
	CHECK(call0(SECURE_MAKE_SECRET) == SECURE_E_STATE);
	/* A structure that is none of boot's, or of another version, is not taken either. */
	struct hand_over odd = { .magic = HAND_OVER_MAGIC, .version = HAND_OVER_VERSION + 1, .start = BOOT_START_SERVICE };
	secure_begin(&odd);
	CHECK(record_now().start == BOOT_START_APP);
	odd = (struct hand_over){ .magic = 1, .version = HAND_OVER_VERSION, .start = BOOT_START_SERVICE };
	secure_begin(&odd);
	CHECK(record_now().start == BOOT_START_APP);
}

static void test_record(void)
{
	secured();
	const struct secure_record record = record_now();
	CHECK(record.lifecycle == LIFECYCLE_SECURED && record.start == BOOT_START_APP && record.slots == SLOTS_CONFIRMED);
	CHECK(record.trust_version == 1 && record.epoch == 0 && record.is_booted == 1);
	CHECK(memcmp(&record.firmware, &handed.firmware, sizeof record.firmware) == 0 && record.firmware.counter == 3);
	CHECK(memcmp(&record.app, &handed.app, sizeof record.app) == 0 && record.app.counter == 3);
	CHECK(memcmp(record.device_id, handed.device_id, sizeof record.device_id) == 0);
	const struct secure_status_now now = status_now();
	CHECK(now.lifecycle == LIFECYCLE_SECURED && now.has_secret == 1 && now.has_roots == 1 && now.owner_count == 1);
	CHECK(now.firmware == 3 && now.app == 3);
	CHECK(memcmp(now.owner, piece("owner0.hash").bytes, 32) == 0);
	flashed();
	start_service();
	const struct secure_status_now fresh = status_now();
	CHECK(fresh.lifecycle == LIFECYCLE_ASSEMBLY && fresh.has_secret == 0 && fresh.has_roots == 0 && fresh.owner_count == 0);
}

static void test_secret(void)
{
	uint8_t uds[32], zero[32] = { 0 };
	flashed();
	start_service();
	has_entropy = false;
	remember();
	CHECK(call0(SECURE_MAKE_SECRET) == SECURE_E_ENTROPY && is_unchanged() && operation_count() == 0);
	has_entropy = true;
	CHECK(call0(SECURE_MAKE_SECRET) == SECURE_OK);
	/* Hidden at once, and not made again. */
	CHECK(otp_read(FUSES_UDS_OFFSET, uds, sizeof uds) == OTP_ERROR_HIDDEN);
	memcpy(uds, window + OTP_OFFSET + FUSES_UDS_OFFSET, sizeof uds);
	CHECK(memcmp(uds, zero, sizeof uds) != 0);
	remember();
	CHECK(call0(SECURE_MAKE_SECRET) == SECURE_E_STATE && is_unchanged());
	start_service();
	CHECK(call0(SECURE_MAKE_SECRET) == SECURE_E_STATE && is_unchanged());
	CHECK(status_now().lifecycle == LIFECYCLE_PROVISIONING && status_now().has_secret == 1);
}

static void refused_roots(uint32_t status, const char *first, const char *second)
{
	remember();
	CHECK(set_roots(first, second) == status && is_unchanged() && operation_count() == 0);
	CHECK(status_now().has_roots == 0);
}

static void test_roots(void)
{
	const uint8_t other[4] = { 0xFF, 0xFF, 0xFF, 0xFF };
	with_secret();
	refused_roots(IMAGE_E_KEY, "stranger.hash", "root1.hash");
	lay(FLASH_TRUST_OFFSET, FLASH_SECTOR_SIZE, NULL);
	refused_roots(IMAGE_E_HEADER, "root0.hash", "root1.hash");
	lay(FLASH_TRUST_OFFSET + FLASH_SECTOR_SIZE, FLASH_SECTOR_SIZE, "trust2.stranger");
	refused_roots(IMAGE_E_KEY, "root0.hash", "root1.hash");
	lay(FLASH_TRUST_OFFSET + FLASH_SECTOR_SIZE, FLASH_SECTOR_SIZE, "trust1");
	lay(FLASH_FW0_OFFSET, FLASH_SECTOR_SIZE * 8u, "fw.stranger");
	refused_roots(IMAGE_E_KEY, "root0.hash", "root1.hash");
	lay(FLASH_FW0_OFFSET, FLASH_SECTOR_SIZE * 8u, "fw0");
	lay(FLASH_APP0_OFFSET, FLASH_SECTOR_SIZE * 8u, "app.abi");
	refused_roots(IMAGE_E_ABI, "root0.hash", "root1.hash");
	lay(FLASH_APP0_OFFSET, FLASH_SECTOR_SIZE * 8u, NULL);
	refused_roots(IMAGE_E_HEADER, "root0.hash", "root1.hash");
	lay(FLASH_APP0_OFFSET, FLASH_SECTOR_SIZE * 8u, "app0");
	/* The pair that is active counts, not slot 0. */
	const struct slots active = { SLOTS_CONFIRMED, 3, 3 };
	CHECK(slots_write(&active) == SLOTS_OK);
	start_service();
	refused_roots(IMAGE_E_HEADER, "root0.hash", "root1.hash");
	const struct slots first = { SLOTS_CONFIRMED, 0, 0 };
	CHECK(slots_write(&first) == SLOTS_OK);
	start_service();
	CHECK(set_roots("root0.hash", "root1.hash") == SECURE_OK && status_now().has_roots == 1);
	remember();
	CHECK(set_roots("root0.hash", "root1.hash") == SECURE_E_STATE && is_unchanged());

	/* A bit that is there and is not asked for. */
	with_secret();
	CHECK(otp_program(FUSES_ROOTS_OFFSET + 4, other, 4) == OTP_OK);
	remember();
	CHECK(set_roots("root0.hash", "root1.hash") == SECURE_E_OTP && is_unchanged());
}

static void test_owner(void)
{
	const uint8_t *hash = piece("owner0.hash").bytes;
	with_secret();
	remember();
	CHECK(call1(SECURE_SET_OWNER, hash, 32) == SECURE_E_STATE && is_unchanged()); /* no roots */
	CHECK(call0(SECURE_SECURE) == SECURE_E_STATE && is_unchanged());
	CHECK(set_roots("root0.hash", "root1.hash") == SECURE_OK);
	remember();
	CHECK(call0(SECURE_SECURE) == SECURE_E_STATE && is_unchanged()); /* no owner */
	CHECK(call1(SECURE_SET_OWNER, hash, 32) == SECURE_OK);
	CHECK(status_now().owner_count == 1 && memcmp(status_now().owner, hash, 32) == 0);
	remember();
	CHECK(call1(SECURE_SET_OWNER, hash, 32) == SECURE_E_STATE && is_unchanged());
	CHECK(call1(SECURE_SET_OWNER, piece("owner1.hash").bytes, 32) == SECURE_E_STATE && is_unchanged());
	CHECK(call0(SECURE_SECURE) == SECURE_OK && status_now().lifecycle == LIFECYCLE_SECURED);
	remember();
	CHECK(call0(SECURE_SECURE) == SECURE_E_STATE && is_unchanged());

	/* Roots and owner, but no secret: the word of it is what counts. */
	with_owner();
	memset(window + OTP_OFFSET + FUSES_UDS_MADE, 0, 4);
	remember();
	CHECK(call0(SECURE_SECURE) == SECURE_E_STATE && is_unchanged());
	/* An owner, but no roots. */
	with_owner();
	memset(window + OTP_OFFSET + FUSES_ROOTS_SET, 0, 4);
	remember();
	CHECK(call0(SECURE_SECURE) == SECURE_E_STATE && is_unchanged());
}

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

/** A trial of firmware and app of slot 1. */
static void on_trial(void)
{
	const struct slots pending = { SLOTS_PENDING, 3, 0 };
	lay(FLASH_FW1_OFFSET, FLASH_SECTOR_SIZE * 8u, "fw1");
	lay(FLASH_APP1_OFFSET, FLASH_SECTOR_SIZE * 8u, "app1");
	CHECK(slots_write(&pending) == SLOTS_OK);
	start_app();
	CHECK(record_now().slots == SLOTS_TRYING && record_now().firmware.slot == 1 && record_now().app.slot == 1);
}

static void test_confirm(void)
{
	struct slots slots;
	secured();
	remember();
	CHECK(call0(SECURE_CONFIRM) == SECURE_OK && is_unchanged() && operation_count() == 0);
	on_trial();
	CHECK(status_now().firmware == 3 && status_now().app == 3);
	CHECK(call0(SECURE_CONFIRM) == SECURE_OK);
	slots_read(&slots);
	CHECK(slots.state == SLOTS_CONFIRMED && slots.active == 3);
	CHECK(status_now().firmware == 5 && status_now().app == 6);
	remember();
	CHECK(call0(SECURE_CONFIRM) == SECURE_OK && is_unchanged());
	start_app();
	CHECK(record_now().slots == SLOTS_CONFIRMED && record_now().app.slot == 1);

	/* Not confirmed, it is reverted; and nothing confirms what was reverted. */
	secured();
	on_trial();
	start_app();
	CHECK(record_now().slots == SLOTS_REVERTED && record_now().app.slot == 0);
	remember();
	CHECK(call0(SECURE_CONFIRM) == SECURE_OK && is_unchanged() && status_now().app == 3);

	/* Without root keys a trial can be confirmed, and OTP stays as new. */
	flashed();
	start_app();
	on_trial();
	CHECK(call0(SECURE_CONFIRM) == SECURE_OK && status_now().lifecycle == LIFECYCLE_ASSEMBLY);
	start_app();
	CHECK(record_now().slots == SLOTS_CONFIRMED && record_now().app.slot == 1 && status_now().lifecycle == LIFECYCLE_ASSEMBLY);
}

static uint32_t install(const char *name)
{
	return call1(SECURE_INSTALL_TRUST, piece(name).bytes, piece(name).size);
}

static void refused_trust(uint32_t status, const char *name)
{
	remember();
	const uint32_t got = install(name);
	if (got != status)
		fprintf(stderr, "%s: %08x\n", name, (unsigned)got);
	CHECK(got == status && is_unchanged());
}

static void test_trust(void)
{
	uint8_t damaged[1024];
	secured();
	refused_trust(IMAGE_E_COUNTER, "trust1");
	refused_trust(IMAGE_E_KEY, "trust2.stranger");
	refused_trust(IMAGE_E_KEY, "trust3.second");
	refused_trust(IMAGE_E_KEY, "trust3.role");
	refused_trust(IMAGE_E_TLV_UNKNOWN, "app0");
	for (uint32_t bit = 0; bit < 8u * piece("trust2").size; bit += 131) {
		memcpy(damaged, piece("trust2").bytes, piece("trust2").size);
		damaged[bit / 8u] ^= (uint8_t)(1u << (bit % 8u));
		remember();
		CHECK(call1(SECURE_INSTALL_TRUST, damaged, piece("trust2").size) != SECURE_OK && is_unchanged());
	}
	for (uint32_t size = 1; size < piece("trust2").size; size += 17) {
		remember();
		CHECK(call1(SECURE_INSTALL_TRUST, piece("trust2").bytes, size) != SECURE_OK && is_unchanged());
	}
	CHECK(install("trust2") == SECURE_OK);
	CHECK(record_now().trust_version == 1); /* it counts from the next start */
	refused_trust(IMAGE_E_COUNTER, "trust2");
	start_app();
	CHECK(record_now().trust_version == 2 && refusals == 0);
	start_app();
	CHECK(record_now().trust_version == 2 && refusals == 1); /* OTP's counter is at 2: the old one is not believed any more */
	refused_trust(IMAGE_E_COUNTER, "trust1");
	/* Twice in one start: the sector that is in force stays each time. */
	CHECK(install("trust3.spare") == SECURE_OK && install("trust64") == SECURE_OK);
	start_app();
	CHECK(record_now().trust_version == 64);
	refused_trust(IMAGE_E_COUNTER, "trust64");

	/* Another root's record, after one that revokes that root. */
	secured();
	CHECK(install("trust2.revokes") == SECURE_OK);
	start_app();
	refused_trust(IMAGE_E_REVOKED, "trust3.spare");
	CHECK(install("trust3") == SECURE_OK);

	/* The app's signer is looked at like the firmware's; in a service start there is no app. */
	secured();
	lay(FLASH_APP0_OFFSET, FLASH_SECTOR_SIZE * 8u, "app.second");
	start_app();
	refused_trust(IMAGE_E_KEY, "trust3.image");
	refused_trust(IMAGE_E_KEY, "trust3.second");
	start_service();
	CHECK(install("trust3.image") == SECURE_OK);

	/* Not while something is on trial: what would come back may be signed by a key that is gone then. */
	secured();
	on_trial();
	refused_trust(SECURE_E_STATE, "trust2");
	CHECK(call0(SECURE_CONFIRM) == SECURE_OK && install("trust2") == SECURE_OK);

	/* Roots were set in this start: boot has believed none yet. */
	with_secret();
	CHECK(set_roots("root0.hash", "root1.hash") == SECURE_OK);
	refused_trust(SECURE_E_STATE, "trust2");

	/* Nothing in flash is in force any more. */
	secured();
	lay(FLASH_TRUST_OFFSET, FLASH_SECTOR_SIZE, NULL);
	refused_trust(IMAGE_E_HEADER, "trust2");
}

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
		.mode = DICE_MODE_NORMAL, .start = BOOT_START_APP, .has_cdis = IMAGE_SIGNED };
	struct hand_over odd = good;
	secure_begin(&odd);
	CHECK(identity(SECURE_SIGNING, &again) == SECURE_OK);
	odd.lifecycle = LIFECYCLE_DEBUG;
	secure_begin(&odd);
	CHECK(identity(SECURE_SIGNING, &again) == SECURE_E_IDENTITY);
	odd = good;
	odd.mode = DICE_MODE_DEBUG;
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
	uint8_t signing[65], agreement[65];
	const struct secure_record record = record_now();
	public_key(SECURE_SIGNING, signing);
	public_key(SECURE_AGREEMENT, agreement);
	printf("{\"lifecycle\":%u,\"epoch\":%u,", (unsigned)record.lifecycle, (unsigned)record.epoch);
	print_hex("uds", window + OTP_OFFSET + FUSES_UDS_OFFSET, FUSES_UDS_SIZE, ",");
	print_hex("roots", window + OTP_OFFSET + FUSES_ROOTS_OFFSET, 64, ",");
	print_hex("deviceId", record.device_id, sizeof record.device_id, ",");
	print_hex("signing", signing, sizeof signing, ",");
	print_hex("agreement", agreement, sizeof agreement, has_more ? "},\n" : "}");
}

static void test_values(void)
{
	printf("{\"devices\":[");
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

static const struct test tests[] = {
	{ "gate", test_gate },
	{ "states", test_states },
	{ "direct", test_direct },
	{ "record", test_record },
	{ "secret", test_secret },
	{ "roots", test_roots },
	{ "owner", test_owner },
	{ "orders", test_orders },
	{ "signatures", test_signatures },
	{ "debug", test_debug },
	{ "transfer", test_transfer },
	{ "wipe", test_wipe },
	{ "decommission", test_decommission },
	{ "confirm", test_confirm },
	{ "trust", test_trust },
	{ "identity", test_identity },
	{ "values", test_values },
};

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	read_file(argv[2]);
	return run_test(tests, sizeof tests / sizeof *tests, 2, argv);
}
