/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Runs devices/boot/dice.c for test/boot/dice.test.ts: takes the UDS or the CDIs and the inputs of one layer as hexadecimal
 * arguments (attest, seal, code, config, authority, mode, hidden) and prints the next CDIs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../devices/boot/dice.h"

static void read_hex(const char *text, uint8_t *out, size_t size)
{
	if (strlen(text) != 2 * size)
		exit(2);
	for (size_t i = 0; i < size; i++) {
		char pair[3] = { text[2 * i], text[2 * i + 1], 0 };
		out[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
}

static void print_hex(const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		printf("%02x", bytes[i]);
	printf("\n");
}

int main(int argc, char **argv)
{
	struct dice_cdis current, next;
	struct dice_input input;
	uint8_t mode;
	if (argc != 8)
		return 2;
	read_hex(argv[1], current.attest, sizeof current.attest);
	read_hex(argv[2], current.seal, sizeof current.seal);
	read_hex(argv[3], input.code, sizeof input.code);
	read_hex(argv[4], input.config, sizeof input.config);
	read_hex(argv[5], input.authority, sizeof input.authority);
	read_hex(argv[6], &mode, 1);
	read_hex(argv[7], input.hidden, sizeof input.hidden);
	input.mode = mode;
	memset(&next, 0xA5, sizeof next);
	enum dice_status status = dice_next(&current, &input, &next);
	if (status != DICE_OK)
		return 1;
	print_hex(next.attest, sizeof next.attest);
	print_hex(next.seal, sizeof next.seal);
	return 0;
}
