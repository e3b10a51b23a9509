/* SPDX-License-Identifier: Apache-2.0 */
/** Names of what boot says of an image. Not in devices/boot: nothing is decided by them. */
#ifndef THIMBLE_IMAGE_NAME_H
#define THIMBLE_IMAGE_NAME_H

#include "../boot/image.h"

/** The name of a status for people and logs: "IMAGE_E_DIGEST". */
const char *image_status_name(enum image_status status);

#endif
