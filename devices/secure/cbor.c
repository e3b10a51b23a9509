/* SPDX-License-Identifier: Apache-2.0 */
#include "cbor.h"

#include <string.h>

void cbor_put(struct cbor_writer *writer, const void *bytes, size_t size)
{
	if (size <= writer->room && writer->size <= writer->room - size && size > 0)
		memcpy(writer->out + writer->size, bytes, size);
	writer->size += size;
}

void cbor_head(struct cbor_writer *writer, uint8_t major, uint32_t argument)
{
	const unsigned bytes = argument < 24u ? 0u : argument < 0x100u ? 1u : argument < 0x10000u ? 2u : 4u;
	uint8_t head[5] = { (uint8_t)(major | (bytes == 0u ? argument : bytes == 1u ? 24u : bytes == 2u ? 25u : 26u)) };
	for (unsigned i = 0; i < bytes; i++)
		head[1 + i] = (uint8_t)(argument >> (8u * (bytes - 1u - i)));
	cbor_put(writer, head, 1 + bytes);
}

void cbor_integer(struct cbor_writer *writer, int32_t value)
{
	cbor_head(writer, value < 0 ? CBOR_NEGATIVE : CBOR_UNSIGNED, value < 0 ? ~(uint32_t)value : (uint32_t)value);
}

void cbor_string(struct cbor_writer *writer, uint8_t major, const void *content, size_t size)
{
	cbor_head(writer, major, (uint32_t)size);
	cbor_put(writer, content, size);
}

void cbor_text(struct cbor_writer *writer, const char *text)
{
	cbor_string(writer, CBOR_TEXT, text, strlen(text));
}
