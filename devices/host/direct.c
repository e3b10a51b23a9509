/* SPDX-License-Identifier: Apache-2.0 */
/** The firmware as a program of its own: no boot stands before it. */
#include "base.h"

int main(int argc, char **argv)
{
	base_open_window(argc, argv);
	board_main(NULL);
}
