/* SPDX-License-Identifier: Apache-2.0 */
/** Host functions of the runtime itself: clock, link, and the one global that Moddable adds, `trace`. */
#include "xsmc.h"

#include <string.h>

#include "board.h"
#include "link.h"
#include "runtime.h"

/** native: xs_thimble_clock_us(): number - microseconds since power-on. */
void xs_thimble_clock_us(xsMachine *the)
{
	xsmcSetNumber(xsResult, (double)runtime_clock_us());
}

/** native: xs_thimble_ticks(): number - the board's finest counter (board_ticks), for figures only. */
void xs_thimble_ticks(xsMachine *the)
{
	xsmcSetNumber(xsResult, (double)board_ticks());
}

/** native: xs_thimble_heap_used(): number - bytes of XS slots and chunks, what is not collected yet too, for figures only. */
void xs_thimble_heap_used(xsMachine *the)
{
	xsmcSetNumber(xsResult, (double)instruments_heap_used(the));
}

/** native: xs_thimble_link_send(type: number, payload: ArrayBuffer | Uint8Array): void */
void xs_thimble_link_send(xsMachine *the)
{
	void *data;
	xsUnsignedValue size;
	int type = xsmcToInteger(xsArg(0));
	if (type < 1 || type > 63 || type == LINK_IDLE || type == LINK_HALT)
		xsRangeError("link: frame type");
	xsmcGetBufferReadable(xsArg(1), &data, &size);
	if (size > LINK_PAYLOAD_MAX)
		xsRangeError("link: payload too long");
	link_send((uint8_t)type, data, size);
}

/* trace(...): each argument as text on the console, as Moddable's. No newline is added. */
static void xs_trace(xsMachine *the)
{
	int count = xsmcArgc;
	instruments_first_line(the);
	for (int i = 0; i < count; i++) {
		const char *text = xsmcToString(xsArg(i));
		board_console_write(text, strlen(text));
		runtime_debug_trace((struct sxMachine *)the, text);
	}
}

void runtime_globals(struct sxMachine *machine)
{
	xsBeginHost((xsMachine *)machine);
	xsmcVars(1);
	xsVar(0) = xsNewHostFunction(xs_trace, 1);
	xsmcDefine(xsGlobal, xsID("trace"), xsVar(0), xsDontEnum);
	/*
	 * What XS 13.3 has and an app may not: a Compartment loads firmware modules over an app's own modules and globals,
	 * takes shared memory for byte code and has string literals marked as chunks; a SharedArrayBuffer that finds no
	 * memory leaves a host object whose destructor is whatever the slot held before.
	 */
	xsmcDelete(xsGlobal, xsID("Compartment"));
	xsmcDelete(xsGlobal, xsID("SharedArrayBuffer"));
	xsEndHost((xsMachine *)machine);
}
