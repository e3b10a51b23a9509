/* SPDX-License-Identifier: Apache-2.0 */
#include "token.h"

#include <string.h>

#include "../boot/fuses.h"

/* Claims: RFC 9711 and RFC 9783 §4. */
#define NONCE 10
#define INSTANCE_ID 256
#define PROFILE 265
#define BOOT_SEED 268
#define CLIENT_ID 2394
#define LIFECYCLE 2395
#define IMPLEMENTATION_ID 2396
#define OLD_BOOT_SEED 2397 /* before RFC 9783 took EAT's */
#define COMPONENTS 2399

/* RFC 9783 §4.4.1. */
#define MEASUREMENT_TYPE 1
#define MEASUREMENT_VALUE 2
#define VERSION 4
#define SIGNER_ID 5

#define VERSION_MAX 24u /* 255.255.65535+4294967295 */

/* Which immutable part this is: of another boot program the number is another one. */
static const uint8_t implementation_id[TOKEN_IMPLEMENTATION_ID_SIZE] = "thimble-boot-1/" THIMBLE_BOARD_NAME;
_Static_assert(sizeof "thimble-boot-1/" THIMBLE_BOARD_NAME <= sizeof implementation_id, "the board's name has at most 16 letters");

uint32_t token_lifecycle(uint32_t lifecycle)
{
	switch (lifecycle) {
	case LIFECYCLE_ASSEMBLY:
		return 0x1000;
	case LIFECYCLE_PROVISIONING:
		return 0x2000;
	case LIFECYCLE_SECURED:
		return 0x3000;
	case LIFECYCLE_DEBUG:
		return 0x5000; /* recoverable; in one world whoever debugs sees the root of trust as well */
	case LIFECYCLE_DECOMMISSIONED:
		return 0x6000;
	default:
		return 0; /* unknown: no verifier takes it */
	}
}

static void put_bytes(struct cbor_writer *writer, int32_t label, const uint8_t *bytes, size_t size)
{
	cbor_integer(writer, label);
	cbor_string(writer, CBOR_BYTES, bytes, size);
}

static void put_integer(struct cbor_writer *writer, int32_t label, int32_t value)
{
	cbor_integer(writer, label);
	cbor_integer(writer, value);
}

static void put_text(struct cbor_writer *writer, int32_t label, const char *text)
{
	cbor_integer(writer, label);
	cbor_text(writer, text);
}

/* @return the end of what was written. */
static char *put_number(char *to, uint32_t number)
{
	char digits[10];
	size_t count = 0;
	do {
		digits[count++] = (char)('0' + number % 10u);
		number /= 10u;
	} while (number != 0);
	while (count > 0)
		*to++ = digits[--count];
	return to;
}

/* As in a signed manifest: major.minor.revision+build. */
static void put_version(struct cbor_writer *writer, uint64_t version)
{
	char text[VERSION_MAX];
	char *end = put_number(text, (uint32_t)(version >> 56));
	*end++ = '.';
	end = put_number(end, (uint32_t)(version >> 48) & 0xFFu);
	*end++ = '.';
	end = put_number(end, (uint32_t)(version >> 32) & 0xFFFFu);
	*end++ = '+';
	end = put_number(end, (uint32_t)version);
	cbor_integer(writer, VERSION);
	cbor_string(writer, CBOR_TEXT, text, (size_t)(end - text));
}

static void put_component(struct cbor_writer *writer, const char *type, const struct boot_component *component)
{
	cbor_head(writer, CBOR_MAP, 4);
	put_text(writer, MEASUREMENT_TYPE, type);
	put_bytes(writer, MEASUREMENT_VALUE, component->digest, sizeof component->digest);
	put_version(writer, component->version);
	put_bytes(writer, SIGNER_ID, component->signer, sizeof component->signer);
}

static bool is_there(const struct boot_component *component)
{
	uint8_t any = 0;
	for (size_t i = 0; i < sizeof component->digest; i++)
		any |= component->digest[i];
	return any != 0;
}

/* Keys ascend. */
void token_put_claims(struct cbor_writer *writer, const void *content)
{
	const struct token_claims *claims = content;
	const bool has_app = is_there(claims->app), is_old = claims->profile == TOKEN_PROFILE_2_0_0;
	cbor_head(writer, CBOR_MAP, 8);
	put_bytes(writer, NONCE, claims->nonce, claims->nonce_size);
	put_bytes(writer, INSTANCE_ID, claims->instance_id, TOKEN_INSTANCE_ID_SIZE);
	put_text(writer, PROFILE, is_old ? "http://arm.com/psa/2.0.0" : "tag:psacertified.org,2023:psa#tfm");
	if (!is_old)
		put_bytes(writer, BOOT_SEED, claims->boot_seed, TOKEN_BOOT_SEED_SIZE);
	put_integer(writer, CLIENT_ID, claims->client);
	put_integer(writer, LIFECYCLE, (int32_t)token_lifecycle(claims->lifecycle));
	put_bytes(writer, IMPLEMENTATION_ID, implementation_id, sizeof implementation_id);
	if (is_old)
		put_bytes(writer, OLD_BOOT_SEED, claims->boot_seed, TOKEN_BOOT_SEED_SIZE);
	cbor_integer(writer, COMPONENTS);
	cbor_head(writer, CBOR_ARRAY, has_app ? 3 : 2);
	put_component(writer, "boot", claims->boot);
	put_component(writer, "firmware", claims->firmware);
	if (has_app)
		put_component(writer, "app", claims->app);
}
