/* SPDX-License-Identifier: Apache-2.0 */
/** The bytes of an input as a row of calls of natives with arguments. */
#ifndef THIMBLE_FUZZ_OPERATIONS_H
#define THIMBLE_FUZZ_OPERATIONS_H

#include <stddef.h>
#include <stdint.h>

#include "xsmc.h"

/* What an argument is meant to be; `natives.inc` (made from devices/psa/natives.h) says it for each native. */
enum kind { KIND_HANDLE, KIND_ALG, KIND_OPERATION, KIND_LENGTH, KIND_ID, KIND_BYTES, KIND_BYTES_OR_HANDLE, KIND_ATTRIBUTES };

#define ARGUMENTS_MAX 16
#define RESULTS 16
/* Variables of the frame: results of earlier calls, then arguments. */
#define FRAME (RESULTS + ARGUMENTS_MAX + 2)
#define ARGUMENT(i) (RESULTS + (i))

struct native {
	xsCallback callback;
	const char *name;
	int count;
	enum kind kinds[8];
};

extern const struct native fuzz_natives[];
extern const size_t fuzz_natives_count;

struct input {
	const uint8_t *at;
	const uint8_t *end;
	size_t key_bytes; /* of the attributes that were made last */
	uint32_t key_alg;
};

uint8_t take(struct input *input);
uint32_t take32(struct input *input);

/** Makes the arguments of a native in ARGUMENT(0) on. @return how many. */
int make_arguments(xsMachine *the, struct input *input, const struct native *native);

#endif
