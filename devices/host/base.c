/* SPDX-License-Identifier: Apache-2.0 */
/** See base.h. Console is stdout, the link is file descriptor 3, a socket pair that the simulator gives. */
#include "base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "../runtime/board.h"
#include "../silicon/layout.h"

static uint8_t *window;

_Noreturn void base_fail(const char *what)
{
	perror(what);
	exit(70);
}

void base_open_window(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: %s WINDOW (the simulator starts this program)\n", argv[0]);
		exit(64);
	}
	int fd = open(argv[1], O_RDWR | O_CLOEXEC);
	if (fd < 0)
		base_fail(argv[1]);
	window = mmap(NULL, WINDOW_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (window == MAP_FAILED)
		base_fail("mmap");
	close(fd);
}

void base_use_window(uint8_t *given)
{
	window = given;
}

uint8_t *board_window(void)
{
	return window;
}

static void write_all(int fd, const uint8_t *data, size_t length)
{
	while (length > 0) {
		ssize_t written = write(fd, data, length);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			_exit(71); /* the simulator is gone */
		data += written;
		length -= (size_t)written;
	}
}

void board_console_write(const char *text, size_t length)
{
	write_all(STDOUT_FILENO, (const uint8_t *)text, length);
}

void board_link_write(const uint8_t *data, size_t length)
{
	write_all(LINK_FD, data, length);
}

uint64_t board_ticks(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

_Noreturn void board_stop(uint32_t status)
{
	_exit(status == 0 ? 0 : 64 + (int)(status & 31u));
}
