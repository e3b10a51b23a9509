/* SPDX-License-Identifier: Apache-2.0 */
/** XS machines as the runtime makes them, one after the other in one process. */
#include "xsAll.h"

#include "fuzz.h"
#include "runtime.h"

#define HEAP_BYTES (1024u * 1024u)

static struct archive_view firmware;

static void make(void *context)
{
	if (firmware.bytes == NULL && archive_open(firmware_archive, firmware_archive_size, &firmware) != ARCHIVE_OK)
		fuzz_finding("the firmware's archive is not one");
	*(struct sxMachine **)context = runtime_machine(&firmware, HEAP_BYTES, 0);
	runtime_modules_use(&firmware, NULL);
}

struct sxMachine *fuzz_machine(void)
{
	struct sxMachine *the = NULL;
	if (fuzz_guarded(make, &the) != FUZZ_NO_HALT || the == NULL)
		fuzz_finding("no machine");
	return the;
}

/* A halt has left jumps and frames of functions that are gone. */
void fuzz_machine_delete(struct sxMachine *the)
{
	the->firstJump = NULL;
	fxDeleteMachine(the);
}
