/* SPDX-License-Identifier: Apache-2.0 */
#include "sign1.h"

#include <string.h>

#define TAG 18u

/* The protected header: alg ES256. */
#define PROTECTED CBOR_BYTES | 3u, CBOR_MAP | 1u, 0x01, 0x26
static const uint8_t message_head[] = { CBOR_ARRAY | 4u, PROTECTED };
/* Sig_structure with the same header and an empty external_aad, up to the payload. */
static const uint8_t signed_head[] = { CBOR_ARRAY | 4u, CBOR_TEXT | 10u, 'S', 'i', 'g', 'n', 'a', 't', 'u', 'r', 'e', '1', PROTECTED,
	CBOR_BYTES };

_Static_assert(SIGN1_ROOM(0) == sizeof signed_head - sizeof message_head - 1, "an empty bucket is one byte");

/* All that stands before the payload. */
static void put_head(struct cbor_writer *writer, const struct sign1 *of)
{
	if (of->is_tagged)
		cbor_head(writer, CBOR_TAG, TAG);
	cbor_put(writer, message_head, sizeof message_head);
	cbor_head(writer, CBOR_MAP, of->certificate != NULL ? 1u : 0u);
	if (of->certificate == NULL)
		return;
	cbor_integer(writer, SIGN1_PATH_LABEL);
	cbor_head(writer, CBOR_ARRAY, 1);
	cbor_string(writer, CBOR_BYTES, of->certificate, of->certificate_size);
}

static size_t head_size(const struct sign1 *of)
{
	struct cbor_writer counter = { NULL, 0, 0 };
	put_head(&counter, of);
	return counter.size;
}

static size_t payload_size(const struct sign1 *of)
{
	struct cbor_writer counter = { NULL, 0, 0 };
	of->payload(&counter, of->content);
	return counter.size;
}

/* What is signed is written into out, and its payload moved to where the message has it. */
enum sign1_status sign1_make(const struct sign1 *of, uint8_t *out, size_t room, size_t *size)
{
	uint8_t signature[SIGN1_SIGNATURE_SIZE] = { 0 };
	struct cbor_writer writer = { out, room, 0 };
	const size_t head = head_size(of), payload = payload_size(of);
	*size = 0;
	if (payload > SIGN1_PAYLOAD_MAX)
		return SIGN1_E_ROOM;
	cbor_put(&writer, signed_head, sizeof signed_head);
	cbor_head(&writer, CBOR_BYTES, (uint32_t)payload);
	of->payload(&writer, of->content);
	const size_t moved = writer.size - sizeof signed_head;
	const size_t before = head > sizeof signed_head ? head : sizeof signed_head;
	if (before + moved + 2 + sizeof signature > room)
		return SIGN1_E_ROOM;
	if (of->sign(of->context, out, writer.size, signature) != 0)
		return SIGN1_E_SIGN;
	memmove(out + head, out + sizeof signed_head, moved);
	writer.size = 0;
	put_head(&writer, of);
	writer.size += moved;
	cbor_string(&writer, CBOR_BYTES, signature, sizeof signature);
	*size = writer.size;
	return SIGN1_OK;
}
