/* SPDX-License-Identifier: Apache-2.0 */
/** The structural check of an archive: what archive.h promises after ARCHIVE_OK. */
#include <stdlib.h>

#include "archive-atoms.h"
#include "archive.h"
#include "xsCommon.h"

#define SYMBOL_NAME_MAX 1023u /* as XS's mapper */

/* Identifiers and where the walk stands in MAPS: one entry for each identifier in the code, in order. */
struct walk {
	const struct archive_rules *rules;
	const uint8_t *ids;
	uint16_t id_count;
	const uint8_t *map;
	const uint8_t *map_end;
};

/* SYMB: a count, then that many names, each ended and not too long; the first is the empty one. */
static bool check_symbols(const struct atom *symb, uint16_t *count)
{
	if (symb->size < 3)
		return false;
	*count = little16(symb->data);
	const uint8_t *p = symb->data + 2;
	const uint8_t *end = symb->data + symb->size;
	if (*count == 0 || *p != 0)
		return false;
	for (uint16_t i = 0; i < *count; i++) {
		const uint8_t *stop = memchr(p, 0, (size_t)(end - p));
		if (stop == NULL || (size_t)(stop - p) > SYMBOL_NAME_MAX)
			return false;
		p = stop + 1;
	}
	return p == end;
}

/* IDEN: the engine's and the firmware's identifiers as they are, the archive's own counting up without a gap. */
static bool check_ids(const struct atom *iden, uint16_t count, const struct archive_rules *rules)
{
	if (iden->size != (uint32_t)count * 2u || little16(iden->data) != XS_NO_ID)
		return false;
	uint32_t next = rules->first_id;
	for (uint32_t i = 1; i < count; i++) {
		uint16_t id = little16(iden->data + 2u * i);
		if (id >= rules->first_id) {
			if (id != next || next > 0x7FFF)
				return false;
			next++;
		}
		else if (id == XS_NO_ID || id >= rules->known_ids)
			return false;
	}
	return true;
}

static bool is_forbidden(uint8_t code, const struct archive_rules *rules)
{
	return code == XS_NO_CODE || code >= XS_CODE_COUNT || (code == XS_CODE_HOST && !rules->natives);
}

/* Width of the signed offset of a branching instruction, 0 for any other. */
static unsigned branch_width(uint8_t code)
{
	switch (code) {
	case XS_CODE_BRANCH_1:
	case XS_CODE_BRANCH_CHAIN_1:
	case XS_CODE_BRANCH_COALESCE_1:
	case XS_CODE_BRANCH_ELSE_1:
	case XS_CODE_BRANCH_IF_1:
	case XS_CODE_BRANCH_STATUS_1:
	case XS_CODE_CATCH_1:
	case XS_CODE_CODE_1:
	case XS_CODE_CODE_ARCHIVE_1:
		return 1;
	case XS_CODE_BRANCH_2:
	case XS_CODE_BRANCH_CHAIN_2:
	case XS_CODE_BRANCH_COALESCE_2:
	case XS_CODE_BRANCH_ELSE_2:
	case XS_CODE_BRANCH_IF_2:
	case XS_CODE_BRANCH_STATUS_2:
	case XS_CODE_CATCH_2:
	case XS_CODE_CODE_2:
	case XS_CODE_CODE_ARCHIVE_2:
		return 2;
	case XS_CODE_BRANCH_4:
	case XS_CODE_BRANCH_CHAIN_4:
	case XS_CODE_BRANCH_COALESCE_4:
	case XS_CODE_BRANCH_ELSE_4:
	case XS_CODE_BRANCH_IF_4:
	case XS_CODE_BRANCH_STATUS_4:
	case XS_CODE_CATCH_4:
	case XS_CODE_CODE_4:
	case XS_CODE_CODE_ARCHIVE_4:
		return 4;
	default:
		return 0;
	}
}

/* Size of the instruction at p, its operands included; 0 when it is cut or its string does not end. */
static size_t instruction_size(const uint8_t *p, size_t left)
{
	int size = gxCodeSizes[*p];
	size_t header;
	size_t content;
	if (size >= 0)
		return size == 0 ? (left < 3 ? 0 : 3) : ((size_t)size > left ? 0 : (size_t)size);
	header = 1u + (size_t)(-size);
	if (left < header)
		return 0;
	content = size == -1 ? p[1] : size == -2 ? little16(p + 1) : little32(p + 1);
	if (content > left - header)
		return 0;
	bool is_bigint = *p == XS_CODE_BIGINT_1 || *p == XS_CODE_BIGINT_2;
	if (!is_bigint && (content == 0 || p[header + content - 1] != 0))
		return 0;
	return header + content;
}

/* First pass over a module: instructions whole and allowed, identifiers as MAPS says; marks where each begins. */
static bool check_instructions(const struct atom *code, struct walk *walk, uint8_t *starts)
{
	size_t at = 0;
	while (at < code->size) {
		const uint8_t *p = code->data + at;
		if (is_forbidden(*p, walk->rules))
			return false;
		size_t size = instruction_size(p, code->size - at);
		if (size == 0)
			return false;
		if (gxCodeSizes[*p] == 0) {
			if (walk->map == walk->map_end)
				return false;
			uint16_t symbol = little16(walk->map);
			walk->map += 2;
			if (symbol >= walk->id_count || memcmp(p + 1, walk->ids + 2u * symbol, 2) != 0)
				return false;
		}
		starts[at / 8] |= (uint8_t)(1u << (at % 8));
		at += size;
	}
	return code->size > 0;
}

/* Its offset is the size of the function's body, which XS takes as it is. */
static bool is_function(uint8_t code)
{
	return (code >= XS_CODE_CODE_1 && code <= XS_CODE_CODE_4) ||
		(code >= XS_CODE_CODE_ARCHIVE_1 && code <= XS_CODE_CODE_ARCHIVE_4);
}

/* Second pass: every branch, and the end of every function body, lands on the start of an instruction. */
static bool check_branches(const struct atom *code, const uint8_t *starts)
{
	size_t at = 0;
	while (at < code->size) {
		const uint8_t *p = code->data + at;
		size_t size = instruction_size(p, code->size - at);
		unsigned width = branch_width(*p);
		if (width != 0) {
			int64_t offset = width == 1 ? (int8_t)p[1] : width == 2 ? (int16_t)little16(p + 1) : (int32_t)little32(p + 1);
			int64_t target = (int64_t)(at + size) + offset;
			if (target < 0 || target >= (int64_t)code->size || (is_function(*p) && offset <= 0))
				return false;
			if (!(starts[target / 8] & 1u << (target % 8)))
				return false;
		}
		at += size;
	}
	return true;
}

static enum archive_status check_module(const struct atom *code, struct walk *walk)
{
	uint8_t *starts = calloc(code->size / 8 + 1, 1);
	if (starts == NULL)
		return ARCHIVE_E_MEMORY;
	enum archive_status status = ARCHIVE_E_CODE;
	if (check_instructions(code, walk, starts))
		status = check_branches(code, starts) ? ARCHIVE_OK : ARCHIVE_E_BRANCH;
	free(starts);
	return status;
}

static enum archive_status check_table(const struct atom *table, const char type[static 4], struct walk *walk)
{
	const uint8_t *at = table->data;
	const uint8_t *end = table->data + table->size;
	while (at < end) {
		const uint8_t *entry = at;
		struct atom path;
		struct atom content;
		size_t size;
		if (!take_atom(&at, end, "PATH", &path) || !take_atom(&at, end, type, &content))
			return ARCHIVE_E_ATOM;
		if (!is_string(&path) || archive_find(table->data, entry, (const char *)path.data, &size) != NULL)
			return ARCHIVE_E_PATH;
		if (walk != NULL) {
			enum archive_status status = check_module(&content, walk);
			if (status != ARCHIVE_OK)
				return status;
		}
	}
	return ARCHIVE_OK;
}

enum archive_status archive_check(const uint8_t *bytes, size_t size, const struct archive_rules *rules, struct archive_view *out)
{
	struct archive_view view;
	uint16_t count = 0;

	memset(out, 0, sizeof *out);
	enum archive_status status = archive_open(bytes, size, &view);
	if (status != ARCHIVE_OK)
		return status;
	const struct atom symb = { view.symbols, (uint32_t)view.symbols_size };
	const struct atom iden = { view.ids, (uint32_t)view.ids_size };
	const struct atom mods = { view.modules, (uint32_t)view.modules_size };
	const struct atom rsrc = { view.resources, (uint32_t)view.resources_size };
	if (!check_symbols(&symb, &count) || !check_ids(&iden, count, rules))
		return ARCHIVE_E_SYMBOL;

	struct walk walk = { rules, view.ids, count, view.maps, view.maps + view.maps_size };
	status = check_table(&mods, "CODE", &walk);
	if (status != ARCHIVE_OK)
		return status;
	if (walk.map != walk.map_end)
		return ARCHIVE_E_CODE;
	status = check_table(&rsrc, "DATA", NULL);
	if (status == ARCHIVE_OK)
		*out = view;
	return status;
}
