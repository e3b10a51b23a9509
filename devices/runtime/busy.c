/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Where a busy app is: asked for from outside while it runs, by a signal or an interrupt. Nothing is walked then, when
 * nothing is sure. XS's interpreter compares each push with the end of its stack, so that end is moved: at the next push
 * XS has saved where it is, and asks for the machine's end as in a stack overflow. (xsdtoa.c and xsre.c work at the free
 * end of the stack: they find no room there then, and take theirs from malloc.) A loop that pushes nothing has
 * branches only. It is looked for at the second question, among the words of the C stack: a word counts only when it
 * is the address of a branch in an archive, from which branches lead back to it. From there no other code is reached.
 */
#include "xsAll.h"

#include "runtime.h"

#define HOPS_MAX 8

static volatile bool is_asked;
static txSlot *stack_bottom;

bool runtime_is_asked(struct sxMachine *the)
{
	if (is_asked)
		the->stackBottom = stack_bottom;
	return is_asked;
}

/* Where an unconditional branch leads; null for other code, and outside of the archives. */
static const uint8_t *follow(const uint8_t *code)
{
	uint32_t offset;
	if (runtime_code_origin(code, &offset) == XS_NO_ID || runtime_code_origin(code + 4, &offset) == XS_NO_ID)
		return NULL;
	switch (code[0]) {
	case XS_CODE_BRANCH_1:
		return code + 2 + (int8_t)code[1];
	case XS_CODE_BRANCH_2:
		return code + 3 + (int16_t)(uint16_t)(code[1] | code[2] << 8);
	case XS_CODE_BRANCH_4:
		return code + 5 + (int32_t)((uint32_t)code[1] | (uint32_t)code[2] << 8 | (uint32_t)code[3] << 16 | (uint32_t)code[4] << 24);
	default:
		return NULL;
	}
}

static bool is_empty_loop(const uint8_t *code)
{
	const uint8_t *next = code;
	for (int i = 0; i < HOPS_MAX && next != NULL; i++) {
		next = follow(next);
		if (next == code)
			return true;
	}
	return false;
}

/* Reads words of the C stack that belong to other functions: no sanitizer would like that. */
__attribute__((noinline, no_sanitize("address", "undefined")))
static const uint8_t *find_empty_loop(const uintptr_t *from, const uintptr_t *to)
{
	for (; from < to; from++) {
		const uint8_t *code = (const uint8_t *)*from;
		if (is_empty_loop(code))
			return code;
	}
	return NULL;
}

__attribute__((no_sanitize("address")))
void runtime_ask_where(const void *stack_top)
{
	struct sxMachine *the = runtime_running_machine();
	if (the == NULL)
		return;
	if (!is_asked) {
		stack_bottom = the->stackBottom;
		is_asked = true;
		the->stackBottom = the->stackTop;
		return;
	}
	/* what the interrupted function has in registers is put on the stack, too */
	__builtin_unwind_init();
	uintptr_t from = 0;
	const uint8_t *code = find_empty_loop(&from, stack_top);
	if (code == NULL)
		return;
	char text[80];
	runtime_place_trace(the, code, text, sizeof text);
	runtime_halt(HALT_BUSY, text);
}
