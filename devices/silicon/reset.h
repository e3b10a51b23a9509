/* SPDX-License-Identifier: Apache-2.0 */
/** Why the board starts, and how its own code starts it again. */
#ifndef THIMBLE_RESET_H
#define THIMBLE_RESET_H

/** The simulator writes it into the power-on block at each start. */
enum reset_cause {
	RESET_UNKNOWN = 0,   /* no start of the simulator's */
	RESET_POWER_ON = 1,  /* power came after it was switched off in order, or for the first time */
	RESET_SOFTWARE = 2,  /* reset_software() */
	RESET_WATCHDOG = 3,  /* the watchdog was not kicked in time */
	RESET_BROWN_OUT = 4, /* power failed while the board ran */
};

/** Why this start is. Reading it changes nothing; a value that is none of these is RESET_UNKNOWN. */
enum reset_cause reset_cause(void);

/**
 * Starts the board again: flash, OTP and counters stay, all locks are open and the watchdog is off. Time goes on.
 */
_Noreturn void reset_software(void);

#endif
