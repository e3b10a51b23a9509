/* SPDX-License-Identifier: Apache-2.0 */
#include "image-name.h"

const char *image_status_name(enum image_status status)
{
#define NAME_OF(name, value) \
	case name: \
		return #name;
	switch (status) {
		IMAGE_STATUSES(NAME_OF)
	}
	return "IMAGE_E_UNKNOWN";
}
