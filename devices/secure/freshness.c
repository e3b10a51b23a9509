/* SPDX-License-Identifier: Apache-2.0 */
/** The counter that tells the present flash from an older copy of it: for the sealed store, and only where that is there. */
#include <string.h>

#include "../boot/check.h"
#include "../silicon/counter.h"
#include "../silicon/layout.h"
#include "seal.h"

/* An interrupted step that cannot be finished, or a counter that is not there, cannot be read either. */
CHECK_FUNCTION uint32_t read_counter(uint32_t *value)
{
	CHECKS;
	(void)counter_finish(COUNTER_FRESHNESS);
	volatile int read = COUNTER_ERROR_RANGE;
	read = counter_read(COUNTER_FRESHNESS, value);
	CHECK(counter_is_read, read == COUNTER_OK, SECURE_E_COUNTER);
	return CHECKED(SECURE_OK);
}

uint32_t secure_counter_read(struct secure_request *request)
{
	CHECKS;
	uint32_t is_sealed, value = 0;
	CHECK_CALL(may, secure_may_seal(request, &is_sealed), SECURE_OK, may);
	CHECK_CALL(read, read_counter(&value), SECURE_OK, read);
	memcpy(request->out, &value, sizeof value);
	return CHECKED(SECURE_OK);
}

uint32_t secure_counter_raise(struct secure_request *request)
{
	CHECKS;
	uint32_t is_sealed, value, before = 0, after = 0;
	memcpy(&value, request->in[0], sizeof value);
	CHECK_CALL(may, secure_may_seal(request, &is_sealed), SECURE_OK, may);
	CHECK_CALL(read, read_counter(&before), SECURE_OK, read);
	if (value != before)
		(void)counter_raise(COUNTER_FRESHNESS, value); /* refuses what is below; what counts is what is there then */
	CHECK_CALL(again, read_counter(&after), SECURE_OK, again);
	CHECK(counter_is_raised, after == value, SECURE_E_COUNTER);
	return CHECKED(SECURE_OK);
}
