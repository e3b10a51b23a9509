/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bank: header unit, then records: one header unit, the data, zeros up to the next unit. A record's CRC covers its header
 * and data, so a torn one does not count. Behind a torn record (or a torn header) the bank is still erased; where it is
 * not, the bank was damaged by something else than a power cut.
 */
#include "its-log.h"

#include <stddef.h>
#include <string.h>

#include "flash.h"

#define UNIT FLASH_WRITE_UNIT
#define BANK_SIZE (FLASH_ITS_SIZE / 2u)
#define BANK_MAGIC 0x53544954u   /* "TITS": its bank */
#define RECORD_MAGIC 0x5254u      /* "TR": its record */
#define NOBODY 0u                /* no record has this uid */

_Static_assert(FLASH_ITS_SIZE % (2u * FLASH_SECTOR_SIZE) == 0, "banks are whole sectors");
_Static_assert(BANK_SIZE % UNIT == 0 && UNIT == 16, "headers are one unit");

struct bank_header {
	uint32_t magic, sequence, reserved, crc;
};

struct record_header {
	uint16_t magic, check; /* check: of what follows, so that a length is believed before the data is read */
	uint32_t uid;
	uint16_t length, flags;
	uint32_t crc;
};

_Static_assert(sizeof(struct bank_header) == UNIT && sizeof(struct record_header) == UNIT, "one unit each");

struct log {
	uint32_t bank;     /* offset of the live bank, meaningful when there is one */
	uint32_t sequence; /* 0: no live bank */
};

struct cursor {
	uint32_t offset, end; /* where the next record begins */
	bool torn;
};

static uint32_t crc32(uint32_t crc, const uint8_t *data, size_t size)
{
	crc = ~crc;
	for (size_t i = 0; i < size; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (0xEDB88320u & (0u - (crc & 1u)));
	}
	return ~crc;
}

static uint16_t header_check(const struct record_header *header)
{
	const size_t skipped = offsetof(struct record_header, uid);
	return (uint16_t)crc32(0, (const uint8_t *)header + skipped, sizeof *header - skipped);
}

static uint32_t other_bank(uint32_t bank)
{
	return bank == FLASH_ITS_OFFSET ? FLASH_ITS_OFFSET + BANK_SIZE : FLASH_ITS_OFFSET;
}

static uint32_t padded(uint32_t length)
{
	return (length + UNIT - 1u) / UNIT * UNIT;
}

static int erased(uint32_t offset, uint32_t end, bool *yes)
{
	uint8_t unit[UNIT];
	for (*yes = true; *yes && offset < end; offset += UNIT) {
		if (flash_read(offset, unit, UNIT) != FLASH_OK)
			return ITS_LOG_FAILED;
		for (size_t i = 0; i < UNIT; i++)
			*yes = *yes && unit[i] == FLASH_ERASED;
	}
	return ITS_LOG_OK;
}

/* The bank's sequence number, 0 without a valid header. */
static int read_bank(uint32_t bank, uint32_t *sequence)
{
	struct bank_header header;
	*sequence = 0;
	if (flash_read(bank, (uint8_t *)&header, UNIT) != FLASH_OK)
		return ITS_LOG_FAILED;
	if (header.magic == BANK_MAGIC && header.crc == crc32(0, (uint8_t *)&header, offsetof(struct bank_header, crc)))
		*sequence = header.sequence;
	return ITS_LOG_OK;
}

static int open_log(struct log *log)
{
	uint32_t first, second;
	const uint32_t bank = FLASH_ITS_OFFSET;
	if (read_bank(bank, &first) || read_bank(bank + BANK_SIZE, &second))
		return ITS_LOG_FAILED;
	log->bank = second > first ? bank + BANK_SIZE : bank;
	log->sequence = second > first ? second : first;
	if (log->sequence == 0) {
		/* New, or its first header was torn: behind both headers everything is erased. Anything else is damage. */
		bool empty, other_empty;
		if (erased(bank + UNIT, bank + BANK_SIZE, &empty) ||
		    erased(bank + BANK_SIZE + UNIT, bank + 2u * BANK_SIZE, &other_empty))
			return ITS_LOG_FAILED;
		if (!empty || !other_empty)
			return ITS_LOG_CORRUPT;
	}
	return ITS_LOG_OK;
}

/* The CRC of uid, length and flags; the data's goes on from it. */
static uint32_t record_start_crc(const struct record_header *header)
{
	const size_t skipped = offsetof(struct record_header, uid);
	return crc32(0, (const uint8_t *)header + skipped, offsetof(struct record_header, crc) - skipped);
}

static int record_crc(const struct record_header *header, uint32_t offset, uint32_t *crc)
{
	uint8_t unit[UNIT];
	*crc = record_start_crc(header);
	for (uint32_t done = 0; done < header->length; done += UNIT) {
		const uint32_t size = header->length - done < UNIT ? header->length - done : UNIT;
		if (flash_read(offset + done, unit, UNIT) != FLASH_OK)
			return ITS_LOG_FAILED;
		*crc = crc32(*crc, unit, size);
	}
	memset(unit, 0, sizeof unit);
	return ITS_LOG_OK;
}

/* Steps to the next record; without one, found is false and the cursor is where the next may be written. */
static int next_record(struct cursor *cursor, struct its_record *record, bool *found)
{
	struct record_header header;
	uint32_t crc = 0, after = cursor->offset + UNIT;
	bool clean;
	*found = false;
	if (cursor->torn || cursor->offset >= cursor->end)
		return ITS_LOG_OK;
	if (flash_read(cursor->offset, (uint8_t *)&header, UNIT) != FLASH_OK ||
	    erased(cursor->offset, cursor->offset + UNIT, &clean))
		return ITS_LOG_FAILED;
	if (clean)
		return ITS_LOG_OK;
	if (header.magic == RECORD_MAGIC && header.check == header_check(&header) &&
	    padded(header.length) <= cursor->end - after) {
		if (record_crc(&header, after, &crc))
			return ITS_LOG_FAILED;
		*record = (struct its_record){header.uid, header.flags, header.length, after};
		after += padded(header.length);
		if (crc == header.crc) {
			cursor->offset = after;
			*found = true;
			return ITS_LOG_OK;
		}
	}
	cursor->torn = true;
	if (erased(after, cursor->end, &clean))
		return ITS_LOG_FAILED;
	return clean ? ITS_LOG_OK : ITS_LOG_CORRUPT;
}

/* Finds the newest record of uid in the live bank and, through the cursor, the end of the log. */
static int find(const struct log *log, uint32_t uid, struct its_record *record, bool *found, struct cursor *end)
{
	*end = (struct cursor){log->bank + UNIT, log->bank + BANK_SIZE, false};
	*found = false;
	for (;;) {
		struct its_record next;
		bool more;
		const int status = next_record(end, &next, &more);
		if (status || !more)
			return status;
		if (next.uid == uid) {
			*record = next;
			*found = true;
		}
	}
}

/* Writes a record from RAM (data) or, with data null, from the flash. */
static int write_record(uint32_t offset, const struct its_record *record, const uint8_t *data)
{
	struct record_header header = {RECORD_MAGIC, 0, record->uid, (uint16_t)record->length, (uint16_t)record->flags, 0};
	uint8_t unit[UNIT];
	int status = ITS_LOG_OK;
	if (data) {
		header.crc = crc32(record_start_crc(&header), data, record->length);
	} else if (record_crc(&header, record->offset, &header.crc)) {
		return ITS_LOG_FAILED;
	}
	header.check = header_check(&header);
	if (flash_write(offset, (uint8_t *)&header, UNIT) != FLASH_OK)
		return ITS_LOG_FAILED;
	for (uint32_t done = 0; done < record->length && status == ITS_LOG_OK; done += UNIT) {
		const uint32_t size = record->length - done < UNIT ? record->length - done : UNIT;
		memset(unit, 0, sizeof unit);
		if (data)
			memcpy(unit, data + done, size);
		else if (flash_read(record->offset + done, unit, UNIT) != FLASH_OK)
			status = ITS_LOG_FAILED;
		if (status == ITS_LOG_OK && flash_write(offset + UNIT + done, unit, UNIT) != FLASH_OK)
			status = ITS_LOG_FAILED;
	}
	memset(unit, 0, sizeof unit);
	return status;
}

/* The header's sector last: as long as it is not erased, the erase has not ended. */
static int erase_bank(uint32_t bank)
{
	for (uint32_t offset = BANK_SIZE; offset > 0; offset -= FLASH_SECTOR_SIZE)
		if (flash_erase(bank + offset - FLASH_SECTOR_SIZE, FLASH_SECTOR_SIZE) != FLASH_OK)
			return ITS_LOG_FAILED;
	return ITS_LOG_OK;
}

/* Copies all live records but that of uid, adds the new one if there is one, and makes the other bank the live one. */
static int compact(const struct log *log, uint32_t uid, const struct its_record *added, const uint8_t *data)
{
	const uint32_t target = other_bank(log->bank);
	struct bank_header header = {BANK_MAGIC, log->sequence + 1u, 0, 0};
	struct cursor from = {log->bank + UNIT, log->bank + BANK_SIZE, log->sequence == 0}, unused;
	struct its_record record, newest = {0};
	uint32_t to = target + UNIT;
	bool more, found;
	int status = erase_bank(target);
	while (status == ITS_LOG_OK && (status = next_record(&from, &record, &more)) == ITS_LOG_OK && more) {
		if (record.uid == uid)
			continue;
		status = find(log, record.uid, &newest, &found, &unused);
		if (status != ITS_LOG_OK || newest.offset != record.offset)
			continue;
		status = write_record(to, &record, NULL);
		to += UNIT + padded(record.length);
	}
	if (status == ITS_LOG_OK && added) {
		if (UNIT + padded(added->length) > target + BANK_SIZE - to)
			return ITS_LOG_FULL;
		status = write_record(to, added, data);
	}
	if (status != ITS_LOG_OK)
		return status;
	header.crc = crc32(0, (uint8_t *)&header, offsetof(struct bank_header, crc));
	if (flash_write(target, (uint8_t *)&header, UNIT) != FLASH_OK)
		return ITS_LOG_FAILED;
	return log->sequence == 0 ? ITS_LOG_OK : erase_bank(log->bank);
}

/* Opens the log for writing: first ends what power cut short, an erase or a copy, and gives a new flash its first bank. */
static int open_to_write(struct log *log)
{
	bool clean = true;
	int status = open_log(log);
	if (status == ITS_LOG_OK && log->sequence == 0) {
		status = compact(log, NOBODY, NULL, NULL);
		if (status == ITS_LOG_OK)
			status = open_log(log);
	}
	const uint32_t other = other_bank(log->bank);
	/* The header's sector is erased last, so that it tells of all. */
	if (status == ITS_LOG_OK)
		status = erased(other, other + FLASH_SECTOR_SIZE, &clean);
	return status == ITS_LOG_OK && !clean ? erase_bank(other) : status;
}

int its_log_find(uint32_t uid, struct its_record *record, bool *found)
{
	struct log log;
	struct cursor end;
	*found = false;
	const int status = open_log(&log);
	if (status != ITS_LOG_OK || log.sequence == 0)
		return status;
	return find(&log, uid, record, found, &end);
}

int its_log_put(uint32_t uid, uint32_t flags, const uint8_t *data, uint32_t length)
{
	const struct its_record added = {uid, flags, length, 0};
	struct its_record old;
	struct log log;
	struct cursor end;
	bool found;
	int status = open_to_write(&log);
	if (status == ITS_LOG_OK)
		status = find(&log, NOBODY, &old, &found, &end);
	if (status != ITS_LOG_OK)
		return status;
	if (!end.torn && UNIT + padded(length) <= end.end - end.offset &&
	    write_record(end.offset, &added, data) == ITS_LOG_OK)
		return ITS_LOG_OK;
	/* No room, a torn end, or a unit that reads as erased and is not: begin the other bank. */
	return compact(&log, uid, &added, data);
}

int its_log_remove(uint32_t uid)
{
	struct log log;
	const int status = open_to_write(&log);
	return status == ITS_LOG_OK ? compact(&log, uid, NULL, NULL) : status;
}
