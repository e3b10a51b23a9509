/* SPDX-License-Identifier: Apache-2.0 */
/** The gate itself: vectors, lifecycles and starts, and what it tells. */
#ifndef THIMBLE_TEST_SECURE_GATE_TESTS_H
#define THIMBLE_TEST_SECURE_GATE_TESTS_H

#include "secure-owner.h"
#include "secure-unchanged.h"

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
	{ SECURE_ATTEST, 31, 0, 2, sizeof(struct secure_token), { 4, 32 }, { 4, 64 } },
	{ SECURE_ATTESTATION_KEY, 31, 0, 0, 65, { 0 }, { 0 } },
	{ SECURE_SEAL_KEY, 31, 0, 0, 8, { 0 }, { 0 } },
	{ SECURE_COUNTER_READ, 31, 0, 0, 4, { 0 }, { 0 } },
	{ SECURE_COUNTER_RAISE, 31, 0, 1, 0, { 4 }, { 4 } },
	{ SECURE_WIPE_SEALED, 31, 0, 0, 0, { 0 }, { 0 } },
};
#define KNOWN (sizeof known / sizeof *known)

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
	/* Vectors that are not there. */
	const struct secure_in no_data = { NULL, 1 };
	const struct secure_out nowhere = { NULL, SECURE_CHALLENGE_SIZE };
	CHECK(secure_call(SECURE_INSTALL_TRUST, NULL, 1, NULL, 0) == SECURE_E_CALL);
	CHECK(secure_call(SECURE_INSTALL_TRUST, &no_data, 1, NULL, 0) == SECURE_E_CALL);
	CHECK(secure_call(SECURE_CHALLENGE, NULL, 0, NULL, 1) == SECURE_E_CALL);
	CHECK(secure_call(SECURE_CHALLENGE, NULL, 0, &nowhere, 1) == SECURE_E_CALL);
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
				else if (one->service == SECURE_ATTEST)
					CHECK(status == SECURE_E_CALL); /* profile 0 */
				else if (one->service == SECURE_ATTESTATION_KEY)
					CHECK(status == (stage == 0 || stage == 4 ? SECURE_E_ATTESTATION : SECURE_OK));
				else if (one->service >= SECURE_SEAL_KEY && (stage >= 3 || (stage == 2 && is_service)))
					CHECK(status == SECURE_E_SEALED);
				else if (one->service == SECURE_WIPE_SEALED && stage == 0)
					CHECK(status == SECURE_E_STATE && is_unchanged());
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
	/* What its services need of the start, and nobody is told here. */
	CHECK(secure_start.attestation == BOOT_ATTESTATION_IAK && secure_start.boot.version == 7 && secure_start.boot.digest[0] == 8);
	CHECK(memcmp(secure_start.trust_root, piece("root0.hash").bytes, 32) == 0);
	const uint8_t none[DICE_CDI_SIZE] = { 0 };
	CHECK(memcmp(secure_start.attestation_seed, handed.attestation_seed, sizeof none) == 0);
	CHECK(memcmp(secure_start.attestation_seed, none, sizeof none) != 0);
	const struct secure_status_now now = status_now();
	CHECK(now.lifecycle == LIFECYCLE_SECURED && now.has_secret == 1 && now.has_roots == 1 && now.owner_count == 1);
	CHECK(now.firmware == 3 && now.app == 3);
	CHECK(memcmp(now.owner, piece("owner0.hash").bytes, 32) == 0);
	flashed();
	start_service();
	CHECK(secure_start.attestation == BOOT_ATTESTATION_NONE && memcmp(secure_start.attestation_seed, none, sizeof none) == 0);
	const struct secure_status_now fresh = status_now();
	CHECK(fresh.lifecycle == LIFECYCLE_ASSEMBLY && fresh.has_secret == 0 && fresh.has_roots == 0 && fresh.owner_count == 0);
}

static uint32_t random_state = 0x2545F491u;

static uint32_t random_below(uint32_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state % limit;
}

/** One call, mostly with the vectors that the service has, filled at random; some words are such as have a meaning. */
static uint32_t call_at_random(const struct known *one)
{
	static uint8_t bytes[5][1200], result[2048];
	struct secure_in in[5];
	const uint32_t counts = random_below(16) == 0 ? random_below(6) : one->in_count;
	for (uint32_t i = 0; i < counts; i++) {
		const uint32_t range = i < 4 ? one->most[i] - one->least[i] + 1 : 1;
		uint32_t size = (i < 4 ? one->least[i] : 0) + random_below(range);
		if (random_below(16) == 0)
			size = random_below(sizeof bytes[i]);
		for (uint32_t at = 0; at < size; at++)
			bytes[i][at] = (uint8_t)random_below(256);
		if (size >= 4 && random_below(2) == 0)
			memcpy(bytes[i], &(uint32_t){ random_below(8) }, 4);
		if (size == 65 && random_below(2) == 0)
			memcpy(bytes[i], piece("owner0.pub").bytes, 65);
		if (size == 32 && random_below(2) == 0)
			memcpy(bytes[i], piece("root0.hash").bytes, 32);
		in[i] = (struct secure_in){ random_below(64) == 0 ? NULL : bytes[i], size };
	}
	const struct secure_out out = { result, random_below(16) == 0 ? random_below(sizeof result) : one->out_size };
	const uint32_t outs = random_below(16) == 0 ? random_below(2) : one->out_size != 0;
	return secure_call(random_below(64) == 0 ? random_below(16) : one->service, in, counts, &out, outs);
}

static __attribute__((noinline)) int stop_of_random(const struct known *one, volatile uint32_t *status)
{
	return STOP_OF(*status = call_at_random(one));
}

/** Whatever is called, and with what: a failure has the bit that all have, and has changed nothing. */
static void test_random(void)
{
	void (*const stages[])(void) = { flashed, with_secret, with_roots, secured, in_debug, decommissioned };
	for (volatile uint32_t stage = 0; stage < 6; stage++) {
		stages[stage]();
		CHECK(start_cut(stage < 3, 0, 0) == BOOT_OK);
		remember();
		for (volatile uint32_t i = 0; i < 4000; i++) {
			volatile uint32_t status = 0;
			const struct known *volatile one = &known[random_below(KNOWN)];
			if (stop_of_random(one, &status) != 0)
				continue;
			CHECK(status == SECURE_OK || (status & 0x20000000u) != 0);
			CHECK(status == SECURE_OK || is_unchanged());
			if (one->service == SECURE_WIPE_SEALED && status == SECURE_OK)
				CHECK(start_cut(stage < 3, 0, 0) == BOOT_OK);
			remember();
		}
	}
}

#endif
