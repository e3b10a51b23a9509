/* SPDX-License-Identifier: Apache-2.0 */
/** What newlib asks of a system without one: a C heap between bss and stack, and nothing else. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "../runtime/board.h"
#include "../runtime/runtime.h"

extern uint8_t _c_heap_start[], _c_heap_end[];

static uint8_t *brk = _c_heap_start;

void *_sbrk(ptrdiff_t increment);
int _write(int fd, const char *data, int length);
int _read(int fd, char *data, int length);
int _close(int fd);
int _fstat(int fd, struct stat *info);
int _isatty(int fd);
int _lseek(int fd, int offset, int whence);
_Noreturn void _exit(int status);
int _kill(int pid, int signal);
int _getpid(void);

void *_sbrk(ptrdiff_t increment)
{
	if (increment > _c_heap_end - brk || increment < _c_heap_start - brk) {
		errno = ENOMEM;
		return (void *)-1;
	}
	uint8_t *previous = brk;
	brk += increment;
	return previous;
}

size_t board_c_heap_used(void)
{
	return (size_t)(brk - _c_heap_start);
}

int _write(int fd, const char *data, int length)
{
	(void)fd;
	board_console_write(data, (size_t)length);
	return length;
}

int _read(int fd, char *data, int length)
{
	(void)fd;
	(void)data;
	(void)length;
	return 0;
}

int _close(int fd)
{
	(void)fd;
	return -1;
}

int _fstat(int fd, struct stat *info)
{
	(void)fd;
	info->st_mode = S_IFCHR;
	return 0;
}

int _isatty(int fd)
{
	(void)fd;
	return 1;
}

int _lseek(int fd, int offset, int whence)
{
	(void)fd;
	(void)offset;
	(void)whence;
	return 0;
}

_Noreturn void _exit(int status)
{
	(void)status;
	runtime_fatal("the C library asked to exit");
}

int _kill(int pid, int signal)
{
	(void)pid;
	(void)signal;
	runtime_fatal("the C library aborted");
}

int _getpid(void)
{
	return 1;
}
