/* SPDX-License-Identifier: Apache-2.0 */
/** What the firmware needs of the host board, a desktop process, beside base.c: the debug channel, file descriptor 4, among it. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../runtime/board.h"
#include "../runtime/entropy.h"
#include "../runtime/runtime.h"
#include "../silicon/layout.h"
#include "../silicon/power-on.h"
#include "base.h"

#define STACK_MARGIN (128u * 1024u)

static bool is_seed_fixed;
static const void *stack_top;

size_t board_link_read(uint8_t *out, size_t size)
{
	for (;;) {
		ssize_t count = read(LINK_FD, out, size);
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			_exit(71);
		return (size_t)count;
	}
}

size_t board_debug_read(uint8_t *out, size_t size)
{
	for (;;) {
		ssize_t count = read(DEBUG_FD, out, size);
		if (count < 0 && errno == EINTR)
			continue;
		return count <= 0 ? 0 : (size_t)count;
	}
}

bool board_debug_readable(bool wait)
{
	struct pollfd channels[2] = { { .fd = DEBUG_FD, .events = POLLIN }, { .fd = LINK_FD, .events = POLLIN } };
	while (poll(channels, wait ? 2 : 1, wait ? -1 : 0) < 0 && errno == EINTR) {
	}
	return channels[0].revents != 0;
}

void board_debug_write(const uint8_t *data, size_t length)
{
	while (length > 0) {
		ssize_t sent = send(DEBUG_FD, data, length, MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return;
		data += sent;
		length -= (size_t)sent;
	}
}

uint64_t board_elapsed_us(void)
{
	return board_ticks() / 1000u;
}

size_t board_c_heap_used(void)
{
	return 0;
}

/* The operating system's entropy; only a run that is being repeated draws from its seed. */
bool board_entropy(uint8_t *out, size_t length)
{
	if (is_seed_fixed)
		return entropy_read(out, length);
	while (length > 0) {
		ssize_t count = getrandom(out, length, 0);
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return false;
		out += count;
		length -= (size_t)count;
	}
	return true;
}

size_t board_heap_max(void)
{
	return 256u * 1024u * 1024u;
}

uint8_t *board_heap(size_t size)
{
	return size > board_heap_max() ? NULL : calloc(1, size);
}

void *board_stack_limit(void)
{
	pthread_attr_t attributes;
	void *low = NULL;
	size_t size = 0;
	if (pthread_getattr_np(pthread_self(), &attributes) != 0)
		return NULL;
	if (pthread_attr_getstack(&attributes, &low, &size) != 0)
		low = NULL;
	pthread_attr_destroy(&attributes);
	return low == NULL ? NULL : (uint8_t *)low + STACK_MARGIN;
}

/* SIGUSR1 is the simulator's question where the app is. */
static void on_signal(int number)
{
	(void)number;
	int before = errno;
	runtime_ask_where(stack_top);
	errno = before;
}

static void take_questions(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	sigemptyset(&action.sa_mask);
	sigaction(SIGUSR1, &action, NULL);
}

_Noreturn void board_main(struct hand_over *given)
{
	stack_top = __builtin_frame_address(0);
	take_questions();
	is_seed_fixed = (((const struct power_on *)(const void *)(board_window() + POWER_ON_OFFSET))->flags & POWER_ON_FIXED_SEED) != 0;
	runtime_main(given);
}
