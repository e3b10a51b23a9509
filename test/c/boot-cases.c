/* SPDX-License-Identifier: Apache-2.0 */
#include "boot-cases.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAILURES_MAX 40u
/* What is reported when the status is right and what came with it is not. */
#define WRONG_VALUE 0xBAD0BAD0u
#define WRONG_CASE 0xBAD1BAD1u
/* Refused, and something was given away. */
#define NOT_EMPTY 0xBAD2BAD2u
/* The image was written to. */
#define CHANGED 0xBAD3BAD3u

struct tally {
	unsigned cases;
	unsigned forms;
	unsigned failures;
	uint32_t failed[FAILURES_MAX][2];
};

static void fail(struct tally *tally, uint32_t got)
{
	if (tally->failures < FAILURES_MAX) {
		tally->failed[tally->failures][0] = tally->cases;
		tally->failed[tally->failures][1] = got;
	}
	tally->failures++;
}

/* A block of exactly its size, so that a sanitizer sees a read past its end. */
static uint8_t *copy_of(const uint8_t *bytes, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);
	if (copy == NULL)
		abort();
	memcpy(copy, bytes, size);
	return copy;
}

static bool is_zero(const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (((const uint8_t *)bytes)[i] != 0)
			return false;
	}
	return true;
}

static uint32_t check_image(const struct boot_case *one, const uint8_t *bytes, size_t size)
{
	const uint64_t firmware = (uint64_t)one->firmware[1] << 32 | one->firmware[0];
	const struct image_policy policy = {
		.image_class = one->image_class,
		.signature = one->signature,
		.keys = one->keys,
		.key_count = one->key_count,
		.roots = one->roots,
		.least_counter = one->least_counter,
		.abi = one->flags & CASE_HAS_ABI ? one->abi : NULL,
		.firmware = one->flags & CASE_HAS_FIRMWARE ? &firmware : NULL,
	};
	struct image_view view;
	memset(&view, 0xEE, sizeof view);
	const uint32_t status = image_check(bytes, size, &policy, &view);
	if (status != IMAGE_OK)
		return is_zero(&view, sizeof view) ? status : NOT_EMPTY;
	const uint32_t values[6] = { view.trust, view.counter, (uint32_t)view.version, (uint32_t)(view.version >> 32),
		view.payload_size, view.heap_bytes };
	if (memcmp(values, one->values, sizeof values) != 0 || view.payload != bytes + IMAGE_HEADER_SIZE)
		return WRONG_VALUE;
	return status;
}

static uint32_t check_record(const struct boot_case *one, const uint8_t *bytes, size_t size)
{
	struct trust_record record;
	memset(&record, 0xEE, sizeof record);
	const uint32_t status = trust_check(bytes, size, one->roots, one->least_counter, &record);
	if (status != IMAGE_OK)
		return is_zero(&record, sizeof record) ? status : NOT_EMPTY;
	/* The keys of the case are those that the record must list. */
	const size_t listed = record.count * sizeof record.keys[0];
	const uint32_t values[4] = { record.version, record.count, record.other_root, record.root };
	if (memcmp(values, one->values, sizeof values) != 0 || record.count > TRUST_KEYS_MAX ||
		memcmp(record.keys, one->keys, listed) != 0 || !is_zero((const uint8_t *)record.keys + listed, sizeof record.keys - listed))
		return WRONG_VALUE;
	return status;
}

static uint32_t check_size(const struct boot_case *one, const uint8_t *bytes, size_t size)
{
	size_t found = 0xEEEE;
	const uint32_t status = image_size(bytes, size, &found);
	if (status != IMAGE_OK)
		return found == 0 ? status : NOT_EMPTY;
	return found == one->values[0] ? status : WRONG_VALUE;
}

static uint32_t check_signature(const uint8_t *bytes, size_t size)
{
	const size_t head = SIGNATURE_POINT_SIZE + SIGNATURE_DIGEST_SIZE;
	if (size < head)
		return WRONG_CASE;
	uint8_t *signature = copy_of(bytes + head, size - head);
	const uint32_t status = signature_check(bytes, bytes + SIGNATURE_POINT_SIZE, signature, size - head);
	free(signature);
	/* what is not success has no meaning */
	return status == SIGNATURE_VALID ? status : SIGNATURE_INVALID;
}

uint32_t boot_case_status(const struct boot_case *one, const uint8_t *bytes, size_t size)
{
	switch (one->kind) {
	case CASE_IMAGE:
	case CASE_DAMAGED_IMAGE:
		return check_image(one, bytes, size);
	case CASE_RECORD:
	case CASE_DAMAGED_RECORD:
		return check_record(one, bytes, size);
	case CASE_SIGNATURE:
		return check_signature(bytes, size);
	case CASE_SIZE:
		return check_size(one, bytes, size);
	default:
		return WRONG_CASE;
	}
}

static void must_be_refused(const struct boot_case *one, const uint8_t *bytes, size_t size, struct tally *tally)
{
	uint8_t *copy = copy_of(bytes, size);
	const uint32_t status = boot_case_status(one, copy, size);
	free(copy);
	if (status == IMAGE_OK || status == WRONG_VALUE || status == NOT_EMPTY)
		fail(tally, status);
	else
		tally->forms++;
}

/* Each n-th bit flipped, each n-th byte deleted, each n-th truncation. */
static void damage(const struct boot_case *one, const uint8_t *bytes, struct tally *tally)
{
	uint8_t *work = copy_of(bytes, one->size);
	for (size_t bit = 0; bit < (size_t)one->size * 8; bit += one->step) {
		work[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		must_be_refused(one, work, one->size, tally);
		work[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	}
	for (size_t i = 0; i < one->size; i += one->step) {
		memcpy(work, bytes, i);
		memcpy(work + i, bytes + i + 1, one->size - i - 1);
		must_be_refused(one, work, one->size - 1, tally);
		must_be_refused(one, bytes, i, tally);
	}
	free(work);
}

static void run(const struct boot_case *one, const uint8_t *bytes, struct tally *tally)
{
	uint8_t *copy = copy_of(bytes, one->size);
	const uint32_t got = boot_case_status(one, copy, one->size);
	if (got != one->expected)
		fail(tally, got);
	else if (one->kind == CASE_DAMAGED_IMAGE || one->kind == CASE_DAMAGED_RECORD)
		damage(one, copy, tally);
	if (memcmp(copy, bytes, one->size) != 0)
		fail(tally, CHANGED);
	free(copy);
	tally->cases++;
}

void boot_cases(const uint8_t *bytes, size_t size, char *text, size_t text_size)
{
	struct tally tally = { 0 };
	struct boot_case one;
	while (size >= sizeof one) {
		memcpy(&one, bytes, sizeof one);
		const size_t padded = ((size_t)one.size + 3) & ~(size_t)3;
		if (padded > size - sizeof one || one.key_count > TRUST_KEYS_MAX || one.step == 0) {
			fail(&tally, WRONG_CASE);
			break;
		}
		run(&one, bytes + sizeof one, &tally);
		bytes += sizeof one + padded;
		size -= sizeof one + padded;
	}
	int length = snprintf(text, text_size, "{\"cases\":%u,\"forms\":%u,\"failures\":[", tally.cases, tally.forms);
	for (unsigned i = 0; i < tally.failures && i < FAILURES_MAX; i++) {
		length += snprintf(text + length, text_size - (size_t)length, "%s%u,%u", i == 0 ? "" : ",",
			(unsigned)tally.failed[i][0], (unsigned)tally.failed[i][1]);
	}
	snprintf(text + length, text_size - (size_t)length, "]}");
}
