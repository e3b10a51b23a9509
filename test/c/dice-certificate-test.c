/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Runs devices/secure/dice-certificate.c for test/dice/dice-certificate-c.test.ts. Arguments, in hexadecimal: the issuer's
 * private key and point, the subject's point, code, config, authority, mode; then the descriptor and the profile's name, "-"
 * for none; "=N" is a descriptor of N zeros. Prints the status, the issuer's identifier and the certificate; before that it tries every smaller room.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/ecdsa.h>
#include <mbedtls/sha256.h>

#include "../../devices/secure/dice-certificate.h"

#define ROOM_MAX 70000u
#define SCALAR_SIZE 32u

struct signer {
	mbedtls_ecp_group curve;
	mbedtls_mpi d;
	bool fails;
};

static size_t read_hex(const char *text, uint8_t *out, size_t room)
{
	const size_t size = strlen(text) / 2;
	if (size > room)
		exit(2);
	for (size_t i = 0; i < size; i++) {
		char pair[3] = { text[2 * i], text[2 * i + 1], 0 };
		out[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return size;
}

static void print_hex(const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		printf("%02x", bytes[i]);
	printf("\n");
}

/* Blinds, and is in no result. */
static int blind(void *context, unsigned char *out, size_t size)
{
	(void)context;
	memset(out, 0x5A, size);
	return 0;
}

static int sign(void *context, const uint8_t *message, size_t size, uint8_t signature[static SIGN1_SIGNATURE_SIZE])
{
	struct signer *signer = context;
	uint8_t hash[32];
	mbedtls_mpi r, s;
	mbedtls_mpi_init(&r);
	mbedtls_mpi_init(&s);
	int failed = signer->fails ? -1 : mbedtls_sha256(message, size, hash, 0);
	if (failed == 0)
		failed = mbedtls_ecdsa_sign_det_ext(&signer->curve, &r, &s, &signer->d, hash, sizeof hash, MBEDTLS_MD_SHA256, blind, NULL);
	if (failed == 0)
		failed = mbedtls_mpi_write_binary(&r, signature, SCALAR_SIZE);
	if (failed == 0)
		failed = mbedtls_mpi_write_binary(&s, signature + SCALAR_SIZE, SCALAR_SIZE);
	mbedtls_mpi_free(&r);
	mbedtls_mpi_free(&s);
	return failed;
}

/* Each room in memory of its own, so that the sanitizer sees a byte behind it. */
static void refuse(const struct dice_certificate *content, struct signer *signer, size_t room, enum dice_certificate_status expected)
{
	size_t size = 1;
	uint8_t *out = malloc(room + 1);
	if (out == NULL)
		exit(3);
	memset(out, 0xA5, room + 1);
	uint8_t *end = out + 1; /* up to the end of its block */
	if (dice_certificate_make(content, sign, signer, end, room, &size) != expected || size != 0)
		exit(4);
	for (size_t i = 0; i < room; i++) {
		if (end[i] != 0)
			exit(5);
	}
	free(out);
}

int main(int argc, char **argv)
{
	static uint8_t out[ROOM_MAX], descriptor[ROOM_MAX];
	uint8_t scalar[SCALAR_SIZE], issuer[DICE_POINT_SIZE], subject[DICE_POINT_SIZE], id[DICE_ID_SIZE], mode = 0;
	struct dice_input input = { .mode = DICE_MODE_NORMAL };
	struct signer signer = { .fails = false };
	size_t size = 1;
	if (argc != 10)
		return 2;
	read_hex(argv[1], scalar, sizeof scalar);
	read_hex(argv[2], issuer, sizeof issuer);
	read_hex(argv[3], subject, sizeof subject);
	read_hex(argv[4], input.code, sizeof input.code);
	read_hex(argv[5], input.config, sizeof input.config);
	read_hex(argv[6], input.authority, sizeof input.authority);
	read_hex(argv[7], &mode, 1);
	input.mode = (enum dice_mode)mode;
	struct dice_certificate content = { .issuer_point = issuer, .subject_point = subject, .input = &input };
	if (strcmp(argv[8], "-") != 0) {
		content.descriptor_size = argv[8][0] == '=' ? strtoul(argv[8] + 1, NULL, 10) : read_hex(argv[8], descriptor, sizeof descriptor);
		content.descriptor = descriptor;
	}
	if (strcmp(argv[9], "-") != 0)
		content.profile_name = argv[9];
	mbedtls_ecp_group_init(&signer.curve);
	mbedtls_mpi_init(&signer.d);
	if (mbedtls_ecp_group_load(&signer.curve, MBEDTLS_ECP_DP_SECP256R1) != 0 || mbedtls_mpi_read_binary(&signer.d, scalar, sizeof scalar) != 0)
		return 3;
	const enum dice_certificate_status status = dice_certificate_make(&content, sign, &signer, out, sizeof out, &size);
	if (status == DICE_CERTIFICATE_OK) {
		for (size_t room = 0; room < SIGN1_ROOM(size); room += room < 600 ? 1 : 1009)
			refuse(&content, &signer, room, DICE_CERTIFICATE_E_ROOM);
		refuse(&content, &signer, SIGN1_ROOM(size) - 1, DICE_CERTIFICATE_E_ROOM);
		signer.fails = true;
		refuse(&content, &signer, SIGN1_ROOM(size), DICE_CERTIFICATE_E_CRYPTO);
	} else
		refuse(&content, &signer, sizeof out, status);
	if (dice_identifier(issuer, id) != DICE_CERTIFICATE_OK)
		return 6;
	printf("%08x\n", (unsigned)status);
	print_hex(id, sizeof id);
	print_hex(out, size);
	mbedtls_mpi_free(&signer.d);
	mbedtls_ecp_group_free(&signer.curve);
	return 0;
}
