/* SPDX-License-Identifier: Apache-2.0 */
/** What the files of the runtime share: power-on state, XS machine, loader, loop and the end of a run. */
#ifndef THIMBLE_RUNTIME_H
#define THIMBLE_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive.h"

struct hand_over;
struct sxMachine;
struct sxSlot;

/** Why a board stopped: the first byte of a HALT frame. devices/io/frames.ts has the same numbers. */
enum halt_reason {
	HALT_FINISHED = 0,
	HALT_UNCAUGHT = 1, /* unhandled exception or rejection */
	HALT_REFUSED = 2,  /* the app was refused before it was mapped */
	HALT_POWER = 3,    /* modelled power cut */
	HALT_STOPPED = 4,  /* the simulator asked for it */
	HALT_MEMORY = 5,   /* XS heap exhausted */
	HALT_STACK = 6,    /* JavaScript or C stack overflow */
	HALT_KEYS = 7,     /* more property names than the machine has room for */
	HALT_FATAL = 8,    /* the runtime or XS found itself in an impossible state */
	HALT_BUSY = 9,     /* it was asked where it is: it had not become idle for too long */
	HALT_WATCHDOG = 11, /* the same, with the watchdog running: it bites. 10 and 11 are also devices/silicon/stop.h's */
};

/* Defined by the generated firmware.c (host-sim/compiler makes it with the firmware archive). */
struct firmware_natives {
	const char *module;
	void (*build)(struct sxMachine *the);
};
extern const uint8_t firmware_archive[];
extern const size_t firmware_archive_size;
extern const uint8_t firmware_abi[32];
extern const uint16_t firmware_known_ids; /* engine's and firmware's identifiers */
extern const uint16_t firmware_app_ids;   /* first identifier of an app */
extern const uint16_t firmware_frame_ids[2]; /* "app" and "firmware": the archives, as positions name them */
extern const struct firmware_natives firmware_natives[];
extern const size_t firmware_natives_count;

/* xs-platform.c */
bool runtime_heap_use(uint8_t *memory, size_t size);
struct sxMachine *runtime_running_machine(void);
size_t runtime_heap_used(void);
size_t runtime_heap_limit(void);

/* clock.c */
void runtime_clock_start(int64_t wall_clock_ms, uint64_t start_us, bool is_virtual);
void runtime_clock_set(uint64_t us);
uint64_t runtime_clock_us(void);
int64_t runtime_wall_clock_us(void);


/* modules.c */
/* Name of the archive that this byte of code is in, and its offset there; XS_NO_ID when it is in none. */
uint16_t runtime_code_origin(const void *code, uint32_t *offset);
void runtime_modules_use(const struct archive_view *firmware, const struct archive_view *app);

/* machine.c */
struct sxMachine *runtime_machine(const struct archive_view *firmware, uint32_t heap_bytes, uint32_t stack_slots);
void runtime_freeze_globals(struct sxMachine *the);
void runtime_map_app(struct sxMachine *the, const struct archive_view *app);

/* loop.c */
void runtime_loop_prepare(struct sxMachine *the);
_Noreturn void runtime_loop(struct sxMachine *the);
/* @param app null: the firmware's own service app. */
void runtime_start_app(struct sxMachine *the, const struct archive_view *app);

/* instruments.c */
/* boot_ticks: six of them, as struct hand_over says; null without boot. */
void instruments_start(const uint64_t *boot_ticks);
void instruments_first_line(void *the);
void instruments_idle(void *the);
/* XS slots and chunks in use, the stack apart. */
uint64_t instruments_heap_used(void *the);

/* natives.c */
void runtime_globals(struct sxMachine *the);

/* stack.c */
void runtime_trace(struct sxMachine *the, char *text, size_t size);
void runtime_thrown_trace(struct sxMachine *the, char *text, size_t size);
void runtime_place_trace(struct sxMachine *the, const void *code, char *text, size_t size);

/* busy.c */
/* From a signal or an interrupt, at any time: the board is to say where its app is, and to stop. */
void runtime_ask_where(const void *stack_top);
/* Whether it was asked; the stack is then as it was. */
bool runtime_is_asked(struct sxMachine *the);

/* plain-object.c */
void runtime_show_object(struct sxMachine *the, struct sxSlot *object, char *text, size_t size);

/* debugger.c; nothing of it in a release build */
void runtime_debug_login(struct sxMachine *the, bool has_debugger);
void runtime_debug_idle(struct sxMachine *the);
void runtime_debug_trace(struct sxMachine *the, const char *text);

/* halt.c */
_Noreturn void runtime_halt(enum halt_reason reason, const char *text);
_Noreturn void runtime_fatal(const char *text);
_Noreturn void runtime_abort(struct sxMachine *the, int status);

/**
 * Runs the board: never returns.
 * @param given - what boot hands over; its original is wiped. Null where the firmware was started without boot.
 */
_Noreturn void runtime_main(struct hand_over *given);

#endif
