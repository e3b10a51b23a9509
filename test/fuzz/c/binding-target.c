/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Fuzz target: the natives of devices/psa, called on an XS machine as crypto.ts calls them, and as it would not: with wrong
 * kinds, sizes and handles, what earlier calls gave, and garbage collected in the middle. Exceptions and statuses are free.
 */
#include <psa/crypto.h>

#include "board.h"
#include "fuzz.h"
#include "layout.h"
#include "operations.h"

#include "../../../devices/psa/handle.c" /* its table has to begin anew with each input */

#define CALLS_MAX 24

void mbedtls_psa_crypto_free(void);
extern int gxStress;

struct run {
	xsMachine *the;
	struct input input;
};

static struct sxMachine *machine;

/* What a reset does to keys: those in flash stay. */
static void restart(void)
{
	mbedtls_psa_crypto_free();
	memset(entries, 0, sizeof entries);
}

/* As if the flash had aged, or someone had written to it. */
static void damage_storage(struct input *input)
{
	const uint32_t at = take32(input) % FLASH_ITS_SIZE;
	board_window()[FLASH_OFFSET + FLASH_ITS_OFFSET + at] ^= take(input);
}

static void call(xsMachine *the, struct input *input, int position)
{
	const size_t index = take(input) % (fuzz_natives_count + 2);
	if (index >= fuzz_natives_count) {
		if (index == fuzz_natives_count)
			restart();
		else
			damage_storage(input);
		return;
	}
	const struct native *native = &fuzz_natives[index];
	const uint8_t stress = take(input);
	xsTry {
		const int count = make_arguments(the, input, native);
		xsVar(FRAME - 2) = xsNewHostFunction(native->callback, count);
		xsOverflow(-XS_FRAME_COUNT - count);
		fxPush(xsGlobal);
		fxPush(xsVar(FRAME - 2));
		fxCall(the);
		for (int i = 0; i < count; i++)
			fxPush(xsVar(ARGUMENT(i)));
		gxStress = -(int)(stress & 0x0Fu);
		fxRunCount(the, count);
		gxStress = 0;
		xsVar(position % RESULTS) = fxPop();
	}
	xsCatch {
		gxStress = 0;
	}
}

static void calls(void *context)
{
	struct run *run = context;
	xsBeginHost(run->the);
	xsmcVars(FRAME);
	for (int i = 0; i < CALLS_MAX && run->input.at < run->input.end; i++)
		call(the, &run->input, i);
	xsEndHost(run->the);
	xsBeginHost(run->the);
	xsCollectGarbage();
	xsEndHost(run->the);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_board_reset();
	restart();
	if (machine == NULL)
		machine = fuzz_machine();
	struct run run = { (xsMachine *)machine, { data, data + size, 0, 0 } };
	if (fuzz_guarded(calls, &run) != FUZZ_NO_HALT) {
		gxStress = 0;
		fuzz_machine_delete(machine);
		machine = NULL;
	}
	restart();
	return 0;
}
