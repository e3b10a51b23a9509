/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Runs the app: preload, main, then promise jobs, timers and events until the simulator stops the board.
 * JavaScript knows when the next timer is due (devices/io/loop.ts registers itself as the dispatcher);
 * the simulator knows what time it is.
 */
#include "xsAll.h"

#include "../silicon/watchdog.h"
#include "board.h"
#include "link.h"
#include "runtime.h"

#define NO_DEADLINE UINT64_MAX
#define DISPATCH_DUE 0

/* XS roots this slot: it is on the machine's stack, below everything else that runs. */
static txSlot *dispatcher;

static void put64(uint8_t out[static 8], uint64_t value)
{
	for (unsigned i = 0; i < 8; i++)
		out[i] = (uint8_t)(value >> (8 * i));
}

static uint64_t get64(const uint8_t in[static 8])
{
	uint64_t value = 0;
	for (unsigned i = 0; i < 8; i++)
		value |= (uint64_t)in[i] << (8 * i);
	return value;
}

static void run_jobs(txMachine *the)
{
	while (the->promiseJobs) {
		the->promiseJobs = 0;
		fxRunPromiseJobs(the);
	}
	fxEndJob(the);
	fxCheckUnhandledRejections(the, 1);
}

/* As Moddable: when the default export of main is a function, it is called once main was evaluated. */
static void main_fulfilled(txMachine *the)
{
	mxPushSlot(mxArgv(0));
	mxGetID(mxID(_default));
	txSlot *function = the->stack;
	if (function->kind == XS_REFERENCE_KIND && mxIsFunction(function->value.reference)) {
		mxPush(mxGlobal);
		mxPushSlot(function);
		mxCall();
		mxRunCount(0);
		mxPop();
	}
	mxPop();
}

static void main_rejected(txMachine *the)
{
	mxException = *mxArgv(0);
	fxAbort(the, XS_UNHANDLED_EXCEPTION_EXIT);
}

static void import_module(txMachine *the, const char *name)
{
	txSlot *realm = mxProgram.value.reference->next->value.module.realm;
	fxBeginHost(the);
	mxPushStringX((txString)(uintptr_t)name);
	fxRunImport(the, realm, XS_NO_ID);
	mxDub();
	mxGetID(mxID(_then));
	mxCall();
	fxNewHostFunction(the, main_fulfilled, 1, XS_NO_ID, XS_NO_ID);
	fxNewHostFunction(the, main_rejected, 1, XS_NO_ID, XS_NO_ID);
	mxRunCount(2);
	mxPop();
	fxEndHost(the);
	run_jobs(the);
}

/* Evaluates a module now and freezes all that it exports, deeply: what Moddable's preload does at build time. */
static void preload_module(txMachine *the, const char *name)
{
	fxBeginHost(the);
	mxPushStringX((txString)(uintptr_t)name);
	fxAwaitImport(the, XS_IMPORT_NAMESPACE);
	txSlot *namespace = the->stack;
	for (txSlot *export = mxModuleExports(namespace)->value.reference->next; export; export = export->next) {
		txSlot *closure = export->value.export.closure;
		if (closure == NULL || closure->kind != XS_REFERENCE_KIND)
			continue;
		mxPush(mxObjectConstructor);
		mxDub();
		mxGetID(mxID(_freeze));
		mxCall();
		mxPushSlot(closure);
		mxPushBoolean(1);
		mxRunCount(2);
		mxPop();
	}
	mxPop();
	fxEndHost(the);
	run_jobs(the);
}

void runtime_start_app(struct sxMachine *the, const struct archive_view *app)
{
	size_t size = 0;
	const char *preload = app == NULL ? NULL : (const char *)archive_resource(app, "thimble/preload", &size);
	mxTry(the) {
		/* NUL-terminated names one after another; the compiler writes it, the digest covers it */
		for (size_t at = 0; preload != NULL && at < size && preload[size - 1] == 0; at += strlen(preload + at) + 1)
			preload_module(the, preload + at);
		import_module(the, app == NULL ? "thimble:service" : "main");
	}
	mxCatch(the) {
		fxAbort(the, XS_UNHANDLED_EXCEPTION_EXIT);
	}
}

/* Calls dispatcher(type, payload); the result is left on the stack. */
static void dispatch(txMachine *the, uint8_t type, const uint8_t *payload, size_t length)
{
	mxPushUndefined();
	mxPushSlot(dispatcher);
	mxCall();
	mxPushInteger(type);
	mxPushUndefined();
	if (payload != NULL)
		fxArrayBuffer(the, the->stack, (void *)(uintptr_t)payload, (txInteger)length, -1);
	mxRunCount(2);
}

/* Runs what is due; the next deadline in microseconds since power-on. */
static uint64_t run_due(txMachine *the)
{
	volatile uint64_t deadline = NO_DEADLINE;
	if (dispatcher->kind != XS_REFERENCE_KIND)
		return NO_DEADLINE;
	mxTry(the) {
		fxBeginHost(the);
		dispatch(the, DISPATCH_DUE, NULL, 0);
		if (the->stack->kind != XS_UNDEFINED_KIND) {
			double due = fxToNumber(the, the->stack);
			if (due >= 0 && due < 9007199254740992.0)
				deadline = (uint64_t)due;
		}
		mxPop();
		fxEndHost(the);
	}
	mxCatch(the) {
		fxAbort(the, XS_UNHANDLED_EXCEPTION_EXIT);
	}
	return deadline;
}

static void deliver(txMachine *the, uint8_t type, const uint8_t *payload, size_t length)
{
	if (dispatcher->kind != XS_REFERENCE_KIND)
		return;
	mxTry(the) {
		fxBeginHost(the);
		dispatch(the, type, payload, length);
		mxPop();
		fxEndHost(the);
	}
	mxCatch(the) {
		fxAbort(the, XS_UNHANDLED_EXCEPTION_EXIT);
	}
	run_jobs(the);
}

/* Idle until the simulator says RUN; events are handed over as they come, at the time it set. */
static void idle(txMachine *the, uint64_t deadline)
{
	static uint8_t payload[LINK_PAYLOAD_MAX];
	uint8_t frame[8];
	uint64_t bites_at = watchdog_bites_at_us();
	put64(frame, bites_at < deadline ? bites_at : deadline);
	instruments_idle(the);
	link_send(LINK_IDLE, frame, sizeof frame);
	runtime_debug_idle(the);
	for (;;) {
		uint8_t type;
		size_t length = link_receive(&type, payload);
		switch (type) {
		case LINK_TIME:
			if (length != 8)
				runtime_fatal("a TIME frame is malformed");
			runtime_clock_set(get64(payload));
			break;
		case LINK_RUN:
			return;
		case LINK_STOP:
			runtime_halt(HALT_STOPPED, "stopped");
		default:
			deliver(the, type, payload, length);
		}
	}
}

_Noreturn void runtime_loop(struct sxMachine *the)
{
	for (;;) {
		uint64_t deadline;
		/* a job may set a timer and a timer may start a job: the deadline counts only when neither is left */
		do {
			run_jobs(the);
			deadline = run_due(the);
		} while (the->promiseJobs);
		idle(the, deadline);
	}
}

void runtime_loop_prepare(struct sxMachine *the)
{
	mxPushUndefined();
	dispatcher = the->stack;
}

/** native: xs_thimble_loop_attach(dispatcher: (type: number, payload?: ArrayBuffer) => number | undefined): void */
void xs_thimble_loop_attach(txMachine *the)
{
	if (mxArgc < 1 || mxArgv(0)->kind != XS_REFERENCE_KIND)
		mxTypeError("dispatcher is no function");
	dispatcher->kind = XS_REFERENCE_KIND;
	dispatcher->value = mxArgv(0)->value;
}
