/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Figures that a board leaves in its power-on block for the simulator to read. host-sim/board/instruments.ts names the
 * same places.
 */
#include "xsAll.h"

#include "../silicon/layout.h"
#include "../silicon/power-on.h"
#include "board.h"
#include "runtime.h"

enum instrument {
	INSTRUMENT_FIRST_LINE_TICKS = 0, /* from the start of boot, or without one of the runtime, to the app's first trace() */
	INSTRUMENT_SLOT_BYTES = 1,       /* at the first line: XS slots in use, stack apart */
	INSTRUMENT_CHUNK_BYTES = 2,      /* XS chunks in use */
	INSTRUMENT_STACK_BYTES = 3,      /* XS stack, reserved */
	INSTRUMENT_KEY_BYTES = 4,        /* tables of keys, names and symbols */
	INSTRUMENT_XS_RESERVED = 5,      /* taken from the XS heap block so far: slots, chunks, stack */
	INSTRUMENT_C_HEAP = 6,           /* taken by the C library's heap: keys and all else */
	INSTRUMENT_HEAP_USED = 7,        /* at each idle moment, and where memory runs out: XS slots, chunks and stack; what is not collected yet counts */
	INSTRUMENT_HEAP_LIMIT = 8,       /* the XS heap block, which these come out of */
	INSTRUMENT_BOOT_TRUST = 9,       /* ticks of boot's steps: fuses and trust record */
	INSTRUMENT_BOOT_COPY = 10,       /* firmware copied to execution memory */
	INSTRUMENT_BOOT_FIRMWARE = 11,   /* its copy verified */
	INSTRUMENT_BOOT_APP = 12,        /* app verified */
	INSTRUMENT_BOOT_MEASURE = 13,    /* counters, measurement, protection */
	INSTRUMENT_BOOT_TO_RUNTIME = 14, /* boot's memory wiped, the firmware's made */
};

static uint64_t start_ticks;
static bool is_noted;

static void note(enum instrument which, uint64_t value)
{
	struct power_on *block = (struct power_on *)(void *)(board_window() + POWER_ON_OFFSET);
	block->instruments[which] = value;
}

void instruments_start(const uint64_t *boot_ticks)
{
	start_ticks = board_ticks();
	if (boot_ticks == NULL)
		return;
	for (unsigned step = 1; step < 6; step++)
		note((enum instrument)(INSTRUMENT_BOOT_TRUST + step - 1), boot_ticks[step] - boot_ticks[step - 1]);
	note(INSTRUMENT_BOOT_TO_RUNTIME, start_ticks - boot_ticks[5]);
	start_ticks = boot_ticks[0];
}

static uint64_t slots_in_use(txMachine *the)
{
	uint64_t free_slots = 0;
	uint64_t all = 0;
	for (txSlot *slot = the->freeHeap; slot; slot = slot->next)
		free_slots++;
	for (txSlot *heap = the->firstHeap; heap; heap = heap->next)
		all += (uint64_t)(heap->value.reference - heap);
	return all - free_slots;
}

static uint64_t stack_bytes(txMachine *the)
{
	return (uint64_t)(the->stackTop - the->stackBottom) * sizeof(txSlot);
}

uint64_t instruments_heap_used(void *machine)
{
	txMachine *the = machine;
	return (uint64_t)the->currentHeapCount * sizeof(txSlot) + (uint64_t)the->currentChunksSize;
}

/* XS keeps count of its slots and chunks, so this may be called as often as a board becomes idle. */
void instruments_idle(void *machine)
{
	note(INSTRUMENT_HEAP_USED, instruments_heap_used(machine) + stack_bytes(machine));
	note(INSTRUMENT_HEAP_LIMIT, runtime_heap_limit());
}

void instruments_first_line(void *machine)
{
	txMachine *the = machine;
	if (is_noted)
		return;
	is_noted = true;
	note(INSTRUMENT_FIRST_LINE_TICKS, board_ticks() - start_ticks);
	note(INSTRUMENT_SLOT_BYTES, slots_in_use(the) * sizeof(txSlot));
	note(INSTRUMENT_CHUNK_BYTES, (uint64_t)the->currentChunksSize);
	note(INSTRUMENT_STACK_BYTES, stack_bytes(the));
	note(INSTRUMENT_KEY_BYTES,
		(uint64_t)(the->keyCount - the->keyOffset + the->nameModulo + the->symbolModulo) * sizeof(txSlot *));
	note(INSTRUMENT_XS_RESERVED, runtime_heap_used());
	note(INSTRUMENT_C_HEAP, board_c_heap_used());
}
