/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A log of small records in the flash partition "its", in two banks of which one is live. A record is appended whole or
 * not at all; removing one, or running out of room, copies what lives into the other bank, whose header is written
 * last, and then erases the old bank, so that removed secrets leave the flash. Nothing is kept in RAM.
 */
#ifndef THIMBLE_ITS_LOG_H
#define THIMBLE_ITS_LOG_H

#include <stdbool.h>
#include <stdint.h>

/** Bytes of the longest record: the largest key (4096) and what PSA keeps with it. */
#define ITS_RECORD_BYTES_MAX 4160u

enum its_log_status {
	ITS_LOG_OK = 0,
	ITS_LOG_FULL = -1,
	ITS_LOG_CORRUPT = -2, /* not what a power cut leaves behind: nothing is changed any more */
	ITS_LOG_FAILED = -3,  /* the flash refused */
};

struct its_record {
	uint32_t uid;
	uint32_t flags;
	uint32_t length;
	uint32_t offset; /* of the data, in the flash */
};

/** Finds the newest record of uid. @return ITS_LOG_OK with found told, or ITS_LOG_CORRUPT, ITS_LOG_FAILED. */
int its_log_find(uint32_t uid, struct its_record *record, bool *found);

/** Puts a record in place of the one of this uid. */
int its_log_put(uint32_t uid, uint32_t flags, const uint8_t *data, uint32_t length);

/** Takes uid out and erases its bytes. */
int its_log_remove(uint32_t uid);

#endif
