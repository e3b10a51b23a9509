/* SPDX-License-Identifier: Apache-2.0 */
/** The text of an object that was thrown and is no error: its own properties, read where they lie, so that no script runs. */
#include "xsAll.h"

#include "runtime.h"

#define PROPERTIES_MAX 8
#define VALUE_MAX 60

/* Appends what fits; a character is never cut in two, and none begins a line, as a frame of a stack would. */
static size_t append(char *text, size_t size, size_t at, const char *words, size_t max)
{
	size_t length = strlen(words);
	if (length > max)
		length = max;
	if (length > size - 1 - at)
		length = size - 1 - at;
	while (words[length] != 0 && length > 0 && ((uint8_t)words[length] & 0xC0) == 0x80)
		length--;
	for (size_t i = 0; i < length; i++)
		text[at + i] = (uint8_t)words[i] < ' ' ? ' ' : words[i];
	text[at + length] = 0;
	return at + length;
}

static size_t append_value(txMachine *the, char *text, size_t size, size_t at, txSlot *property)
{
	switch (property->kind) {
	case XS_STRING_KIND:
	case XS_STRING_X_KIND:
		at = append(text, size, at, "\"", 1);
		at = append(text, size, at, property->value.string, VALUE_MAX);
		return append(text, size, at, strlen(property->value.string) > VALUE_MAX ? "…\"" : "\"", 4);
	case XS_UNDEFINED_KIND:
	case XS_NULL_KIND:
	case XS_BOOLEAN_KIND:
	case XS_INTEGER_KIND:
	case XS_NUMBER_KIND:
		mxPushSlot(property);
		at = append(text, size, at, fxToString(the, the->stack), VALUE_MAX);
		mxPop();
		return at;
	default:
		return append(text, size, at, "…", 3);
	}
}

void runtime_show_object(struct sxMachine *the, struct sxSlot *object, char *text, size_t size)
{
	size_t at = append(text, size, 0, "{", 1);
	int count = 0;
	for (txSlot *property = object->next; property != NULL; property = property->next) {
		const char *name = property->ID == XS_NO_ID ? NULL : fxGetKeyName(the, property->ID);
		if ((property->flag & (XS_INTERNAL_FLAG | XS_DONT_ENUM_FLAG)) || name == NULL)
			continue;
		at = append(text, size, at, count == 0 ? " " : ", ", 2);
		if (count++ == PROPERTIES_MAX) {
			at = append(text, size, at, "…", 3);
			break;
		}
		at = append(text, size, at, name, VALUE_MAX);
		at = append(text, size, at, ": ", 2);
		at = append_value(the, text, size, at, property);
	}
	append(text, size, at, count == 0 ? "}" : " }", 2);
}
