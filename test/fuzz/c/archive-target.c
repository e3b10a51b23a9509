/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Fuzz target: an app's image as it lies in the slot, any digest right. Header, TLVs and archive are checked as at power-on;
 * what is accepted stays within itself wherever the runtime looks. Their verdict is free.
 */
#include <stdlib.h>
#include <string.h>

#include "archive.h"
#include "fuzz.h"
#include "image.h"
#include "runtime.h"
#include "xsCommon.h"

/* What a device without root keys asks of an app. */
static const struct image_policy app_policy = {
	.image_class = IMAGE_CLASS_APP,
	.signature = IMAGE_SIGNATURE_NOT_VERIFIED,
	.abi = firmware_abi,
};

static bool is_within(const uint8_t *part, size_t length, const uint8_t *bytes, size_t size)
{
	return part >= bytes && part <= bytes + size && length <= (size_t)(bytes + size - part);
}

/* Steps over a module's byte code as XS does, believing all. In a block of exactly its size, so that a read past it is seen. */
static void step_over(const uint8_t *code, size_t size)
{
	uint8_t *copy = malloc(size);
	if (copy == NULL)
		return;
	memcpy(copy, code, size);
	const uint8_t *p = copy;
	while (p < copy + size) {
		const int width = gxCodeSizes[*p];
		const size_t head = width > 0 ? (size_t)width : width == 0 ? 1 + sizeof(txID) : 1 + (size_t)-width;
		size_t length = 0;
		for (size_t i = 0; width < 0 && i < (size_t)-width; i++)
			length |= (size_t)p[1 + i] << (8 * i);
		if (head + length > 0)
			(void)*(const volatile uint8_t *)(p + head + length - 1);
		p += head + length;
	}
	if (p != copy + size)
		fuzz_finding("an accepted module ends inside an instruction");
	free(copy);
}

/* All that the runtime does with an accepted archive short of running it. */
static void walk(const struct archive_view *view)
{
	const char *name;
	size_t length;
	for (size_t i = 0; (name = archive_module_name(view, i)) != NULL; i++) {
		const uint8_t *code = archive_module(view, name, &length);
		if (!is_within((const uint8_t *)name, strlen(name) + 1, view->bytes, view->size))
			fuzz_finding("a module's name leads out of an accepted archive");
		if (code == NULL || !is_within(code, length, view->bytes, view->size))
			fuzz_finding("a module's code leads out of an accepted archive");
		step_over(code, length);
	}
	const uint8_t *data = archive_resource(view, "thimble/preload", &length);
	if (data != NULL && !is_within(data, length, view->bytes, view->size))
		fuzz_finding("a resource leads out of an accepted archive");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct archive_rules rules = { firmware_app_ids, firmware_known_ids, false };
	struct image_view image;
	struct archive_view view;
	if (image_check(data, size, &app_policy, &image) != IMAGE_OK)
		return 0;
	if (!is_within(image.payload, image.payload_size, data, size))
		fuzz_finding("an accepted image leads out of itself");
	/* In a block of exactly its size, so that a read past its end is seen. */
	uint8_t *copy = malloc(image.payload_size);
	if (copy == NULL)
		return 0;
	memcpy(copy, image.payload, image.payload_size);
	if (archive_check(copy, image.payload_size, &rules, &view) == ARCHIVE_OK)
		walk(&view);
	if (memcmp(copy, image.payload, image.payload_size) != 0)
		fuzz_finding("a check changed what it checked");
	free(copy);
	return 0;
}
