/* SPDX-License-Identifier: Apache-2.0 */
/** Deterministic CBOR (RFC 8949 §4.2.1), written into room that the caller has. Nothing allocates; order of keys is the caller's. */
#ifndef THIMBLE_CBOR_H
#define THIMBLE_CBOR_H

#include <stddef.h>
#include <stdint.h>

/* Major types, RFC 8949 §3.1. */
#define CBOR_UNSIGNED 0x00u
#define CBOR_NEGATIVE 0x20u
#define CBOR_BYTES 0x40u
#define CBOR_TEXT 0x60u
#define CBOR_ARRAY 0x80u
#define CBOR_MAP 0xA0u
#define CBOR_TAG 0xC0u

/** Each piece is written whole or not at all. Without room it only counts: size is then what it takes, and more than room. */
struct cbor_writer {
	uint8_t *out;
	size_t room, size;
};

/** Bytes as they are. */
void cbor_put(struct cbor_writer *writer, const void *bytes, size_t size);

/** The head of an item in its shortest form. @param argument - of CBOR_NEGATIVE -1 minus the number. */
void cbor_head(struct cbor_writer *writer, uint8_t major, uint32_t argument);

void cbor_integer(struct cbor_writer *writer, int32_t value);

/** @param major - CBOR_BYTES or CBOR_TEXT. */
void cbor_string(struct cbor_writer *writer, uint8_t major, const void *content, size_t size);

/** A text that ends with a zero, which is no part of it. */
void cbor_text(struct cbor_writer *writer, const char *text);

#endif
