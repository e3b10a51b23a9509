/* SPDX-License-Identifier: Apache-2.0 */
#include "link.h"

#include "board.h"
#include "runtime.h"

static void read_exactly(uint8_t *out, size_t length)
{
	size_t done = 0;
	while (done < length)
		done += board_link_read(out + done, length - done);
}

void link_send(uint8_t type, const void *payload, size_t length)
{
	if (length > LINK_PAYLOAD_MAX)
		length = LINK_PAYLOAD_MAX;
	size_t rest = length + 1;
	const uint8_t header[3] = { (uint8_t)rest, (uint8_t)(rest >> 8), type };
	board_link_write(header, sizeof header);
	if (length > 0)
		board_link_write(payload, length);
}

size_t link_receive(uint8_t *type, uint8_t out[static LINK_PAYLOAD_MAX])
{
	uint8_t header[3];
	read_exactly(header, sizeof header);
	size_t rest = (size_t)header[0] | (size_t)header[1] << 8;
	if (rest == 0 || rest - 1 > LINK_PAYLOAD_MAX)
		runtime_fatal("a frame on the board link is too long");
	*type = header[2];
	read_exactly(out, rest - 1);
	return rest - 1;
}
