/* SPDX-License-Identifier: Apache-2.0 */
/** PSA Internal Trusted Storage on the log of its-log.c: arguments, flags, statuses. */
#include "psa/internal_trusted_storage.h"

#include "flash.h"
#include "its-log.h"

static psa_status_t status_of(int status)
{
	switch (status) {
	case ITS_LOG_OK:
		return PSA_SUCCESS;
	case ITS_LOG_FULL:
		return PSA_ERROR_INSUFFICIENT_STORAGE;
	case ITS_LOG_CORRUPT:
		return PSA_ERROR_DATA_CORRUPT;
	default:
		return PSA_ERROR_STORAGE_FAILURE;
	}
}

static psa_status_t find(psa_storage_uid_t uid, struct its_record *record)
{
	bool found = false;
	if (uid == 0)
		return PSA_ERROR_INVALID_ARGUMENT;
	if (uid > UINT32_MAX)
		return PSA_ERROR_DOES_NOT_EXIST;
	const psa_status_t status = status_of(its_log_find((uint32_t)uid, record, &found));
	return status == PSA_SUCCESS && !found ? PSA_ERROR_DOES_NOT_EXIST : status;
}

psa_status_t psa_its_set(psa_storage_uid_t uid, uint32_t data_length, const void *p_data,
                         psa_storage_create_flags_t create_flags)
{
	struct its_record record;
	if ((create_flags & ~PSA_STORAGE_FLAG_WRITE_ONCE) != 0 || uid > UINT32_MAX)
		return PSA_ERROR_NOT_SUPPORTED;
	if (data_length > ITS_RECORD_BYTES_MAX)
		return PSA_ERROR_INSUFFICIENT_STORAGE;
	const psa_status_t status = find(uid, &record);
	if (status == PSA_SUCCESS && (record.flags & PSA_STORAGE_FLAG_WRITE_ONCE) != 0)
		return PSA_ERROR_NOT_PERMITTED;
	if (status != PSA_SUCCESS && status != PSA_ERROR_DOES_NOT_EXIST)
		return status;
	return status_of(its_log_put((uint32_t)uid, create_flags, p_data, data_length));
}

psa_status_t psa_its_get(psa_storage_uid_t uid, uint32_t data_offset, uint32_t data_length, void *p_data,
                         size_t *p_data_length)
{
	struct its_record record;
	*p_data_length = 0;
	const psa_status_t status = find(uid, &record);
	if (status != PSA_SUCCESS)
		return status;
	if (data_offset > record.length)
		return PSA_ERROR_INVALID_ARGUMENT;
	const uint32_t rest = record.length - data_offset;
	const uint32_t size = data_length < rest ? data_length : rest;
	if (flash_read(record.offset + data_offset, p_data, size) != FLASH_OK)
		return PSA_ERROR_STORAGE_FAILURE;
	*p_data_length = size;
	return PSA_SUCCESS;
}

psa_status_t psa_its_get_info(psa_storage_uid_t uid, struct psa_storage_info_t *p_info)
{
	struct its_record record;
	const psa_status_t status = find(uid, &record);
	if (status == PSA_SUCCESS)
		*p_info = (struct psa_storage_info_t){record.length, record.flags};
	return status;
}

psa_status_t psa_its_remove(psa_storage_uid_t uid)
{
	struct its_record record;
	const psa_status_t status = find(uid, &record);
	if (status != PSA_SUCCESS)
		return status;
	if ((record.flags & PSA_STORAGE_FLAG_WRITE_ONCE) != 0)
		return PSA_ERROR_NOT_PERMITTED;
	return status_of(its_log_remove((uint32_t)uid));
}
