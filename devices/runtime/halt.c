/* SPDX-License-Identifier: Apache-2.0 */
/** The end of a run: one HALT frame that says why, then the board stops. */
#include "xsAll.h"

#include "../silicon/watchdog.h"
#include "board.h"
#include "link.h"
#include "runtime.h"

#define TEXT_MAX 1500u

_Noreturn void runtime_halt(enum halt_reason reason, const char *text)
{
	uint8_t payload[1 + TEXT_MAX];
	size_t length = strlen(text);
	if (length > TEXT_MAX)
		length = TEXT_MAX;
	/* of code that never becomes idle this is the end of the watchdog's period */
	if (reason == HALT_BUSY && watchdog_is_running())
		reason = HALT_WATCHDOG;
	payload[0] = (uint8_t)reason;
	memcpy(payload + 1, text, length);
	link_send(LINK_HALT, payload, 1 + length);
	board_stop((uint32_t)reason);
}

_Noreturn void runtime_fatal(const char *text)
{
	runtime_halt(HALT_FATAL, text);
}

/* What was thrown instead of an error: an object that has no words of its own by its properties. */
static void describe_value(txMachine *the, txSlot *value, char *text, size_t size)
{
	txSlot *object = mxIsReference(value) ? value->value.reference : NULL;
	if (value->kind == XS_SYMBOL_KIND)
		fxSymbolToString(the, value);
	snprintf(text, size, "%s", fxToString(the, value));
	if (object != NULL && !(object->flag & XS_EXOTIC_FLAG) && strcmp(text, "[object Object]") == 0) {
		snprintf(text, size, "an object that is no Error: ");
		runtime_show_object(the, object, text + strlen(text), size - strlen(text));
	}
}

/*
 * The exception as text: its stack (which begins with name and message), or its value and where that was thrown. Most
 * runs end where no frame is left, and XS needs one for the error that it throws when a value cannot be shown.
 */
static const char *describe_exception(txMachine *the)
{
	static char text[TEXT_MAX + 1];
	char place[64];
	runtime_thrown_trace(the, place, sizeof place); /* now: what is asked of the value may throw */
	snprintf(text, sizeof text, "(an exception that cannot be shown)%s", place);
	mxTry(the) {
		fxBeginHost(the); /* never ended: that would run what waits for the end of a job */
		mxPush(mxException);
		bool has_stack = false;
		if (mxIsReference(the->stack)) {
			mxDub();
			has_stack = mxHasID(mxID(_stack));
		}
		if (has_stack)
			mxGetID(mxID(_stack));
		describe_value(the, the->stack, text, sizeof text);
		size_t length = strlen(text);
		if (!has_stack)
			snprintf(text + length, sizeof text - length, "%s", place);
	}
	mxCatch(the) {
	}
	return text;
}

/* An end that is no exception: what ended it, and where the script was. */
static _Noreturn void halt_at(txMachine *the, enum halt_reason reason, const char *what)
{
	static char text[TEXT_MAX + 1];
	size_t length = (size_t)snprintf(text, sizeof text, "%s", what);
	runtime_trace(the, text + length, sizeof text - length);
	/* a chain of jobs that does not end has moments in which no function runs */
	if (reason == HALT_BUSY && text[length] == 0)
		snprintf(text + length, sizeof text - length, "\n at (between two jobs of promises)");
	instruments_idle(the);
	runtime_halt(reason, text);
}

_Noreturn void runtime_abort(txMachine *the, int status)
{
	switch (status) {
	case XS_UNHANDLED_EXCEPTION_EXIT:
	case XS_UNHANDLED_REJECTION_EXIT:
		runtime_halt(HALT_UNCAUGHT, describe_exception(the));
	case XS_NOT_ENOUGH_MEMORY_EXIT:
		halt_at(the, HALT_MEMORY, "the XS heap is exhausted");
	case XS_STACK_OVERFLOW_EXIT:
		if (runtime_is_asked(the))
			halt_at(the, HALT_BUSY, "");
		halt_at(the, HALT_STACK, "stack overflow");
	case XS_NO_MORE_KEYS_EXIT:
		halt_at(the, HALT_KEYS, "too many property names");
	case XS_DEBUGGER_EXIT:
		runtime_halt(HALT_STOPPED, "ended by the debugger");
	default:
		runtime_halt(HALT_FATAL, "XS stopped the machine");
	}
}
