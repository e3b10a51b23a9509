/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The functions that XS asks of its platform: one fixed heap, no parser, abort, clock. debugger.c has those for xsbug.
 * The heap is one block: chunks grow from its low end, slots from its high end (as Moddable does on a
 * microcontroller), so a heap limit is one number and running out is an error, never a crash.
 */
#include "xsAll.h"

#include "board.h"
#include "runtime.h"

static struct {
	uint8_t *low;
	uint8_t *high;
	uint8_t *limit;
	size_t size;
} heap;

static txMachine *machine;

bool runtime_heap_use(uint8_t *memory, size_t size)
{
	if (memory == NULL || size < 16384)
		return false;
	heap.low = memory;
	heap.limit = memory + (size & ~(size_t)15);
	heap.high = heap.limit;
	heap.size = size & ~(size_t)15;
	return true;
}

struct sxMachine *runtime_running_machine(void)
{
	return machine;
}

size_t runtime_heap_used(void)
{
	return heap.size - (size_t)(heap.high - heap.low);
}

size_t runtime_heap_limit(void)
{
	return heap.size;
}

void *fxAllocateChunks(txMachine *the, txSize size)
{
	size_t rounded = ((size_t)size + 15) & ~(size_t)15;
	if (size <= 0 || rounded > (size_t)(heap.high - heap.low))
		return NULL;
	void *result = heap.low;
	heap.low += rounded;
	(void)the;
	return result;
}

/* The block is one piece for the life of the machine: nothing is given back before the board stops. */
void fxFreeChunks(txMachine *the, void *chunks)
{
	(void)the;
	(void)chunks;
}

txSlot *fxAllocateSlots(txMachine *the, txSize count)
{
	size_t size;
	(void)the;
	if (count <= 0 || __builtin_mul_overflow((size_t)count, sizeof(txSlot), &size) || size > (size_t)(heap.high - heap.low))
		return NULL;
	heap.high -= size;
	return (txSlot *)(void *)heap.high;
}

void fxFreeSlots(txMachine *the, void *slots)
{
	(void)the;
	(void)slots;
}

void fxCreateMachinePlatform(txMachine *the)
{
	machine = the;
	the->host = NULL;
	the->promiseJobs = 0;
}

void fxDeleteMachinePlatform(txMachine *the)
{
	(void)the;
}

char *fxCStackLimit(void)
{
	return (char *)board_stack_limit();
}

void fxQueuePromiseJobs(txMachine *the)
{
	the->promiseJobs = 1;
}

/* `eval`, `Function` and their kin end here on a board. */
txScript *fxParseScript(txMachine *the, void *stream, txGetter getter, txUnsigned flags)
{
	(void)stream;
	(void)getter;
	(void)flags;
	fxThrowMessage(the, NULL, 0, XS_SYNTAX_ERROR, "no parser on the device: code from text is not supported");
	return NULL;
}

void fxAbort(txMachine *the, int status)
{
	runtime_abort(the, status);
}

int thimble_gettimeofday(struct timeval *now, void *zone)
{
	(void)zone;
	int64_t us = runtime_wall_clock_us();
	now->tv_sec = (time_t)(us / 1000000);
	now->tv_usec = (suseconds_t)(us % 1000000);
	if (now->tv_usec < 0) {
		now->tv_usec += 1000000;
		now->tv_sec -= 1;
	}
	return 0;
}

/* Days from 1970-01-01 of a proleptic Gregorian date, by counting 400-year eras of 146097 days from 1 March. */
static int64_t days_from_civil(int64_t year, unsigned month, unsigned day)
{
	year -= month <= 2;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	unsigned of_era = (unsigned)(year - era * 400);
	unsigned of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	unsigned day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
	return era * 146097 + (int64_t)day_of_era - 719468;
}

/* mktime() in UTC, for fields in their normal ranges (XS normalises them before). */
time_t thimble_mktime(struct tm *tm)
{
	int64_t days = days_from_civil((int64_t)tm->tm_year + 1900, (unsigned)tm->tm_mon + 1, (unsigned)tm->tm_mday);
	return (time_t)(((days * 24 + tm->tm_hour) * 60 + tm->tm_min) * 60 + tm->tm_sec);
}

int thimble_rand(void)
{
	uint32_t value = 0;
	if (!board_entropy((uint8_t *)&value, sizeof value))
		runtime_fatal("no entropy");
	return (int)(value & C_RAND_MAX);
}

void thimble_exit(int status)
{
	(void)status;
	runtime_fatal("XS asked to exit");
}

#define KEYS_MAX 0x7FFFu

/* Takes the place of realloc() where XS grows its table of names: no more of them than identifiers have bits for. */
void *runtime_grow_keys(void *keys, size_t size)
{
	if (size / sizeof(txSlot *) + firmware_app_ids > KEYS_MAX)
		runtime_abort(machine, XS_NO_MORE_KEYS_EXIT);
	return realloc(keys, size);
}
