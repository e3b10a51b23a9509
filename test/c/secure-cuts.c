/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Power fails at each operation of each service that changes something, after each of its bytes: the next start finds the
 * old state or the new one, also when power fails in that start, and the same call again makes the new one. Run by test/boot/secure-cuts.test.ts: SCENARIO FILE.
 */
#include "secure-owner.h"
#include "secure-seal.h"

/** All that a device tells of itself after a start. */
struct state {
	struct secure_status_now now;
	uint32_t start, slots, trust_version, epoch, firmware_slot, app_slot;
	uint8_t device_id[16];
	uint8_t signing[65]; /* zeros: no identity in this state */
	uint8_t sealed[32];  /* of the sealed store's key; zeros: there is none */
	uint32_t counter;    /* of the sealed store; 99: not to be had */
};

struct scenario {
	const char *name;
	void (*prepare)(void); /* up to before the start in which the call is made */
	uint32_t (*call)(void);
	bool service;  /* in a service start */
	bool repeats;  /* what did not happen happens when it is called again */
	bool begins;   /* there is a state between: provisioning without a secret */
};

static uint32_t make_secret(void)
{
	return call0(SECURE_MAKE_SECRET);
}

static uint32_t set_both_roots(void)
{
	return set_roots("root0.hash", "root1.hash");
}

static uint32_t set_owner(void)
{
	return call1(SECURE_SET_OWNER, piece("owner0.hash").bytes, 32);
}

static uint32_t secure(void)
{
	return call0(SECURE_SECURE);
}

static uint32_t confirm(void)
{
	return call0(SECURE_CONFIRM);
}

static uint32_t install(void)
{
	return call1(SECURE_INSTALL_TRUST, piece("trust2").bytes, piece("trust2").size);
}

static uint32_t install_spare(void)
{
	return call1(SECURE_INSTALL_TRUST, piece("trust3.spare").bytes, piece("trust3.spare").size);
}

static uint32_t enter_debug(void)
{
	return obey(SECURE_ENTER_DEBUG, NULL, "owner0");
}

static uint32_t leave_debug(void)
{
	return obey(SECURE_LEAVE_DEBUG, NULL, "owner0");
}

static uint32_t wipe(void)
{
	return obey(SECURE_WIPE, NULL, "owner0");
}

static uint32_t wipe_sealed(void)
{
	return call0(SECURE_WIPE_SEALED);
}

static uint32_t raise_far(void)
{
	return raise_counter(0x01020304u);
}

static uint32_t transfer(void)
{
	return obey(SECURE_TRANSFER, "owner1.hash", "owner0");
}

static uint32_t decommission(void)
{
	return obey(SECURE_DECOMMISSION, NULL, "owner0");
}

static void new_one(void)
{
	flashed();
	start_service();
}

static void on_trial(void)
{
	const struct slots pending = { SLOTS_PENDING, 3, 0 };
	secured();
	lay(FLASH_FW1_OFFSET, FLASH_SECTOR_SIZE * 8u, "fw1");
	lay(FLASH_APP1_OFFSET, FLASH_SECTOR_SIZE * 8u, "app1");
	CHECK(slots_write(&pending) == SLOTS_OK);
}

/** Both sectors hold a record: what is replaced is the older one. */
static void with_two_records(void)
{
	secured();
	CHECK(install() == SECURE_OK);
	start_app();
}

/* In the order of a device's life. */
static const struct scenario scenarios[] = {
	{ "make-secret", new_one, make_secret, true, true, true },
	{ "set-roots", with_secret, set_both_roots, true, true, false },
	{ "set-owner", with_roots, set_owner, true, true, false },
	{ "secure", with_owner, secure, true, true, false },
	{ "enter-debug", secured, enter_debug, false, true, false },
	{ "leave-debug", in_debug, leave_debug, false, true, false },
	{ "wipe", secured, wipe, false, true, false },
	{ "wipe-sealed", secured, wipe_sealed, false, true, false },
	{ "raise-counter", secured, raise_far, false, true, false },
	{ "transfer", secured, transfer, false, true, false },
	{ "decommission", secured, decommission, false, true, false },
	{ "confirm", on_trial, confirm, false, false, false },
	{ "install-trust", secured, install, false, true, false },
	{ "replace-trust", with_two_records, install_spare, false, true, false },
};

static struct state state_after(bool service)
{
	struct state state = { 0 };
	uint32_t key;
	CHECK(start_cut(service, 0, 0) == BOOT_OK);
	const struct secure_record record = record_now();
	state.now = status_now();
	state.start = record.start;
	state.slots = record.slots;
	state.trust_version = record.trust_version;
	state.epoch = record.epoch;
	state.firmware_slot = record.firmware.slot;
	state.app_slot = record.app.slot;
	memcpy(state.device_id, record.device_id, sizeof state.device_id);
	if (identity(SECURE_SIGNING, &key) == SECURE_OK)
		public_key(SECURE_SIGNING, state.signing);
	(void)expand_seal(state.sealed);
	(void)read_counter(&state.counter);
	return state;
}

static bool is_same(const struct state *a, const struct state *b)
{
	return memcmp(a, b, sizeof *a) == 0;
}

static uint8_t snapshot[sizeof window];

static __attribute__((noinline)) int stop_of(const struct scenario *scenario, uint32_t operation, uint32_t bytes)
{
	memcpy(window, snapshot, sizeof window);
	CHECK(start_cut(scenario->service, operation, bytes) == BOOT_OK);
	return STOP_OF(scenario->call());
}

static struct state check_state(const struct scenario *scenario, const struct state *old, const struct state *new)
{
	const struct state found = state_after(scenario->service);
	const bool has_begun = scenario->begins && found.now.lifecycle == LIFECYCLE_PROVISIONING && found.now.has_secret == 0;
	uint32_t empty = 0;
	for (uint32_t i = 0; i < FUSES_UDS_SIZE; i++)
		empty += window[OTP_OFFSET + FUSES_UDS_OFFSET + i] == 0;
	CHECK(is_same(&found, old) || is_same(&found, new) || has_begun);
	CHECK(found.now.has_secret == 0 || empty <= 2); /* a secret that counts is whole */
	return found;
}

/** Boot finishes what was cut, and power fails in that. */
static __attribute__((noinline)) int stop_of_boot(bool service, uint32_t operation)
{
	struct hand_over given;
	start(operation, 0xFFFFFFFFu);
	return STOP_OF(boot_prepare(service, &given));
}

static uint32_t check_cut(const struct scenario *scenario, const struct state *old, const struct state *new, uint32_t operation, uint32_t bytes)
{
	static uint8_t after_cut[sizeof window];
	uint32_t count = 1;
	CHECK(stop_of(scenario, operation, bytes) == STOPPED_POWER_CUT);
	memcpy(after_cut, window, sizeof after_cut);
	while (stop_of_boot(scenario->service, count) == STOPPED_POWER_CUT) {
		(void)check_state(scenario, old, new);
		memcpy(window, after_cut, sizeof window);
		count++;
	}
	memcpy(window, after_cut, sizeof window);
	const struct state found = check_state(scenario, old, new);
	if (is_same(&found, new))
		return count;
	const uint32_t again = scenario->call();
	CHECK(again == SECURE_OK);
	const struct state last = check_state(scenario, old, new);
	CHECK(is_same(&last, scenario->repeats ? new : old));
	return count;
}

/** Each byte of a small operation; of a larger one both ends and the quarters. */
static uint32_t next_length(uint32_t bytes, uint32_t length)
{
	const uint32_t stops[] = { 1, length / 4, length / 2, length / 4 * 3, length - 1, length };
	if (length <= 64)
		return bytes + 1;
	for (size_t i = 0; i < sizeof stops / sizeof *stops; i++) {
		if (stops[i] > bytes)
			return stops[i];
	}
	return length + 1;
}

/** @return how many cuts. */
static uint32_t cut_all(const struct scenario *scenario)
{
	uint32_t operation_lengths[LENGTHS_MAX], count = 0;
	scenario->prepare();
	memcpy(snapshot, window, sizeof snapshot);
	CHECK(start_cut(scenario->service, 0, 0) == BOOT_OK);
	const struct state old = state_after(scenario->service);
	CHECK(stop_of(scenario, 0, 0) == 0);
	const uint32_t operations = length_count;
	CHECK(operations >= 1 && operations <= LENGTHS_MAX);
	memcpy(operation_lengths, lengths, sizeof lengths);
	const struct state new = state_after(scenario->service);
	CHECK(!is_same(&old, &new));
	for (uint32_t i = 0; i < operations; i++) {
		for (uint32_t bytes = 0; bytes <= operation_lengths[i]; bytes = next_length(bytes, operation_lengths[i])) {
			count += check_cut(scenario, &old, &new, i + 1, bytes);
		}
	}
	return count;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	read_file(argv[2]);
	for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
		if (strcmp(argv[1], scenarios[i].name) != 0)
			continue;
		printf("%u\n", (unsigned)cut_all(&scenarios[i]));
		return 0;
	}
	fprintf(stderr, "no such scenario\n");
	return 2;
}
