/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Where a script is: for the stack of an error, and for an end that has no error (no memory, stack overflow).
 * XS keeps file and line in its debug build only. In a release build a position is an offset into the archive that the
 * code is in, as in "at check (app:1234)"; host-sim/compiler/lines.ts finds file and line to it.
 */
#include "xsAll.h"

#include "runtime.h"

#define FRAMES_MAX 10

struct position {
	txID origin; /* the file, or the archive's name; XS_NO_ID: not known */
	uint32_t at; /* line, or offset */
};

#ifdef mxDebug

/* A frame knows where it is. */
#define WHERE_NOW(THE) ((THE)->frame)
#define WHERE_CALLED(FRAME) ((FRAME)->next)
typedef txSlot *where_t;

static struct position position_of(where_t frame)
{
	txSlot *environment = mxFrameToEnvironment(frame);
	return (struct position){ environment->ID, (uint32_t)environment->value.environment.line };
}

/* XS itself makes the stacks of a debug engine. */
static bool starts_async(where_t frame)
{
	(void)frame;
	return false;
}

#else

#define WHERE_NOW(THE) ((THE)->code)
#define WHERE_CALLED(FRAME) caller_of(FRAME)
typedef const txByte *where_t;

/*
 * A frame has the address at which its caller goes on. That is behind the call, so the byte before it is the call's.
 * A frame that fxBeginHost made has no function: it came in the middle of an instruction, whose address it has.
 */
static where_t caller_of(txSlot *frame)
{
	where_t code = frame->value.frame.code;
	return code == NULL || frame[3].kind == XS_UNDEFINED_KIND ? code : code - 1;
}

static struct position position_of(where_t code)
{
	struct position position = { XS_NO_ID, 0 };
	position.origin = runtime_code_origin(code, &position.at);
	return position;
}

/* Whether the instruction before this one runs the body of an async function, in a frame of its own. */
static bool starts_async(where_t code)
{
	return code != NULL && *((const txU1 *)code - 1) == XS_CODE_START_ASYNC;
}

#endif

/* The function of a frame; null for a frame of the runtime's own. */
static txSlot *function_of(txSlot *frame)
{
	txSlot *function = frame[3].kind == XS_REFERENCE_KIND ? frame[3].value.reference : NULL;
	return mxIsFunction(function) ? function : NULL;
}

/* The slot with a function's name: a string of its own, or a key. Null when it has none. */
static txSlot *name_of(txMachine *the, txSlot *function)
{
	txSlot *name = mxBehaviorGetProperty(the, function, mxID(_name), 0, XS_OWN);
	if (name != NULL && (name->kind == XS_STRING_KIND || name->kind == XS_STRING_X_KIND))
		return name;
	txID id = mxFunctionInstanceCode(function)->ID;
	return id == XS_NO_ID ? NULL : fxGetKey(the, id);
}

static void print_place(txMachine *the, struct position position, char *out, size_t size)
{
	const char *origin = position.origin == XS_NO_ID ? NULL : fxGetKeyName(the, position.origin);
	out[0] = 0;
	if (origin != NULL)
		snprintf(out, size, "%.48s:%u", origin, (unsigned)position.at);
}

static size_t append_frame(txMachine *the, char *text, size_t size, txSlot *function, struct position position)
{
	txSlot *slot = name_of(the, function);
	const char *name = slot == NULL ? "" : slot->value.string;
	char place[64];
	print_place(the, position, place, sizeof place);
	int length = snprintf(text, size, "\n at%s%.40s (%s)", name[0] ? " " : "", name, place);
	return length > 0 && (size_t)length < size ? (size_t)length : 0;
}

void runtime_trace(struct sxMachine *the, char *text, size_t size)
{
	where_t where = WHERE_NOW(the);
	txSlot *inner = NULL;
	int count = 0;
	for (txSlot *frame = the->frame; frame != NULL && frame->next != NULL && count < FRAMES_MAX; frame = frame->next) {
		txSlot *function = function_of(frame);
		/* the frame of an async function's body stands for the call as well */
		if (function != NULL && !(function == inner && starts_async(where))) {
			size_t length = append_frame(the, text, size, function, position_of(where));
			text += length;
			size -= length;
			count++;
		}
		inner = function == NULL ? inner : function;
		where = WHERE_CALLED(frame);
	}
	*text = 0;
}

/* The last `throw` of a script: what was thrown, and where. */
static struct {
	txSlot value;
	struct position position;
} thrown;

static bool is_last_thrown(txMachine *the)
{
	return thrown.value.kind == mxException.kind && thrown.value.value.reference == mxException.value.reference;
}

/* Takes the place of fxJump in xsRun.c (board.cmake): a value that is no error has no stack to say where it was thrown. */
void runtime_jump(struct sxMachine *the)
{
	/* an object that is thrown again, by `finally` or `catch`, was thrown where it was thrown first */
	bool is_again = mxException.kind == XS_REFERENCE_KIND && is_last_thrown(the);
	if (the->code != NULL && *(const txU1 *)the->code == XS_CODE_THROW && !is_again) {
		thrown.value = mxException;
		thrown.position = position_of(WHERE_NOW(the));
	}
	fxJump(the);
}

void runtime_thrown_trace(struct sxMachine *the, char *text, size_t size)
{
	char place[64] = "";
	if (is_last_thrown(the))
		print_place(the, thrown.position, place, sizeof place);
	snprintf(text, size, place[0] ? "\n at (%s)" : "%s", place);
}

/* An image for the debug engine has no table of lines: an offset would say nothing. */
void runtime_place_trace(struct sxMachine *the, const void *code, char *text, size_t size)
{
	char place[64] = "";
#ifndef mxDebug
	print_place(the, position_of(code), place, sizeof place);
#endif
	(void)the;
	(void)code;
	snprintf(text, size, place[0] ? "\n at (%s)" : "%s", place);
}

#ifndef mxDebug

/*
 * Takes the place of fxCaptureErrorStack (board.cmake gives its name to xsDefaults.c), which finds no positions in a
 * release build. What is kept, and how Error.prototype.stack makes text of it, is the business of XS 13.
 */
void runtime_capture_stack(txMachine *the, txSlot *internal, txSlot *frame)
{
#if XS_MAJOR_VERSION != 13
	fxCaptureErrorStack(the, internal, frame);
#else
	where_t where = WHERE_NOW(the);
	for (txSlot *inner = the->frame; inner != frame; inner = inner->next)
		where = WHERE_CALLED(inner);
	txSlot *entry = internal->value.reference = fxNewSlot(the);
	entry->kind = XS_INSTANCE_KIND;
	entry->value.instance.garbage = NULL;
	entry->value.instance.prototype = NULL;
	txSlot *inner = NULL;
	for (; frame->next != NULL; frame = frame->next) {
		txSlot *function = function_of(frame);
		if (function != NULL && !(function == inner && starts_async(where))) {
			struct position position = position_of(where);
			entry = entry->next = fxNewSlot(the);
			txSlot *name = name_of(the, function);
			bool is_moving = name == NULL || name->kind == XS_STRING_KIND || name->kind == XS_KEY_KIND;
			entry->flag = XS_GET_ONLY;
			entry->kind = is_moving ? XS_KEY_KIND : XS_KEY_X_KIND;
			entry->ID = position.origin;
			entry->value.key.string = name == NULL ? NULL : name->value.string;
			entry->value.key.sum = position.at;
		}
		inner = function == NULL ? inner : function;
		where = WHERE_CALLED(frame);
	}
#endif
}

#endif
