/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Makes the XS machine: names in their fixed order, frozen built-ins, then the app's archive on top. The order of names
 * is what lets an archive be linked once and mapped without a change.
 */
#include "xsAll.h"

#include "board.h"
#include "firmware-keys.h"
#include "runtime.h"

#define DEFAULT_HEAP (256u * 1024u)
#define DEFAULT_STACK (16u * 1024u / 16u)
#define MOST_STACK 65536u
/* The built-ins take 3,400 slots. XS collects garbage before it takes more memory: small steps cost time, large ones room. */
#define BUILTIN_SLOTS 3456
#define FIRST_CHUNKS (6 * 1024)
#define HEAP_STEPS 32u
#define KEYS_OF_APP 256
#define KEYS_MORE 128

/* Freezes one object, then what it leads to. Internal slots (code, home, buffers) are not properties and stay. */
static void freeze(txMachine *the, txSlot *instance)
{
	if (instance == NULL || (instance->flag & XS_DONT_PATCH_FLAG) || instance == mxGlobal.value.reference)
		return;
	instance->flag |= XS_DONT_PATCH_FLAG;
	freeze(the, instance->value.instance.prototype);
	for (txSlot *property = instance->next; property; property = property->next) {
		if (property->kind == XS_ARRAY_KIND)
			property->flag |= XS_DONT_SET_FLAG; /* or Array.prototype could still be given a length, and elements */
		if (property->flag & XS_INTERNAL_FLAG)
			continue;
		property->flag |= XS_DONT_DELETE_FLAG;
		if (property->kind == XS_ACCESSOR_KIND) {
			freeze(the, property->value.accessor.getter);
			freeze(the, property->value.accessor.setter);
		}
		else {
			property->flag |= XS_DONT_SET_FLAG;
			if (property->kind == XS_REFERENCE_KIND)
				freeze(the, property->value.reference);
		}
	}
}

/* On Moddable's boards the built-ins live in flash and cannot change; here they are frozen in RAM. */
static void freeze_builtins(txMachine *the)
{
	for (txInteger i = 0; i <= mxThrowTypeErrorFunctionStackIndex; i++) {
		bool is_machinery = i < mxObjectPrototypeStackIndex && (i < _AggregateError || i >= XS_INTRINSICS_COUNT);
		txSlot *slot = &the->stackPrototypes[-1 - i];
		if (!is_machinery && slot->kind == XS_REFERENCE_KIND)
			freeze(the, slot->value.reference);
	}
}

/* The firmware's modules find the built-ins by name in the global object: an app adds to it, but replaces nothing. */
void runtime_freeze_globals(struct sxMachine *the)
{
	for (txSlot *property = mxGlobal.value.reference->next; property; property = property->next) {
		if (!(property->flag & XS_INTERNAL_FLAG))
			property->flag |= XS_DONT_DELETE_FLAG | XS_DONT_SET_FLAG;
	}
}

/*
 * The engine's and the firmware's names are slots in read-only memory, made with the firmware (firmware-keys.c): they
 * cost neither RAM nor time. Names of the app, and names made at run time, begin at a fixed identifier.
 */
void fxBuildKeys(txMachine *the)
{
	the->keyArrayHost = (txSlot **)(uintptr_t)firmware_keys;
	the->keyOffset = (txID)firmware_app_ids;
	the->keyIndex = (txID)firmware_app_ids;
	the->keyCount = (txID)(the->keyCount + firmware_app_ids);
	memcpy(the->nameTable, firmware_names, FIRMWARE_NAME_MODULO * sizeof(txSlot *));
}

/* The loader asks for a preparation, which Moddable's linker makes; ours only names the engine. */
static txPreparation preparation = {
	.version = { XS_MAJOR_VERSION, XS_MINOR_VERSION, XS_PATCH_VERSION, 0 },
	.creation = { .incrementalKeyCount = KEYS_MORE },
};

/*
 * What XS's mapper does with an archive that is linked clean: each name gets its identifier, which is the one that stands
 * beside it. XS's own (fxMapArchive) is not called: of an archive that is not clean it walks the byte code, and of that it
 * misreads strings of four length bytes. archive-check.c has seen that names end and are as many as identifiers. A name's
 * text is used where it lies, as byte code is.
 */
static bool map_clean(txMachine *the, const struct archive_view *archive)
{
	const char *name = (const char *)archive->symbols + 2;
	for (size_t at = 2; at < archive->ids_size; at += 2) {
		name += strlen(name) + 1; /* the first, which is empty, is nobody's */
		if (fxNewNameX(the, (txString)(uintptr_t)name) != (txID)(archive->ids[at] | archive->ids[at + 1] << 8))
			return false;
	}
	return true;
}

/* The words begin what cli/outcome.ts gives advice on. In brackets: where a manifest says the size. */
static _Noreturn void refuse_size(const char *format, size_t asked, size_t limit, uint32_t stack_slots)
{
	char text[200];
	snprintf(text, sizeof text, format, (unsigned long)asked, (unsigned long)limit, (unsigned long)stack_slots);
	runtime_halt(HALT_REFUSED, text);
}

static void check_sizes(size_t heap_bytes, uint32_t stack_slots)
{
	/* XS does not look whether it got its stack; built-ins and the first chunks come out of the same heap */
	size_t least = ((size_t)stack_slots + BUILTIN_SLOTS + 64u) * sizeof(txSlot) + 2u * FIRST_CHUNKS;
	if (stack_slots > MOST_STACK)
		refuse_size("too large a stack: %lu slots (creation.stack), the most is %lu", stack_slots, MOST_STACK, 0);
	if (heap_bytes > board_heap_max())
		refuse_size("too large a heap: %lu bytes (creation.static), this board has %lu", heap_bytes, board_heap_max(), 0);
	if (heap_bytes < least)
		refuse_size("too small a heap: %lu bytes (creation.static), the engine alone needs %lu with"
		            " a stack of %lu slots (creation.stack)", heap_bytes, least, stack_slots);
}

struct sxMachine *runtime_machine(const struct archive_view *firmware, uint32_t heap_bytes, uint32_t stack_slots)
{
	if (heap_bytes == 0)
		heap_bytes = DEFAULT_HEAP * (uint32_t)(sizeof(txSlot) / 16u);
	if (stack_slots == 0)
		stack_slots = DEFAULT_STACK;
	check_sizes(heap_bytes, stack_slots);
	if (!runtime_heap_use(board_heap(heap_bytes), heap_bytes))
		runtime_halt(HALT_MEMORY, "no memory for the XS heap");
	txCreation creation = {
		.initialChunkSize = FIRST_CHUNKS,
		.incrementalChunkSize = (txSize)(heap_bytes / HEAP_STEPS),
		.initialHeapCount = BUILTIN_SLOTS,
		.incrementalHeapCount = (txSize)(heap_bytes / HEAP_STEPS / sizeof(txSlot)),
		.stackCount = (txSize)stack_slots,
		.initialKeyCount = KEYS_OF_APP,
		.incrementalKeyCount = KEYS_MORE,
		.nameModulo = FIRMWARE_NAME_MODULO,
		.symbolModulo = 31,
		.parserBufferSize = 1024,
		.parserTableModulo = 1,
		.staticSize = 0,
	};
	txMachine *the = fxCreateMachine(&creation, "thimble", NULL, XS_NO_ID);
	if (the == NULL)
		runtime_halt(HALT_MEMORY, "no memory for the XS machine");
	if (the->keyIndex != firmware_app_ids)
		runtime_fatal("the engine made names of its own: the ABI does not hold");
	the->preparation = &preparation;
	freeze_builtins(the);
#ifdef mxDebug
	if (!map_clean(the, firmware))
		runtime_fatal("the firmware archive does not fit this engine");
#else
	(void)firmware;
#endif
	return the;
}

void runtime_map_app(struct sxMachine *the, const struct archive_view *app)
{
	if (!map_clean(the, app))
		runtime_halt(HALT_REFUSED, "ARCHIVE_E_SYMBOL: the app is not linked clean against this firmware");
}
