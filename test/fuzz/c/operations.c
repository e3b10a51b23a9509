/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Arguments from bytes: mostly of the right kind, sometimes anything. Sizes are bounded as sdk/crypto/arguments.ts bounds
 * them, and signs are not.
 */
#include "operations.h"

#include "binding.h"
#include "cbc-mac.h"
#include "natives.h"

const struct native fuzz_natives[] = {
#include "natives.inc"
};
const size_t fuzz_natives_count = sizeof fuzz_natives / sizeof fuzz_natives[0];

#define LENGTH_MAX 70000u

static const psa_algorithm_t algs[] = {
	PSA_ALG_SHA_256, PSA_ALG_SHA_384, PSA_ALG_SHA_512, PSA_ALG_HMAC(PSA_ALG_SHA_256), PSA_ALG_HMAC(PSA_ALG_SHA_384),
	PSA_ALG_HMAC(PSA_ALG_SHA_512), PSA_ALG_TRUNCATED_MAC(PSA_ALG_HMAC(PSA_ALG_SHA_256), 8), PSA_ALG_GCM, PSA_ALG_CCM,
	PSA_ALG_AEAD_WITH_SHORTENED_TAG(PSA_ALG_CCM, 8), PSA_ALG_CHACHA20_POLY1305, PSA_ALG_ECB_NO_PADDING,
	PSA_ALG_DETERMINISTIC_ECDSA(PSA_ALG_SHA_256), PSA_ALG_ECDH, PSA_ALG_HKDF_EXTRACT(PSA_ALG_SHA_256),
	PSA_ALG_HKDF_EXPAND(PSA_ALG_SHA_256), PSA_ALG_HKDF_EXTRACT(PSA_ALG_SHA_512), PSA_ALG_HKDF_EXPAND(PSA_ALG_SHA_512), 0,
};

/* Keys that make sense; other attributes come from the input as they are. */
static const struct {
	psa_key_type_t type;
	uint16_t bits;
	psa_algorithm_t alg;
} keys[] = {
	{ PSA_KEY_TYPE_AES, 128, PSA_ALG_GCM },
	{ PSA_KEY_TYPE_AES, 256, PSA_ALG_CCM },
	{ PSA_KEY_TYPE_AES, 128, PSA_ALG_AEAD_WITH_SHORTENED_TAG(PSA_ALG_CCM, 8) },
	{ PSA_KEY_TYPE_CHACHA20, 256, PSA_ALG_CHACHA20_POLY1305 },
	{ PSA_KEY_TYPE_AES, 128, PSA_ALG_ECB_NO_PADDING },
	{ PSA_KEY_TYPE_HMAC, 256, PSA_ALG_HMAC(PSA_ALG_SHA_256) },
	{ PSA_KEY_TYPE_HMAC, 512, PSA_ALG_HMAC(PSA_ALG_SHA_512) },
	{ PSA_KEY_TYPE_HMAC, 256, PSA_ALG_TRUNCATED_MAC(PSA_ALG_HMAC(PSA_ALG_SHA_256), 8) },
	{ PSA_KEY_TYPE_DERIVE, 256, PSA_ALG_HKDF_EXTRACT(PSA_ALG_SHA_256) },
	{ PSA_KEY_TYPE_DERIVE, 256, PSA_ALG_HKDF_EXPAND(PSA_ALG_SHA_256) },
	{ PSA_KEY_TYPE_DERIVE, 512, PSA_ALG_HKDF_EXPAND(PSA_ALG_SHA_512) },
	{ PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1), 256, PSA_ALG_DETERMINISTIC_ECDSA(PSA_ALG_SHA_256) },
	{ PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1), 256, PSA_ALG_ECDH },
	{ PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_MONTGOMERY), 255, PSA_ALG_ECDH },
	{ PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_R1), 256, PSA_ALG_DETERMINISTIC_ECDSA(PSA_ALG_SHA_256) },
	{ PSA_KEY_TYPE_RAW_DATA, 128, 0 },
	{ PSA_KEY_TYPE_AES, 128, PSA_ALG_CBC_MAC },
	{ PSA_KEY_TYPE_AES, 256, PSA_ALG_TRUNCATED_MAC(PSA_ALG_CBC_MAC, 8) },
	{ PSA_KEY_TYPE_DERIVE, 128, THIMBLE_ALG_HKDF_EXPAND_AES_CBC_MAC },
};

static const uint8_t base_point[] = {
	0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2, 0x77, 0x03, 0x7d, 0x81,
	0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e,
	0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf,
	0x51, 0xf5,
};

uint8_t take(struct input *input)
{
	return input->at < input->end ? *input->at++ : 0;
}

uint32_t take32(struct input *input)
{
	uint32_t value = 0;
	for (unsigned i = 0; i < 4; i++)
		value = value << 8 | take(input);
	return value;
}

static void make_odd(xsMachine *the, struct input *input, xsSlot *out)
{
	static const double odd[] = { 0, -1, 1, 0x40000000, 0x7FFFFFFF, -2147483648.0, 4294967296.0, 0.5 };
	const uint8_t choice = take(input);
	switch (choice % 8u) {
	case 0:
		xsmcSetUndefined(*out);
		break;
	case 1:
		xsmcSetNull(*out);
		break;
	case 2:
		xsmcSetStringBuffer(*out, (char *)(uintptr_t)"12", 2);
		break;
	case 3:
		xsmcSetNewObject(*out);
		break;
	case 4:
		xsmcSetNumber(*out, odd[(choice / 8u) % 8u]);
		break;
	case 5:
		xsmcSetInteger(*out, (int32_t)take32(input));
		break;
	case 6:
		xsmcSetBoolean(*out, 1);
		break;
	default:
		*out = xsVar((choice / 8u) % RESULTS);
	}
}

static void make_alg(xsMachine *the, struct input *input, xsSlot *out)
{
	const uint8_t choice = take(input);
	psa_algorithm_t alg = algs[choice % (sizeof algs / sizeof algs[0])];
	if (choice >= 0xF0u)
		alg = take32(input);
	else if (choice >= 0xC0u)
		alg = input->key_alg;
	xsmcSetInteger(*out, (int32_t)alg);
}

static void make_length(xsMachine *the, struct input *input, xsSlot *out)
{
	const uint8_t choice = take(input);
	int32_t length = choice;
	if (choice >= 0xF8u)
		length = (int32_t)(take32(input) % LENGTH_MAX);
	else if (choice >= 0xF0u)
		length = (int32_t)(choice - 0xF0u) - 4;
	xsmcSetInteger(*out, length);
}

/* Content: from the input, or a pattern; in a block of exactly its size, or as a view into a larger one. */
static void make_bytes(xsMachine *the, struct input *input, xsSlot *out)
{
	static uint8_t content[LENGTH_MAX];
	const uint8_t choice = take(input);
	const uint8_t count = take(input);
	size_t length = count;
	if (choice % 4u == 1)
		length = input->key_bytes;
	else if (choice % 32u == 2)
		length = (size_t)count * 256u;
	for (size_t i = 0; i < length; i++)
		content[i] = choice & 0x20u ? take(input) : (uint8_t)(i + count);
	if (choice % 8u == 3) {
		length = sizeof base_point;
		memcpy(content, base_point, length);
	}
	if (choice & 0x40u) { /* a view at an odd place */
		xsSlot *whole = &xsVar(FRAME - 1);
		xsmcSetArrayBuffer(*whole, NULL, (xsIntegerValue)(length + 3));
		*out = xsNew3(xsGlobal, xsID("Uint8Array"), *whole, xsInteger(1), xsInteger((xsIntegerValue)length));
		xsmcSetArrayBufferData(*whole, 1, content, (xsIntegerValue)length);
	}
	else {
		xsmcSetArrayBuffer(*out, content, (xsIntegerValue)length);
		if (choice & 0x80u)
			*out = xsNew1(xsGlobal, xsID("Uint8Array"), *out);
	}
}

static int make_attributes(xsMachine *the, struct input *input, int at)
{
	const uint8_t choice = take(input);
	uint32_t type, bits, alg;
	if (choice < 0xF0u) {
		const size_t row = choice % (sizeof keys / sizeof keys[0]);
		type = keys[row].type;
		bits = keys[row].bits;
		alg = keys[row].alg;
	}
	else {
		type = keys[take(input) % (sizeof keys / sizeof keys[0])].type;
		bits = take32(input) % 0x10010u;
		alg = take32(input);
	}
	const uint8_t usage = take(input);
	static const psa_key_usage_t usages[] = { PSA_KEY_USAGE_EXPORT, PSA_KEY_USAGE_ENCRYPT, PSA_KEY_USAGE_DECRYPT,
		PSA_KEY_USAGE_SIGN_MESSAGE | PSA_KEY_USAGE_SIGN_HASH, PSA_KEY_USAGE_VERIFY_MESSAGE | PSA_KEY_USAGE_VERIFY_HASH,
		PSA_KEY_USAGE_DERIVE, THIMBLE_USAGE_DERIVE_BYTES, 0 };
	uint32_t flags = 0;
	for (unsigned i = 0; i < 8; i++)
		flags |= (usage >> i & 1u) == 0 ? usages[i] : 0; /* an input that has ended allows all */
	const uint8_t id = take(input);
	xsmcSetInteger(xsVar(ARGUMENT(at)), (int32_t)type);
	xsmcSetInteger(xsVar(ARGUMENT(at + 1)), (int32_t)bits);
	xsmcSetInteger(xsVar(ARGUMENT(at + 2)), (int32_t)flags);
	xsmcSetInteger(xsVar(ARGUMENT(at + 3)), (int32_t)alg);
	xsmcSetInteger(xsVar(ARGUMENT(at + 4)), id < 0xC0u ? 0 : id == 0xFFu ? (int32_t)take32(input) : (int32_t)(id & 0x0Fu));
	input->key_bytes = PSA_BITS_TO_BYTES(bits);
	input->key_alg = alg;
	return 5;
}

/* Gigabytes are no finding: crypto.ts lets no such length through. */
static void bound_length(xsMachine *the, xsSlot *slot)
{
	const xsType type = xsmcTypeOf(*slot);
	if ((type == xsIntegerType || type == xsNumberType) && xsmcToInteger(*slot) > (xsIntegerValue)LENGTH_MAX)
		xsmcSetInteger(*slot, xsmcToInteger(*slot) % (xsIntegerValue)LENGTH_MAX);
}

static void make_one(xsMachine *the, struct input *input, enum kind kind, xsSlot *out)
{
	const uint8_t choice = take(input);
	if (choice >= 0xF0u) {
		make_odd(the, input, out);
		if (kind == KIND_LENGTH)
			bound_length(the, out);
		return;
	}
	switch (kind) {
	case KIND_ALG:
		make_alg(the, input, out);
		break;
	case KIND_LENGTH:
		make_length(the, input, out);
		break;
	case KIND_ID:
		xsmcSetInteger(*out, choice & 0x0Fu);
		break;
	case KIND_BYTES:
		make_bytes(the, input, out);
		break;
	case KIND_BYTES_OR_HANDLE:
		if (choice & 1u) {
			make_bytes(the, input, out);
			break;
		}
		/* fall through */
	default: /* what an earlier call gave */
		*out = xsVar(choice % RESULTS);
	}
}

/* Attributes first where they decide on the length of bytes: as a caller does. */
int make_arguments(xsMachine *the, struct input *input, const struct native *native)
{
	int at = 0;
	for (int i = 0; i < native->count; i++) {
		if (native->kinds[i] == KIND_ATTRIBUTES)
			at += make_attributes(the, input, at);
		else
			make_one(the, input, native->kinds[i], &xsVar(ARGUMENT(at++)));
	}
	return at;
}
