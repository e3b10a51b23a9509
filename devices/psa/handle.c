/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Handles of volatile keys. Mbed TLS gives the id of a destroyed key to the next one, so that a stale id would work on a
 * foreign key. A handle is 01 | generation (22 bits) | entry (8 bits); a generation is used once. The handle of a
 * persistent key is its id (below 0x40000000).
 */
#include "binding.h"

#include <stdbool.h>

#define ENTRIES MBEDTLS_PSA_KEY_SLOT_COUNT
#define VOLATILE_BIT 0x40000000u
#define GENERATIONS 0x400000u

static struct entry {
	psa_key_id_t id; /* PSA_KEY_ID_NULL: free */
	uint32_t generation;
	bool is_kept;    /* the firmware's own: an app uses it and does not destroy it */
} entries[ENTRIES];

_Static_assert(ENTRIES <= 256, "an entry number has 8 bits");
_Static_assert(PSA_KEY_ID_USER_MAX < VOLATILE_BIT, "persistent ids and volatile handles are apart");

static struct entry *find(int32_t handle)
{
	const uint32_t bits = (uint32_t)handle & ~VOLATILE_BIT;
	const uint32_t index = bits & 0xFFu;
	if (handle <= 0 || index >= ENTRIES)
		return NULL;
	struct entry *entry = &entries[index];
	return entry->id != PSA_KEY_ID_NULL && entry->generation == bits >> 8 ? entry : NULL;
}

int32_t xs_thimble_psa_handle_new(psa_key_id_t id)
{
	if (id >= PSA_KEY_ID_USER_MIN && id <= PSA_KEY_ID_USER_MAX)
		return (int32_t)id;
	for (uint32_t index = 0; index < ENTRIES; index++) {
		struct entry *entry = &entries[index];
		if (entry->id == PSA_KEY_ID_NULL && entry->generation < GENERATIONS) {
			entry->id = id;
			return (int32_t)(VOLATILE_BIT | entry->generation << 8 | index);
		}
	}
	return 0;
}

psa_key_id_t xs_thimble_psa_handle_id(int32_t handle)
{
	if (handle <= 0)
		return PSA_KEY_ID_NULL;
	if (((uint32_t)handle & VOLATILE_BIT) == 0)
		return (psa_key_id_t)handle;
	const struct entry *entry = find(handle);
	return entry ? entry->id : PSA_KEY_ID_NULL;
}

int32_t xs_thimble_psa_handle_keep(psa_key_id_t id)
{
	for (uint32_t index = 0; index < ENTRIES; index++) {
		if (entries[index].id == id && entries[index].is_kept)
			return (int32_t)(VOLATILE_BIT | entries[index].generation << 8 | index);
	}
	const int32_t handle = xs_thimble_psa_handle_new(id);
	struct entry *entry = handle == 0 ? NULL : find(handle);
	if (entry)
		entry->is_kept = true;
	return handle;
}

bool xs_thimble_psa_handle_is_kept(int32_t handle)
{
	const struct entry *entry = ((uint32_t)handle & VOLATILE_BIT) != 0 ? find(handle) : NULL;
	return entry != NULL && entry->is_kept;
}

void xs_thimble_psa_handle_drop(int32_t handle)
{
	if (((uint32_t)handle & VOLATILE_BIT) == 0)
		return;
	struct entry *entry = find(handle);
	if (entry) {
		entry->id = PSA_KEY_ID_NULL;
		entry->generation++; /* at GENERATIONS the entry is worn out and stays free for ever */
	}
}

psa_key_id_t xs_thimble_psa_key(xsMachine *the, xsIntegerValue index)
{
	return xs_thimble_psa_handle_id(xsmcToInteger(xsArg(index)));
}
