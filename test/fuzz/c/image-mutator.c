/* SPDX-License-Identifier: Apache-2.0 */
/**
 * libFuzzer's mutator for images: changes one part of the archive and puts all lengths around it right, so that more than
 * the first length is looked at. Sometimes it changes lengths and anything else as they come.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "archive-atoms.h"
#include "image.h"
#include "xsCommon.h"

#define LEAVES_MAX 256u

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

/* An atom without atoms in it, and where the headers of those around it are; 0: none. */
struct leaf {
	size_t at;
	size_t table;
};

struct tree {
	struct leaf leaves[LEAVES_MAX];
	size_t count;
};

static void write_little32(uint8_t *p, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		p[i] = (uint8_t)(value >> (8 * i));
}

static void write_big32(uint8_t *p, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		p[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void note(struct tree *tree, size_t at, size_t table)
{
	if (tree->count < LEAVES_MAX)
		tree->leaves[tree->count++] = (struct leaf){ at, table };
}

/* Notes the leaves of [at, end); false where lengths do not add up. */
static bool collect(const uint8_t *data, size_t at, size_t end, size_t table, struct tree *tree)
{
	while (at < end) {
		if (end - at < ATOM_HEADER)
			return false;
		const uint32_t size = big32(data + at);
		if (size < ATOM_HEADER || size > end - at)
			return false;
		const bool is_table = memcmp(data + at + 4, "MODS", 4) == 0 || memcmp(data + at + 4, "RSRC", 4) == 0;
		if (!is_table || table != 0)
			note(tree, at, table);
		else if (!collect(data, at + ATOM_HEADER, at + size, at, tree))
			return false;
		at += size;
	}
	return true;
}

/* The archive is [32, end): its tree, when header and atoms hold. */
static bool parse(const uint8_t *data, size_t size, size_t *end, struct tree *tree)
{
	tree->count = 0;
	if (size < IMAGE_HEADER_SIZE + ATOM_HEADER)
		return false;
	const uint32_t payload = little32(data + 12);
	if (payload < ATOM_HEADER || payload > size - IMAGE_HEADER_SIZE || big32(data + IMAGE_HEADER_SIZE) != payload)
		return false;
	*end = IMAGE_HEADER_SIZE + payload;
	return collect(data, IMAGE_HEADER_SIZE + ATOM_HEADER, *end, 0, tree) && tree->count > 0;
}

static void grow(uint8_t *data, size_t atom, ptrdiff_t more)
{
	write_big32(data + atom, (uint32_t)(big32(data + atom) + (uint32_t)more));
}

/* Puts content in place of [from, to) of the archive, in the leaf and all around it. @return the image's new size. */
static size_t replace(uint8_t *data, size_t size, const struct leaf *leaf, size_t from, size_t to, const uint8_t *content, size_t length)
{
	const ptrdiff_t more = (ptrdiff_t)length - (ptrdiff_t)(to - from);
	memmove(data + from + length, data + to, size - to);
	memcpy(data + from, content, length);
	if (leaf->at < from)
		grow(data, leaf->at, more);
	if (leaf->table != 0)
		grow(data, leaf->table, more);
	grow(data, IMAGE_HEADER_SIZE, more);
	write_little32(data + 12, (uint32_t)(little32(data + 12) + (uint32_t)more));
	return (size_t)((ptrdiff_t)size + more);
}

static size_t mutate_leaf(uint8_t *data, size_t size, size_t max_size, const struct leaf *leaf)
{
	const size_t from = leaf->at + ATOM_HEADER;
	const size_t to = leaf->at + big32(data + leaf->at);
	const size_t room = to - from + (max_size - size);
	const size_t capacity = room < 2 * (to - from) + 64 ? room : 2 * (to - from) + 64;
	if (capacity == 0)
		return size;
	uint8_t *content = malloc(capacity);
	if (content == NULL)
		return size;
	memcpy(content, data + from, to - from);
	const size_t length = LLVMFuzzerMutate(content, to - from, capacity);
	size = replace(data, size, leaf, from, to, content, length);
	free(content);
	return size;
}

/* How far an instruction reaches, as far as there is one. */
static size_t instruction_size(const uint8_t *p, size_t left)
{
	const int width = *p < XS_CODE_COUNT ? gxCodeSizes[*p] : 1;
	if (width >= 0)
		return width > 0 ? (size_t)width : 3;
	const size_t head = 1 + (size_t)-width;
	if (left < head)
		return left;
	return head + (width == -1 ? p[1] : width == -2 ? little16(p + 1) : little32(p + 1));
}

/* Puts an instruction between two of a module, sometimes one that reaches further than what is put there. */
static size_t insert_instruction(uint8_t *data, size_t size, size_t max_size, const struct leaf *leaf, unsigned int seed)
{
	uint8_t instruction[16] = { 0 };
	const size_t end = leaf->at + big32(data + leaf->at);
	size_t at = leaf->at + ATOM_HEADER;
	for (unsigned int steps = seed % 64u; at < end && (steps > 0 || seed % 4u == 0); steps--)
		at += instruction_size(data + at, end - at);
	if (at > end)
		at = end;
	instruction[0] = (uint8_t)(seed / 64u % XS_CODE_COUNT);
	const int width = gxCodeSizes[instruction[0]];
	if (width < 0)
		instruction[1] = (uint8_t)(seed / 4096u % 5u);
	else
		(void)LLVMFuzzerMutate(instruction + 1, 4, 4);
	size_t length = width < 0 ? 1 + (size_t)-width + instruction[1] : instruction_size(instruction, sizeof instruction);
	if (length > 1 && seed / 32768u % 4u == 0)
		length--;
	if (length > sizeof instruction || length > max_size - size)
		return size;
	return replace(data, size, leaf, at, at, instruction, length);
}

/* Doubles or removes the entry of a table (a name and what it names) that the leaf is in. */
static size_t change_entry(uint8_t *data, size_t size, size_t max_size, const struct tree *tree, size_t index, bool doubles)
{
	const bool is_name = memcmp(data + tree->leaves[index].at + 4, "PATH", 4) == 0;
	const size_t first = is_name ? index : index - 1;
	if (tree->leaves[index].table == 0 || first + 1 >= tree->count)
		return size;
	const size_t from = tree->leaves[first].at;
	const size_t to = tree->leaves[first + 1].at + big32(data + tree->leaves[first + 1].at);
	const struct leaf entry = { from, tree->leaves[first].table };
	if (to <= from)
		return size;
	if (!doubles)
		return replace(data, size, &entry, from, to, data + from, 0);
	if (to - from > max_size - size)
		return size;
	uint8_t *twice = malloc(2 * (to - from));
	if (twice == NULL)
		return size;
	memcpy(twice, data + from, to - from);
	memcpy(twice + (to - from), data + from, to - from);
	size = replace(data, size, &entry, from, to, twice, 2 * (to - from));
	free(twice);
	return size;
}

/* The TLVs; with the length of the last area put right, if asked. */
static size_t mutate_tail(uint8_t *data, size_t size, size_t max_size, size_t tail, bool repairs)
{
	size = tail + LLVMFuzzerMutate(data + tail, size - tail, max_size - tail);
	const size_t area = tail + little16(data + 10);
	if (repairs && area + 4 <= size) {
		data[area + 2] = (uint8_t)(size - area);
		data[area + 3] = (uint8_t)((size - area) >> 8);
	}
	return size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	struct tree tree;
	size_t end = 0;
	const unsigned choice = seed % 16u;
	if (choice == 0 || !parse(data, size, &end, &tree))
		return LLVMFuzzerMutate(data, size, max_size);
	if (choice == 1)
		return mutate_tail(data, size, max_size, end, (seed / 16u) % 2u == 0);
	if (choice == 2) {
		(void)LLVMFuzzerMutate(data, IMAGE_HEADER_SIZE, IMAGE_HEADER_SIZE);
		return size;
	}
	const size_t index = (seed / 16u) % tree.count;
	if (choice == 3 || choice == 4)
		return change_entry(data, size, max_size, &tree, index, choice == 3);
	const bool is_code = memcmp(data + tree.leaves[index].at + 4, "CODE", 4) == 0;
	if (is_code && choice < 10)
		return insert_instruction(data, size, max_size, &tree.leaves[index], seed / 256u);
	return mutate_leaf(data, size, max_size, &tree.leaves[index]);
}
