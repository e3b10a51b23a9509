/* SPDX-License-Identifier: Apache-2.0 */
/**
 * In place of devices/boot/check.h: the same checks as anybody writes them, once and with one branch each. Skipping instructions
 * must get past them, or test/boot/skips.ts proves nothing.
 */
#define THIMBLE_CHECK_H

#include <stdint.h>

#define CHECK_FAILURE_BIT 0x20000000u
#define CHECKS
#define CHECK_BARRIER()
#define check_failed 0u
#define CHECK(id, condition, failure) \
	do { \
		if (!(condition)) \
			return (failure); \
	} while (0)
#define CHECK_CALL(status, call, ok, failure) \
	const uint32_t status = (call); \
	CHECK(called, status == (ok), failure)
#define CHECK_AGAIN(condition, failure)
#define CHECK_INLINE static inline
#define CHECK_FUNCTION static
#define CHECKED(ok) ((uint32_t)(ok))
