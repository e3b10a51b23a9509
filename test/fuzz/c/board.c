/* SPDX-License-Identifier: Apache-2.0 */
/** A board for fuzzing: no console, no link, no time; its window is memory, its entropy repeats, and a halt comes back. */
#define _GNU_SOURCE
#include "fuzz.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sanitizer/asan_interface.h>

#include <mbedtls/constant_time.h>
#include <mbedtls/sha256.h>

#include "board.h"
#include "layout.h"
#include "runtime.h"
#include "signature.h"

#define HEAP_MAX (8u * 1024u * 1024u)
#define STACK_MARGIN (256u * 1024u)

static uint8_t window[WINDOW_SIZE];
static uint8_t heap[HEAP_MAX] __attribute__((aligned(16)));
struct fuzz_trust fuzz_trust = { .believes = true };
static uint32_t entropy;
static jmp_buf halted;
static bool is_guarded;

void fuzz_board_reset(void)
{
	memset(window + FLASH_OFFSET + FLASH_ITS_OFFSET, (int)FLASH_ERASED, FLASH_ITS_SIZE);
	memset(window + PROGRAMMED_OFFSET + FLASH_ITS_OFFSET / FLASH_WRITE_UNIT / 8u, 0, FLASH_ITS_SIZE / FLASH_WRITE_UNIT / 8u);
	entropy = 1;
}

_Noreturn void fuzz_finding(const char *text)
{
	fprintf(stderr, "finding: %s\n", text);
	abort();
}

uint32_t fuzz_guarded(void (*action)(void *context), void *context)
{
	const int reason = setjmp(halted);
	if (reason == 0) {
		is_guarded = true;
		action(context);
	}
	is_guarded = false;
	return reason == 0 ? FUZZ_NO_HALT : (uint32_t)reason - 1u;
}

_Noreturn void board_stop(uint32_t status)
{
	if (status == HALT_FATAL || !is_guarded)
		fuzz_finding("the board found itself in an impossible state");
	longjmp(halted, (int)status + 1);
}

uint8_t *board_window(void)
{
	return window;
}

void board_console_write(const char *text, size_t length)
{
}

size_t board_link_read(uint8_t *out, size_t size)
{
	fuzz_finding("a target waits for the simulator");
}

/* The text of a halt, where someone looks for it. */
void board_link_write(const uint8_t *data, size_t length)
{
	if (getenv("FUZZ_SHOW") != NULL)
		fprintf(stderr, "link: %.*s\n", (int)length, (const char *)data);
}

size_t board_debug_read(uint8_t *out, size_t size)
{
	return 0;
}

bool board_debug_readable(bool wait)
{
	return false;
}

void board_debug_write(const uint8_t *data, size_t length)
{
}

uint64_t board_elapsed_us(void)
{
	return 0;
}

uint64_t board_ticks(void)
{
	return 0;
}

size_t board_c_heap_used(void)
{
	return 0;
}

/* xorshift32: a finding has to repeat. */
bool board_entropy(uint8_t *out, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		entropy ^= entropy << 13;
		entropy ^= entropy >> 17;
		entropy ^= entropy << 5;
		out[i] = (uint8_t)entropy;
	}
	return true;
}

size_t board_heap_max(void)
{
	return HEAP_MAX;
}

/* XS has marked the free slots of the machine before. */
uint8_t *board_heap(size_t size)
{
	ASAN_UNPOISON_MEMORY_REGION(heap, sizeof heap);
	memset(heap, 0, size);
	return heap;
}

void *board_stack_limit(void)
{
	static void *limit;
	pthread_attr_t attributes;
	void *low = NULL;
	size_t size = 0;
	if (limit == NULL && pthread_getattr_np(pthread_self(), &attributes) == 0) {
		if (pthread_attr_getstack(&attributes, &low, &size) == 0)
			limit = (uint8_t *)low + STACK_MARGIN;
		pthread_attr_destroy(&attributes);
	}
	return limit;
}

/* What image.c calls in the targets. Without a real digest each byte is read all the same. */
int fuzz_digest(const unsigned char *input, size_t size, unsigned char *output, int is224)
{
	unsigned char sum = 0;
	if (fuzz_trust.hashes)
		return mbedtls_sha256(input, size, output, is224);
	for (size_t i = 0; i < size; i++)
		sum = (unsigned char)(sum ^ input[i]);
	memset(output, sum, 32);
	return 0;
}

int fuzz_same_digest(const void *a, const void *b, size_t size)
{
	static volatile unsigned char sum;
	if (!fuzz_trust.believes)
		return mbedtls_ct_memcmp(a, b, size);
	for (size_t i = 0; i < size; i++)
		sum = (unsigned char)(sum ^ ((const unsigned char *)a)[i] ^ ((const unsigned char *)b)[i]);
	return 0;
}

uint32_t fuzz_signature_check(const uint8_t *point, const uint8_t *digest, const uint8_t *signature, size_t size)
{
	return fuzz_trust.believes ? SIGNATURE_VALID : signature_check(point, digest, signature, size);
}
