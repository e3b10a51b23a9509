/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Fuzz target: what the checks accept is mapped into a machine as the runtime does, and its modules are looked for by name.
 * No byte code of it runs. Nothing defends itself here: what the checks let through has to be harmless by itself.
 */
#include <stdlib.h>

#include "xsAll.h"

#include "fuzz.h"
#include "image.h"
#include "runtime.h"

struct mapping {
	struct sxMachine *the;
	struct archive_view view;
};

static void map(void *context)
{
	struct mapping *mapping = context;
	runtime_map_app(mapping->the, &mapping->view);
}

/* Mapped clean: each identifier of the archive means the name that stands beside it. */
static void check_names(const struct mapping *mapping)
{
	const char *name = (const char *)mapping->view.symbols + 2;
	for (size_t i = 0; i < mapping->view.ids_size / 2; i++) {
		const uint8_t *id = mapping->view.ids + 2 * i;
		if (i > 0 && strcmp(fxGetKeyName(mapping->the, (txID)(id[0] | id[1] << 8)), name) != 0)
			fuzz_finding("an identifier that was mapped clean means another name");
		name += strlen(name) + 1;
	}
}

static void find_module(txMachine *the, txID from, const char *name)
{
	mxTry(the) {
		fxBeginHost(the);
		mxPushStringC((txString)(uintptr_t)name);
		(void)fxFindModule(the, mxProgram.value.reference->next->value.module.realm, from, the->stack);
		fxEndHost(the);
	}
	mxCatch(the) {
	}
}

/* Every module by its name, also as if the first imported it; and what is to be preloaded. */
static void find_modules(void *context)
{
	const struct mapping *mapping = context;
	txMachine *the = mapping->the;
	const char *name;
	size_t size = 0;
	uint32_t offset;
	txID first = XS_NO_ID;
	for (size_t i = 0; (name = archive_module_name(&mapping->view, i)) != NULL; i++) {
		find_module(the, XS_NO_ID, name);
		find_module(the, first, name);
		if (first == XS_NO_ID && strlen(name) < 256)
			first = fxNewNameC(the, (txString)(uintptr_t)name);
		if (runtime_code_origin(archive_module(&mapping->view, name, &size), &offset) != firmware_frame_ids[0])
			fuzz_finding("code of the app that is not found in it");
	}
	const char *preload = (const char *)archive_resource(&mapping->view, "thimble/preload", &size);
	for (size_t at = 0; preload != NULL && at < size && preload[size - 1] == 0; at += strlen(preload + at) + 1)
		find_module(the, XS_NO_ID, preload + at);
}

/* In a block of exactly its size, so that a read past its end is seen. */
static const uint8_t *block_of(const uint8_t *part, size_t size)
{
	uint8_t *block = malloc(size);
	if (block == NULL)
		abort();
	return memcpy(block, part, size);
}

/* As power-on does, with the tables of names in blocks of their own. */
static void map_and_find(const struct archive_view *view)
{
	struct archive_view firmware;
	struct mapping mapping = { fuzz_machine(), *view };
	mapping.view.symbols = block_of(view->symbols, view->symbols_size);
	mapping.view.ids = block_of(view->ids, view->ids_size);
	if (fuzz_guarded(map, &mapping) == FUZZ_NO_HALT) {
		check_names(&mapping);
		(void)archive_open(firmware_archive, firmware_archive_size, &firmware);
		runtime_modules_use(&firmware, &mapping.view);
		(void)fuzz_guarded(find_modules, &mapping);
	}
	runtime_modules_use(NULL, NULL);
	fuzz_machine_delete(mapping.the);
	free((void *)(uintptr_t)mapping.view.symbols);
	free((void *)(uintptr_t)mapping.view.ids);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct archive_rules rules = { firmware_app_ids, firmware_known_ids, false };
	const struct image_policy policy = {
		.image_class = IMAGE_CLASS_APP,
		.signature = IMAGE_SIGNATURE_NOT_VERIFIED,
		.abi = firmware_abi,
	};
	struct image_view image;
	struct archive_view view;
	if (image_check(data, size, &policy, &image) != IMAGE_OK)
		return 0;
	uint8_t *copy = malloc(image.payload_size);
	if (copy == NULL)
		return 0;
	memcpy(copy, image.payload, image.payload_size);
	if (archive_check(copy, image.payload_size, &rules, &view) == ARCHIVE_OK)
		map_and_find(&view);
	if (memcmp(copy, image.payload, image.payload_size) != 0)
		fuzz_finding("an archive was written to, which is in flash");
	free(copy);
	return 0;
}
