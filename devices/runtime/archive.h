/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The structure of an XS archive (`XS_A`), checked by us because XS believes every length in it.
 * What holds after ARCHIVE_OK: atoms nest exactly; strings end; each identifier in the byte code is the one that
 * IDEN gives its symbol; each instruction is known and whole; each branch lands on an instruction of its module.
 * What does not: byte code is not verified further (stack depth, local indexes). Trust comes from digest and signature.
 */
#ifndef THIMBLE_ARCHIVE_H
#define THIMBLE_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum archive_status {
	ARCHIVE_OK = 0x6B2D,
	ARCHIVE_E_ATOM = 0x2101,       /* an atom is cut, of the wrong type, or does not fill its parent */
	ARCHIVE_E_VERSION = 0x2202,    /* byte code of another XS version */
	ARCHIVE_E_SYMBOL = 0x2303,     /* symbol table: count, termination, or an identifier outside its range */
	ARCHIVE_E_CODE = 0x2404,       /* an unknown, forbidden or cut instruction, or an identifier that MAPS does not give */
	ARCHIVE_E_BRANCH = 0x2505,     /* a branch that does not land on an instruction */
	ARCHIVE_E_PATH = 0x2606,       /* a module or resource name that is empty, repeated, not ended, or the firmware's */
	ARCHIVE_E_MEMORY = 0x2707,     /* no memory for the check */
};

struct archive_rules {
	uint16_t first_id;   /* identifiers of the archive's own symbols count up from here */
	uint16_t known_ids;  /* identifiers below this are the engine's and the firmware's */
	bool natives;        /* host functions allowed: the firmware's own archive only */
};

/** A checked archive: views into its bytes, valid while they stay in place. */
struct archive_view {
	const uint8_t *bytes;
	size_t size;
	const uint8_t *symbols; /* u16 count, then NUL-terminated names */
	size_t symbols_size;
	const uint8_t *ids; /* u16 each */
	size_t ids_size;
	const uint8_t *maps; /* u16 each: the symbol of every identifier in the code, in order */
	size_t maps_size;
	const uint8_t *modules;
	size_t modules_size;
	const uint8_t *resources;
	size_t resources_size;
};

/**
 * Finds the parts of an archive without walking its byte code: for the firmware's own archive, which is part of a
 * verified image. Atoms are bounded all the same. @param out filled only when the result is ARCHIVE_OK.
 */
enum archive_status archive_open(const uint8_t *bytes, size_t size, struct archive_view *out);

/** Checks the structure of a whole archive. @param out filled only when the result is ARCHIVE_OK. */
enum archive_status archive_check(const uint8_t *bytes, size_t size, const struct archive_rules *rules, struct archive_view *out);

/** The byte code of a module by its name, or null. */
const uint8_t *archive_module(const struct archive_view *archive, const char *path, size_t *size);

/** A resource by its name, or null. */
const uint8_t *archive_resource(const struct archive_view *archive, const char *path, size_t *size);

/** The name at a position in the module table, or null after the last; position counts from 0. */
const char *archive_module_name(const struct archive_view *archive, size_t position);

/** The name of a status for people and logs. */
const char *archive_status_name(enum archive_status status);

#endif
