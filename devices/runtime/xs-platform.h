/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What XS asks of a platform, for the boards that Thimble's own runtime drives (host and the emulated ones).
 * 16-bit identifiers, as on Moddable's microcontrollers, so that byte code is the same on every board.
 * No parser on a board: fxParseScript refuses (xs-platform.c); the compiler alone has XS's parser.
 */
#ifndef THIMBLE_XS_PLATFORM_H
#define THIMBLE_XS_PLATFORM_H

#undef mxLittleEndian
#define mxLittleEndian 1
#define mxExport extern
#define mxImport extern
#define XS_FUNCTION_NORETURN __attribute__((noreturn))

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#define mxUseDefaultBuildKeys 0
#define mxUseDefaultCStackLimit 0
#define mxUseDefaultSharedChunks 1

/* XS 13.3 grows its table of names past what 16-bit identifiers can count (board.cmake gives this to xsMemory.c only). */
void *runtime_grow_keys(void *keys, size_t size);

/** Host functions stay in read-only memory instead of becoming objects in RAM. */
#define mxHostFunctionPrimitive 1
/** XS prints through fxAbort and the console of the board, never through stdio. */
#define mxNoConsole 1
#define mxBoundsCheck 1

#define mxMachinePlatform \
	void *host; \
	int promiseJobs; \
	void *waiterCondition; \
	void *waiterData; \
	void *waiterLink;

/* Time is the board's: wall clock at power-on plus the time since. A board knows no time zone. */
#define c_gettimeofday thimble_gettimeofday
typedef struct timeval c_timeval;
#define c_localtime gmtime
#define c_mktime thimble_mktime
int thimble_gettimeofday(struct timeval *now, void *zone);
time_t thimble_mktime(struct tm *tm);

/* Math.random() draws from the entropy source of the board: there is no rand(). */
#define C_RAND_MAX 0x7FFFFFFF
#define c_rand thimble_rand
#define c_srand(seed) ((void)(seed))
int thimble_rand(void);

#define c_exit thimble_exit
_Noreturn void thimble_exit(int status);

#endif
