/* SPDX-License-Identifier: Apache-2.0 */
#include "dice-certificate.h"

#include <stdbool.h>
#include <string.h>

#include <mbedtls/hkdf.h>
#include <mbedtls/md.h>

/* Claims: RFC 8392, and the profile's table "Additional Fields" as -1 minus the label. */
#define ISSUER 1u
#define SUBJECT 2u
#define CODE_HASH 4670544u
#define CONFIGURATION_HASH 4670546u
#define CONFIGURATION_DESCRIPTOR 4670547u
#define AUTHORITY_HASH 4670548u
#define MODE 4670550u
#define SUBJECT_PUBLIC_KEY 4670551u
#define KEY_USAGE 4670552u
#define PROFILE_NAME 4670553u

#define KEY_CERT_SIGN 0x20u
#define COORDINATE_SIZE 32u
#define KEY_SIZE 80u /* of the COSE_Key below */

/* kty EC2, alg ES256, key_ops verify, crv P-256, x. */
static const uint8_t key_head[] = { CBOR_MAP | 6u, 0x01, 0x02, 0x03, 0x26, 0x04, CBOR_ARRAY | 1u, 0x02, 0x20, 0x01, 0x21,
	CBOR_BYTES | 24u, COORDINATE_SIZE };
static const uint8_t key_y[] = { 0x22, CBOR_BYTES | 24u, COORDINATE_SIZE };

static const uint8_t id_salt[] = {
	0xDB, 0xDB, 0xAE, 0xBC, 0x80, 0x20, 0xDA, 0x9F, 0xF0, 0xDD, 0x5A, 0x24, 0xC8, 0x3A, 0xA5, 0xA5, 0x42, 0x86, 0xDF, 0xC2, 0x63, 0x03,
	0x1E, 0x32, 0x9B, 0x4D, 0xA1, 0x48, 0x43, 0x06, 0x59, 0xFE, 0x62, 0xCD, 0xB5, 0xB7, 0xE1, 0xE0, 0x0F, 0xC6, 0x80, 0x30, 0x67, 0x11,
	0xEB, 0x44, 0x4A, 0xF7, 0x72, 0x09, 0x35, 0x94, 0x96, 0xFC, 0xFF, 0x1D, 0xB9, 0x52, 0x0B, 0xA5, 0x1C, 0x7B, 0x29, 0xEA,
};

static void put_claim(struct cbor_writer *writer, uint32_t label, const uint8_t *content, size_t size)
{
	cbor_head(writer, CBOR_NEGATIVE, label);
	cbor_string(writer, CBOR_BYTES, content, size);
}

static void put_identifier(struct cbor_writer *writer, uint32_t label, const uint8_t id[static DICE_ID_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	char text[2 * DICE_ID_SIZE];
	for (size_t i = 0; i < DICE_ID_SIZE; i++) {
		text[2 * i] = digits[id[i] >> 4];
		text[2 * i + 1] = digits[id[i] & 15u];
	}
	cbor_head(writer, CBOR_UNSIGNED, label);
	cbor_string(writer, CBOR_TEXT, text, sizeof text);
}

static void put_key(struct cbor_writer *writer, const uint8_t point[static DICE_POINT_SIZE])
{
	_Static_assert(sizeof key_head + sizeof key_y + DICE_POINT_SIZE == KEY_SIZE, "the COSE_Key");
	cbor_head(writer, CBOR_NEGATIVE, SUBJECT_PUBLIC_KEY);
	cbor_head(writer, CBOR_BYTES, KEY_SIZE);
	cbor_put(writer, key_head, sizeof key_head);
	cbor_put(writer, point, COORDINATE_SIZE);
	cbor_put(writer, key_y, sizeof key_y);
	cbor_put(writer, point + COORDINATE_SIZE, COORDINATE_SIZE);
}

struct claims {
	const struct dice_certificate *content;
	uint8_t issuer[DICE_ID_SIZE], subject[DICE_ID_SIZE];
};

/* In the order of deterministic CBOR. */
static void put_claims(struct cbor_writer *writer, const void *of)
{
	const struct claims *claims = of;
	const struct dice_certificate *content = claims->content;
	const struct dice_input *input = content->input;
	const uint8_t mode = (uint8_t)input->mode;
	const uint8_t usage = KEY_CERT_SIGN;
	const bool is_hashed = content->descriptor != NULL;
	cbor_head(writer, CBOR_MAP, 8u + (is_hashed ? 1u : 0u) + (content->profile_name != NULL ? 1u : 0u));
	put_identifier(writer, ISSUER, claims->issuer);
	put_identifier(writer, SUBJECT, claims->subject);
	put_claim(writer, CODE_HASH, input->code, DICE_HASH_SIZE);
	if (is_hashed)
		put_claim(writer, CONFIGURATION_HASH, input->config, DICE_HASH_SIZE);
	put_claim(writer, CONFIGURATION_DESCRIPTOR, is_hashed ? content->descriptor : input->config,
		is_hashed ? content->descriptor_size : DICE_HASH_SIZE);
	put_claim(writer, AUTHORITY_HASH, input->authority, DICE_HASH_SIZE);
	put_claim(writer, MODE, &mode, 1);
	put_key(writer, content->subject_point);
	put_claim(writer, KEY_USAGE, &usage, 1);
	if (content->profile_name != NULL) {
		cbor_head(writer, CBOR_NEGATIVE, PROFILE_NAME);
		cbor_text(writer, content->profile_name);
	}
}

static const mbedtls_md_info_t *sha512(void)
{
	return mbedtls_md_info_from_type(MBEDTLS_MD_SHA512);
}

enum dice_certificate_status dice_identifier(const uint8_t point[static DICE_POINT_SIZE], uint8_t out[static DICE_ID_SIZE])
{
	if (mbedtls_hkdf(sha512(), id_salt, sizeof id_salt, point, DICE_POINT_SIZE, (const uint8_t *)"ID", 2, out, DICE_ID_SIZE) != 0) {
		memset(out, 0, DICE_ID_SIZE);
		return DICE_CERTIFICATE_E_CRYPTO;
	}
	out[0] &= 0x7Fu; /* as an integer it is not negative */
	return DICE_CERTIFICATE_OK;
}

static enum dice_certificate_status check(const struct dice_certificate *content)
{
	uint8_t hash[DICE_HASH_SIZE];
	if (content->descriptor_size > SIGN1_PAYLOAD_MAX || (content->profile_name != NULL && strlen(content->profile_name) > SIGN1_PAYLOAD_MAX))
		return DICE_CERTIFICATE_E_ROOM;
	if ((uint32_t)content->input->mode > DICE_MODE_MAINTENANCE)
		return DICE_CERTIFICATE_E_VALUE;
	if (content->descriptor == NULL)
		return content->descriptor_size == 0 ? DICE_CERTIFICATE_OK : DICE_CERTIFICATE_E_VALUE;
	if (mbedtls_md(sha512(), content->descriptor, content->descriptor_size, hash) != 0)
		return DICE_CERTIFICATE_E_CRYPTO;
	return memcmp(hash, content->input->config, sizeof hash) == 0 ? DICE_CERTIFICATE_OK : DICE_CERTIFICATE_E_VALUE;
}

static enum dice_certificate_status make(const struct dice_certificate *content, sign1_sign *sign, void *context, uint8_t *out, size_t room,
	size_t *size)
{
	struct claims claims = { .content = content };
	enum dice_certificate_status status = check(content);
	if (status == DICE_CERTIFICATE_OK)
		status = dice_identifier(content->issuer_point, claims.issuer);
	if (status == DICE_CERTIFICATE_OK)
		status = dice_identifier(content->subject_point, claims.subject);
	if (status != DICE_CERTIFICATE_OK)
		return status;
	const struct sign1 message = { .payload = put_claims, .content = &claims, .sign = sign, .context = context };
	switch (sign1_make(&message, out, room, size)) {
	case SIGN1_OK:
		return DICE_CERTIFICATE_OK;
	case SIGN1_E_ROOM:
		return DICE_CERTIFICATE_E_ROOM;
	default:
		return DICE_CERTIFICATE_E_CRYPTO;
	}
}

enum dice_certificate_status dice_certificate_make(const struct dice_certificate *content, sign1_sign *sign, void *context, uint8_t *out,
	size_t room, size_t *size)
{
	*size = 0;
	const enum dice_certificate_status status = make(content, sign, context, out, room, size);
	memset(out + *size, 0, room - *size);
	return status;
}
