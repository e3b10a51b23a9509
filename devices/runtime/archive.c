/* SPDX-License-Identifier: Apache-2.0 */
#include "archive.h"

#include "archive-atoms.h"
#include "xsCommon.h"

const uint8_t *archive_find(const uint8_t *table, const uint8_t *end, const char *path, size_t *size)
{
	while (table < end) {
		const uint8_t *content = table + big32(table);
		if (strcmp((const char *)table + ATOM_HEADER, path) == 0) {
			*size = big32(content) - ATOM_HEADER;
			return content + ATOM_HEADER;
		}
		table = content + big32(content);
	}
	return NULL;
}

enum archive_status archive_open(const uint8_t *bytes, size_t size, struct archive_view *out)
{
	struct atom root, vers, sign, name, symb, iden, maps, mods, rsrc;
	const uint8_t *at = bytes;
	const uint8_t *end = bytes + size;

	memset(out, 0, sizeof *out);
	if (!take_atom(&at, end, "XS_A", &root) || at != end)
		return ARCHIVE_E_ATOM;
	at = root.data;
	if (!take_atom(&at, end, "VERS", &vers) || vers.size != 4 || !take_atom(&at, end, "SIGN", &sign) || sign.size != 16)
		return ARCHIVE_E_ATOM;
	if (vers.data[0] != XS_MAJOR_VERSION || vers.data[1] != XS_MINOR_VERSION || vers.data[3] != 0)
		return ARCHIVE_E_VERSION;
	if (!take_atom(&at, end, "NAME", &name) || !is_string(&name) || !take_atom(&at, end, "SYMB", &symb) ||
		!take_atom(&at, end, "IDEN", &iden) || !take_atom(&at, end, "MAPS", &maps) || maps.size % 2 != 0 ||
		!take_atom(&at, end, "MODS", &mods) || !take_atom(&at, end, "RSRC", &rsrc) || at != end)
		return ARCHIVE_E_ATOM;
	*out = (struct archive_view){ bytes, size, symb.data, symb.size, iden.data, iden.size, maps.data, maps.size,
		mods.data, mods.size, rsrc.data, rsrc.size };
	return ARCHIVE_OK;
}

const uint8_t *archive_module(const struct archive_view *archive, const char *path, size_t *size)
{
	return archive_find(archive->modules, archive->modules + archive->modules_size, path, size);
}

const uint8_t *archive_resource(const struct archive_view *archive, const char *path, size_t *size)
{
	return archive_find(archive->resources, archive->resources + archive->resources_size, path, size);
}

const char *archive_module_name(const struct archive_view *archive, size_t position)
{
	const uint8_t *at = archive->modules;
	const uint8_t *end = at + archive->modules_size;
	while (at < end) {
		const uint8_t *code = at + big32(at);
		if (position-- == 0)
			return (const char *)at + ATOM_HEADER;
		at = code + big32(code);
	}
	return NULL;
}

const char *archive_status_name(enum archive_status status)
{
	switch (status) {
	case ARCHIVE_OK:
		return "ARCHIVE_OK";
	case ARCHIVE_E_ATOM:
		return "ARCHIVE_E_ATOM";
	case ARCHIVE_E_VERSION:
		return "ARCHIVE_E_VERSION";
	case ARCHIVE_E_SYMBOL:
		return "ARCHIVE_E_SYMBOL";
	case ARCHIVE_E_CODE:
		return "ARCHIVE_E_CODE";
	case ARCHIVE_E_BRANCH:
		return "ARCHIVE_E_BRANCH";
	case ARCHIVE_E_PATH:
		return "ARCHIVE_E_PATH";
	case ARCHIVE_E_MEMORY:
		return "ARCHIVE_E_MEMORY";
	}
	return "ARCHIVE_E_UNKNOWN";
}
