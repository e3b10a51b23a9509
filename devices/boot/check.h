/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The one macro through which every security check of boot goes.
 *
 * A function with checks begins with CHECKS, asks CHECK(id, condition, failure) as often as it likes, and ends with
 * CHECKED(ok). CHECK leaves the function with the failure when its condition does not hold.
 *
 * Against a skipped instruction (not enough yet: of this version, skipped one at a time on the emulated core, 17 instructions
 * alone let an image through that must be refused): the condition is evaluated twice, each result goes from "failed" to "passed" through memory,
 * and both are also carried into the result by arithmetic: a branch that was skipped changes the way, not the result. Between
 * the two evaluations memory is read anew; a value that is only in a register is not, so what a call returned is kept in a
 * volatile that begins as a failure. A function that both evaluations call is inline: skipped for good, an instruction of it
 * would be missing in both. A condition has no side effects. What "ok" is has to be far from 0, 1 and any failure.
 *
 * Each id stands once in all of boot. Built with -DTHIMBLE_WITHOUT_CHECK=id that check is gone: test/boot/checks-main.ts does
 * so with each in turn and wants to see a test fail. A product is built without that word.
 */
#ifndef THIMBLE_CHECK_H
#define THIMBLE_CHECK_H

#include <stdint.h>

/* Each is the other with all bits turned, so that the two have no bit in common. */
#define CHECK_PASSED 0x3CA5965Au
#define CHECK_FAILED 0xC35A69A5u

#ifdef THIMBLE_WITHOUT_CHECK
#define CHECK_WORD(id) CHECK_WORD_OF(id)
#define CHECK_WORD_OF(id) #id
#define CHECK_IS_GONE(id) (__builtin_strcmp(#id, CHECK_WORD(THIMBLE_WITHOUT_CHECK)) == 0)
#else
#define CHECK_IS_GONE(id) 0
#endif

/* Read anew each time: one register that held it for many checks would be one instruction that all of them depend on. */
static const volatile uint32_t check_failed = CHECK_FAILED;

#define CHECK_BARRIER() __asm__ volatile("" ::: "memory")

#define CHECKS volatile uint32_t check_chain = CHECK_PASSED

#define CHECK(id, condition, failure) CHECK_AGAIN(CHECK_IS_GONE(id) || (condition), failure)

/** Every failure has this bit, and what is ok does not. */
#define CHECK_FAILURE_BIT 0x20000000u

/*
 * The way out with a failure. Where the instruction that loads the failure is skipped, the register may still hold an ok that
 * was compared with: the bit makes it another value, whatever it was.
 */
static __attribute__((noinline, unused)) uint32_t check_refuse(uint32_t failure)
{
	__asm__ volatile("" : "+r"(failure));
	return failure | CHECK_FAILURE_BIT;
}

/**
 * Calls a function that has checks of its own, and keeps what it says in a new volatile: one that is used again would still
 * have the last ok, should the store be skipped. Not a check by itself: it has no id. The failure may be that status.
 */
#define CHECK_CALL(status, call, ok, failure) \
	volatile uint32_t status = check_failed; \
	status = (uint32_t)(call); \
	CHECK_AGAIN(status == (ok), failure)

/** Of a small function that conditions use. */
#define CHECK_INLINE static inline __attribute__((always_inline))

/** Of a function with checks that another one calls: inlined, its way out with a failure could end right before the caller's success. */
#define CHECK_FUNCTION static __attribute__((noinline))

/** What can only be otherwise where an instruction was skipped: no case sees it, and it has no id. */
#define CHECK_AGAIN(condition, failure) \
	do { \
		volatile uint32_t check_first = check_failed; \
		volatile uint32_t check_second = check_failed; \
		if (condition) \
			check_first = CHECK_PASSED; \
		CHECK_BARRIER(); \
		if (condition) \
			check_second = CHECK_PASSED; \
		check_chain &= check_first; \
		check_chain &= check_second; \
		if (check_first != CHECK_PASSED || check_second != CHECK_PASSED) \
			return check_refuse((uint32_t)(failure)); \
	} while (0)

/** ok when every check passed, and nothing that has a meaning otherwise. */
#define CHECKED(ok) ((uint32_t)(ok) ^ check_chain ^ CHECK_PASSED)

#endif
