/* SPDX-License-Identifier: Apache-2.0 */
/** Atoms of an XS archive: u32 big-endian size of the whole, four letters, content. Between the files of the archive only. */
#ifndef THIMBLE_ARCHIVE_ATOMS_H
#define THIMBLE_ARCHIVE_ATOMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ATOM_HEADER 8u

struct atom {
	const uint8_t *data;
	uint32_t size;
};

static inline uint32_t big32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline uint16_t little16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t little32(const uint8_t *p)
{
	return (uint32_t)little16(p) | (uint32_t)little16(p + 2) << 16;
}

/* Takes the next atom from *at, which must lie before end and have this type. */
static inline bool take_atom(const uint8_t **at, const uint8_t *end, const char type[static 4], struct atom *out)
{
	size_t left = (size_t)(end - *at);
	if (left < ATOM_HEADER)
		return false;
	uint32_t size = big32(*at);
	if (size < ATOM_HEADER || size > left || memcmp(*at + 4, type, 4) != 0)
		return false;
	out->data = *at + ATOM_HEADER;
	out->size = size - ATOM_HEADER;
	*at += size;
	return true;
}

static inline bool is_string(const struct atom *atom)
{
	return atom->size > 1 && memchr(atom->data, 0, atom->size) == atom->data + atom->size - 1;
}

/** The entry of that name in a table of PATH and content atoms that was checked up to end; null when there is none. */
const uint8_t *archive_find(const uint8_t *table, const uint8_t *end, const char *path, size_t *size);

#endif
