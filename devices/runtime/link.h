/* SPDX-License-Identifier: Apache-2.0 */
/** Frames on the board link: u16 LE length of what follows, u8 type, payload. docs/simulator.md. */
#ifndef THIMBLE_LINK_H
#define THIMBLE_LINK_H

#include <stddef.h>
#include <stdint.h>

/** Longest payload either way: a UDP datagram of 1500 bytes and its header. */
#define LINK_PAYLOAD_MAX 2048u

enum link_type {
	LINK_IDLE = 1,
	LINK_HALT = 2,
	LINK_TIME = 64,
	LINK_RUN = 65,
	LINK_STOP = 69,
};

/** Sends one frame. A payload longer than LINK_PAYLOAD_MAX is cut there: the caller has checked it. */
void link_send(uint8_t type, const void *payload, size_t length);

/** Receives one frame into out (LINK_PAYLOAD_MAX bytes); blocks. @return payload length, and the type in *type. */
size_t link_receive(uint8_t *type, uint8_t out[static LINK_PAYLOAD_MAX]);

#endif
