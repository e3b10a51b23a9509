/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Finds and loads modules: the firmware's first, then the app's. Both archives were checked before.
 * Host functions are bound to firmware modules only: an app module is loaded without any, and the structural check
 * refuses its byte code if it asks for one.
 */
#include "xsAll.h"

#include "runtime.h"

static struct {
	const struct archive_view *firmware;
	const struct archive_view *app;
} archives;

void runtime_modules_use(const struct archive_view *firmware, const struct archive_view *app)
{
	archives.firmware = firmware;
	archives.app = app;
}

static bool is_in(const struct archive_view *archive, const uint8_t *code, uint32_t *offset)
{
	if (archive == NULL || code < archive->bytes || code >= archive->bytes + archive->size)
		return false;
	*offset = (uint32_t)(code - archive->bytes);
	return true;
}

uint16_t runtime_code_origin(const void *code, uint32_t *offset)
{
	if (is_in(archives.app, code, offset))
		return firmware_frame_ids[0];
	return is_in(archives.firmware, code, offset) ? firmware_frame_ids[1] : XS_NO_ID;
}

static const uint8_t *find_code(const char *path, size_t *size, bool *is_firmware)
{
	const uint8_t *code = archive_module(archives.firmware, path, size);
	*is_firmware = code != NULL;
	if (code == NULL && archives.app != NULL)
		code = archive_module(archives.app, path, size);
	return code;
}

static bool ends_with(const char *name, size_t length, const char *suffix)
{
	size_t size = strlen(suffix);
	return length > size && strcmp(name + length - size, suffix) == 0;
}

/*
 * Joins a specifier that begins with "./" or "../" to the folder of the importing module; any number of "../".
 * Returns false when it leaves the root or does not fit.
 */
static bool resolve_relative(const char *base, const char *name, char *out, size_t size)
{
	size_t length = strlen(base);
	if (length >= size)
		return false;
	memcpy(out, base, length + 1);
	char *slash = strrchr(out, '/');
	length = slash ? (size_t)(slash - out) : 0;
	for (;;) {
		if (strncmp(name, "./", 2) == 0)
			name += 2;
		else if (strncmp(name, "../", 3) == 0) {
			if (length == 0)
				return false;
			name += 3;
			out[length] = 0;
			slash = strrchr(out, '/');
			length = slash ? (size_t)(slash - out) : 0;
		}
		else
			break;
	}
	int written = snprintf(out + length, size - length, "%s%s", length ? "/" : "", name);
	return written > 0 && (size_t)written < size - length;
}

/*
 * Modules that only the firmware's own modules import have names that begin with "thimble:". An app is told that there
 * is no such module: it keeps to the documented ones.
 */
static bool is_internal(const char *path)
{
	return strncmp(path, "thimble:", 8) == 0;
}

static bool is_firmware_module(txMachine *the, txID moduleID)
{
	size_t size;
	const char *name = moduleID == XS_NO_ID ? NULL : fxGetKeyName(the, moduleID);
	return name != NULL && archive_module(archives.firmware, name, &size) != NULL;
}

/*
 * The firmware's own modules import one another by their place in its archive, "#12": a specifier stands in the byte code
 * once for each name that is imported. Of an app it is a name like any other, and there is no such module.
 */
static txID find_by_place(txMachine *the, txID moduleID, const char *digits)
{
	size_t place = 0;
	if (!is_firmware_module(the, moduleID))
		return XS_NO_ID;
	for (; *digits >= '0' && *digits <= '9' && place < 1000; digits++)
		place = 10 * place + (size_t)(*digits - '0');
	const char *path = *digits == 0 ? archive_module_name(archives.firmware, place) : NULL;
	return path == NULL ? XS_NO_ID : fxNewNameC(the, (txString)(uintptr_t)path);
}

txID fxFindModule(txMachine *the, txSlot *realm, txID moduleID, txSlot *slot)
{
	char name[256];
	char path[256];
	size_t size;
	bool is_firmware;
	(void)realm;
	fxToStringBuffer(the, slot, name, sizeof name);
	size_t length = strlen(name);
	if (ends_with(name, length, ".js"))
		name[length - 3] = 0;
	else if (ends_with(name, length, ".mjs"))
		name[length - 4] = 0;
	if (name[0] == '#')
		return find_by_place(the, moduleID, name + 1);
	if (name[0] == '.') {
		const char *base = moduleID == XS_NO_ID ? NULL : fxGetKeyName(the, moduleID);
		if (base == NULL || !resolve_relative(base, name, path, sizeof path))
			return XS_NO_ID;
	}
	else
		memcpy(path, name, sizeof path);
	if (find_code(path, &size, &is_firmware) == NULL)
		return XS_NO_ID;
	/* The runtime itself begins with an internal one where there is no app. */
	const bool is_begin = moduleID == XS_NO_ID && archives.app == NULL;
	if (is_internal(path) && !is_begin && !is_firmware_module(the, moduleID))
		return XS_NO_ID;
	return fxNewNameC(the, path);
}

void fxLoadModule(txMachine *the, txSlot *module, txID moduleID)
{
	txString path = fxGetKeyName(the, moduleID);
	size_t size;
	bool is_firmware;
	const uint8_t *code = find_code(path, &size, &is_firmware);
	if (code == NULL)
		return;
	txScript script = {
		.codeBuffer = (txS1 *)(uintptr_t)code,
		.codeSize = (txSize)size,
		.path = path,
		.version = { XS_MAJOR_VERSION, XS_MINOR_VERSION, XS_PATCH_VERSION, 0 },
	};
	if (is_firmware) {
		for (size_t i = 0; i < firmware_natives_count; i++) {
			if (strcmp(firmware_natives[i].module, path) == 0)
				script.callback = (txCallback)firmware_natives[i].build;
		}
	}
	fxResolveModule(the, module, moduleID, &script, NULL, NULL);
}
