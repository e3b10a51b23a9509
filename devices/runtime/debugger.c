/* SPDX-License-Identifier: Apache-2.0 */
/**
 * XS's own debugger (xsDebug.c, the protocol of xsbug) over the board's debug channel; debug builds only. Without a
 * debugger nothing is sent and nothing is waited for. The simulator's side (host-sim/board/debugger.ts) sends one
 * command a line, and while the app runs only those that XS takes without waiting for more.
 */
#include "xsAll.h"

#include "board.h"
#include "runtime.h"

#ifdef mxDebug

/* XS asks at each line whether there is a command; a look at the channel costs more than most lines. */
#define LINES_PER_LOOK 64u

static struct {
	bool is_wanted; /* there is a debugger, and the app's names are mapped */
	bool is_connected;
	bool was_in_firmware;       /* the last stop was in a module of the firmware */
	bool is_stepping;           /* the debugger's last word was a step */
	bool is_stepping_next_turn; /* or one out of a function, which may be the last of this turn of the loop */
	bool is_running;            /* the next command comes while the app runs: there a step means "break" */
	bool is_breaking;
	unsigned lines;
	size_t at;
	size_t end;
	uint8_t bytes[256];
} debugger;

/* XS connects when it makes its machine. Then a breakpoint's path would take an identifier of the app: only later. */
void fxConnect(txMachine *the)
{
	(void)the;
	debugger.is_connected = debugger.is_wanted;
}

void fxDisconnect(txMachine *the)
{
	(void)the;
	debugger.is_connected = false;
	debugger.is_wanted = false;
}

txBoolean fxIsConnected(txMachine *the)
{
	(void)the;
	return debugger.is_connected;
}

txBoolean fxIsReadable(txMachine *the)
{
	(void)the;
	if (!debugger.is_connected || ++debugger.lines % LINES_PER_LOOK != 0)
		return 0;
	debugger.is_running = debugger.at < debugger.end || board_debug_readable(false);
	return debugger.is_running;
}

static bool begins_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static void note_command(const char *line)
{
	bool is_running = debugger.is_running;
	debugger.is_running = false;
	if (!begins_with(line, "<step") && !begins_with(line, "<go"))
		return;
	debugger.is_breaking = is_running && begins_with(line, "<step");
	debugger.is_stepping_next_turn = begins_with(line, "<step-outside");
	debugger.is_stepping = begins_with(line, "<step") && !debugger.is_stepping_next_turn;
}

/*
 * One line, or as much of a long one as there is room for: so XS goes on as soon as it was told to, and what follows is
 * for the next stop.
 */
void fxReceive(txMachine *the)
{
	the->debugOffset = 0;
	while ((size_t)the->debugOffset < sizeof the->debugBuffer - 1) {
		if (debugger.at == debugger.end) {
			debugger.at = 0;
			debugger.end = board_debug_read(debugger.bytes, sizeof debugger.bytes);
		}
		if (debugger.end == 0) {
			fxDisconnect(the);
			break;
		}
		char byte = (char)debugger.bytes[debugger.at++];
		the->debugBuffer[the->debugOffset++] = byte;
		if (byte == '\n')
			break;
	}
	the->debugBuffer[the->debugOffset] = 0;
	note_command(the->debugBuffer);
}

void fxSend(txMachine *the, txBoolean more)
{
	(void)more;
	if (debugger.is_connected)
		board_debug_write((const uint8_t *)the->echoBuffer, (size_t)the->echoOffset);
}

void runtime_debug_line(txMachine *the, txID file, txInteger line);

static bool has_breakpoint(txMachine *the, txID file, txInteger line)
{
	for (txSlot *breakpoint = mxBreakpoints.value.list.first; breakpoint; breakpoint = breakpoint->next) {
		if (breakpoint->ID == file && breakpoint->value.integer == line)
			return true;
	}
	return false;
}

/* Names of the firmware's files come before the app's. */
static bool is_passed_over(txID file)
{
	return file < firmware_app_ids && !debugger.was_in_firmware;
}

/* Whether a function that is being stepped through is among the callers: it stops when control is back in it. */
static bool returns_to_step(txMachine *the)
{
	for (txSlot *frame = the->frame; frame; frame = frame->next) {
		if (!(frame->flag & XS_C_FLAG) && (frame->flag & XS_STEP_OVER_FLAG) && !is_passed_over(mxFrameToEnvironment(frame)->ID))
			return true;
	}
	return false;
}

/*
 * Takes the place of fxDebugLine() in xsRun.c (board.cmake). Stepping passes over the firmware's modules, unless that is
 * where the debugger is; and from the last line of a job or callback it goes to the first line of the next one, where
 * XS would run on. A breakpoint holds anywhere.
 */
void runtime_debug_line(txMachine *the, txID file, txInteger line)
{
	if (!debugger.is_connected)
		return;
	bool is_step = (the->frame->flag & XS_STEP_OVER_FLAG) || (debugger.is_stepping && !returns_to_step(the));
	if (is_step && !is_passed_over(file))
		the->frame->flag |= XS_STEP_OVER_FLAG;
	else if (!has_breakpoint(the, file, line))
		return;
	debugger.is_breaking = false;
	debugger.was_in_firmware = file < firmware_app_ids;
	fxDebugLine(the, file, line);
}

/* XS asks about a line only while it has a breakpoint, or steps in that very function: this one is nowhere. */
static void ask_at_every_line(txMachine *the)
{
	txSlot *nowhere = fxNewSlot(the);
	nowhere->next = mxBreakpoints.value.list.first;
	nowhere->ID = XS_NO_ID;
	nowhere->kind = XS_INTEGER_KIND;
	nowhere->value.integer = 0;
	mxBreakpoints.value.list.first = nowhere;
}

/* Returns when the debugger has set its first breakpoints, or has gone. */
void runtime_debug_login(struct sxMachine *the, bool has_debugger)
{
	debugger.is_wanted = has_debugger;
	if (!has_debugger)
		return;
	ask_at_every_line(the);
	fxLogin(the);
	debugger.is_stepping = the->breakOnStartFlag != 0;
	the->breakOnStartFlag = 0;
}

/* A "break" finds no frame here. It stops all the same; a step from there leads to the next line that runs. */
static void stop_idle(txMachine *the)
{
	debugger.is_breaking = false;
	the->breakOnStartFlag = 0;
	fxBeginHost(the);
	fxDebugLoop(the, NULL, 0, "idle");
	fxEndHost(the);
}

/* Returns when the simulator has something to say on the link. */
void runtime_debug_idle(struct sxMachine *the)
{
	if (debugger.is_stepping_next_turn)
		debugger.is_stepping = true;
	/* it came after the last line of the app in this turn */
	if (debugger.is_breaking)
		stop_idle(the);
	while (debugger.is_connected && (debugger.at < debugger.end || board_debug_readable(true))) {
		fxDebugCommand(the);
		if (the->breakOnStartFlag)
			stop_idle(the);
	}
}

void runtime_debug_trace(struct sxMachine *the, const char *text)
{
	fxReport(the, "%s", text);
}

#else

void runtime_debug_login(struct sxMachine *the, bool has_debugger)
{
	(void)the;
	(void)has_debugger;
}

void runtime_debug_idle(struct sxMachine *the)
{
	(void)the;
}

void runtime_debug_trace(struct sxMachine *the, const char *text)
{
	(void)the;
	(void)text;
}

#endif
