/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Runs a file of flows (each: its size, then its steps) and says in one line of JSON which failed. With the word "cuts", it
 * runs one flow of three parts instead, what was before, what power fails in, and what comes after it: it cuts power in every
 * operation of the second part, after each number of bytes, then in every operation of the start that follows.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flow-host.h"
#include "fuses.h"
#include "skip.h"

#define FAILURES_MAX 20u
#define OUTCOMES_MAX 64u
/* Of an operation that is longer, a second cut only follows every so-manyth first one, and is at its ends and its middle. */
#define LONG_OPERATION 64u

/* A verification is nearly all of a start's time, and the same ones come again at each cut. */
void *skip_products_memory(void)
{
	static _Alignas(8) uint8_t memory[SKIP_PRODUCTS_SIZE];
	return memory;
}

static uint8_t *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	if (file == NULL || fseek(file, 0, SEEK_END) != 0)
		exit(2);
	*size = (size_t)ftell(file);
	uint8_t *bytes = malloc(*size + 1);
	rewind(file);
	if (bytes == NULL || fread(bytes, 1, *size, file) != *size)
		exit(2);
	fclose(file);
	return bytes;
}

static unsigned run_all(const uint8_t *bytes, size_t size)
{
	unsigned cases = 0, failures = 0;
	printf("{\"failures\":[");
	for (size_t at = 0; at + 4 <= size; cases++) {
		uint32_t length;
		memcpy(&length, bytes + at, 4);
		/* A block of exactly its size, so that a sanitizer sees a read past its end. */
		uint8_t *steps = malloc(length + 1u);
		size_t from = 0;
		if (steps == NULL || length > size - at - 4)
			exit(2);
		memcpy(steps, bytes + at + 4, length);
		flow_new();
		const struct flow_failure failed = flow_run(steps, length, &from);
		if (failed.field != FLOW_ANY && failures++ < FAILURES_MAX)
			printf("%s%u,%u,%u,%u", failures == 1 ? "" : ",", cases, (unsigned)failed.step, (unsigned)failed.field, (unsigned)failed.got);
		free(steps);
		at += 4 + length;
	}
	printf("],\"cases\":%u}\n", cases);
	return failures;
}

struct outcome {
	char name[120];
	unsigned count;
};
static struct outcome outcomes[OUTCOMES_MAX];
static unsigned outcome_count;

/* What a start gave and what the device is now. */
static void note(void)
{
	struct fuses fuses;
	char name[sizeof outcomes[0].name];
	const struct hand_over *out = &flow_outcome.out;
	unsigned i = 0;
	if (fuses_read(&fuses) != FUSES_OK)
		exit(2);
	snprintf(name, sizeof name, "%x,%x,%x,%u,%u,%u,%x,%u,%u,%u,%u%u,%u", (unsigned)flow_outcome.status, (unsigned)out->start,
		(unsigned)out->slots, (unsigned)out->firmware.slot, (unsigned)out->app.slot, (unsigned)out->trust_version,
		(unsigned)fuses.lifecycle, (unsigned)fuses.firmware, (unsigned)fuses.app, (unsigned)fuses.trust,
		fuses.roots[0].state == IMAGE_ROOT_VALID, fuses.roots[1].state == IMAGE_ROOT_VALID, (unsigned)fuses.epoch);
	while (i < outcome_count && strcmp(outcomes[i].name, name) != 0)
		i++;
	if (i == OUTCOMES_MAX)
		exit(2);
	if (i == outcome_count)
		strcpy(outcomes[outcome_count++].name, name);
	outcomes[i].count++;
	if (flow_outcome.status == BOOT_OK && !flow_is_consistent()) {
		fprintf(stderr, "what runs is not what lies in its slots\n");
		exit(3);
	}
}

/* A start to its end, after which the slots hold what they held. */
static void start_and_note(const struct flow_snapshot *before)
{
	flow_watch(0, 0);
	flow_start(0);
	note();
	if (!flow_slots_are_as_in(before)) {
		fprintf(stderr, "a slot was written\n");
		exit(3);
	}
}

static bool is_in_second(uint32_t length, uint32_t bytes)
{
	return length <= LONG_OPERATION || bytes <= 1 || bytes == length / 2 || bytes + 1 >= length;
}

/* After the first cut: a start, then that start again with power failing in it. */
static unsigned recover(const struct flow_snapshot *before, bool with_second)
{
	struct flow_snapshot *const cut = flow_save();
	uint32_t lengths[64];
	volatile unsigned cuts = 0;
	flow_watch(0, 0);
	flow_start(0);
	const uint32_t count = flow_operation_count;
	if (count > 64)
		exit(2);
	memcpy(lengths, flow_operations, count * sizeof lengths[0]);
	note();
	start_and_note(before);
	for (volatile uint32_t i = 0; with_second && i < count; i++) {
		for (volatile uint32_t bytes = 0; bytes <= lengths[i]; bytes++) {
			if (!is_in_second(lengths[i], bytes))
				continue;
			flow_load(cut);
			flow_watch(i + 1, bytes);
			if (setjmp(flow_cut) == 0) {
				flow_start(0);
				exit(2);
			}
			start_and_note(before);
			cuts++;
		}
	}
	free(cut);
	return cuts;
}

static void expect(struct flow_failure failed, const char *part)
{
	if (failed.field == FLOW_ANY)
		return;
	fprintf(stderr, "%s: step %u, field %u, got 0x%x\n", part, (unsigned)failed.step, (unsigned)failed.field, (unsigned)failed.got);
	exit(3);
}

static void cut_all(const uint8_t *steps, size_t size)
{
	static uint32_t lengths[FLOW_OPERATIONS_MAX];
	size_t at = 0;
	volatile unsigned first = 0, second = 0;
	flow_new();
	expect(flow_run(steps, size, &at), "before");
	struct flow_snapshot *const before = flow_save();
	const size_t begin = at;
	flow_watch(0, 0);
	expect(flow_run(steps, size, &at), "in between");
	const uint32_t count = flow_operation_count;
	memcpy(lengths, flow_operations, sizeof lengths);
	flow_watch(0, 0);
	expect(flow_run(steps, size, &at), "after");
	for (volatile uint32_t i = 0; i < count; i++) {
		for (volatile uint32_t bytes = 0; bytes <= lengths[i]; bytes++) {
			flow_load(before);
			flow_watch(i + 1, bytes);
			at = begin;
			if (setjmp(flow_cut) == 0) {
				(void)flow_run(steps, size, &at);
				exit(2);
			}
			first++;
			second += recover(before, is_in_second(lengths[i], bytes));
		}
	}
	printf("{\"operations\":%u,\"first\":%u,\"second\":%u,\"outcomes\":{", (unsigned)count, first, second);
	for (unsigned i = 0; i < outcome_count; i++)
		printf("%s\"%s\":%u", i == 0 ? "" : ",", outcomes[i].name, outcomes[i].count);
	printf("}}\n");
	free(before);
}

int main(int argc, char **argv)
{
	size_t size;
	if (argc < 2)
		return 2;
	uint8_t *const bytes = read_file(argv[1], &size);
	skip_products_note(true);
	if (argc == 3 && strcmp(argv[2], "cuts") == 0) {
		cut_all(bytes + 4, size - 4);
		free(bytes);
		return 0;
	}
	const unsigned failures = run_all(bytes, size);
	free(bytes);
	return failures == 0 ? 0 : 1;
}
