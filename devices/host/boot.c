/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The boot program of the host board. Execution memory is a file in memory: the image is copied there with its payload, a
 * shared object, at the file's beginning and its header on the page before it. What was verified there is sealed, and loaded.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../boot-program/program.h"
#include "../silicon/layout.h"
#include "../runtime/board.h"
#include "base.h"

#define PAGE 4096u
#define PAYLOAD_SIZE_AT 12u /* in an image's header */

static int memory_fd = -1;
static uint8_t *memory; /* of the file; the page before it is memory, too */

uint8_t *boot_memory(uint32_t *size)
{
	if (memory_fd < 0) {
		memory_fd = memfd_create("thimble-firmware", MFD_CLOEXEC | MFD_ALLOW_SEALING);
		if (memory_fd < 0 || ftruncate(memory_fd, FLASH_FW0_SIZE) != 0)
			base_fail("memfd");
		uint8_t *pages = mmap(NULL, PAGE + FLASH_FW0_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (pages == MAP_FAILED)
			base_fail("mmap");
		memory = mmap(pages + PAGE, FLASH_FW0_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, memory_fd, 0);
		if (memory == MAP_FAILED)
			base_fail("mmap");
	}
	*size = IMAGE_HEADER_SIZE + FLASH_FW0_SIZE;
	return memory - IMAGE_HEADER_SIZE;
}

/* The header is as verified; behind the payload may be the rest of an image that was refused. */
static off_t payload_size(void)
{
	uint32_t size;
	memcpy(&size, memory - IMAGE_HEADER_SIZE + PAYLOAD_SIZE_AT, sizeof size);
	return (off_t)size;
}

/* The seals hold only once nobody has the file mapped for writing. */
void boot_lock(void)
{
	const off_t size = payload_size();
	if (munmap(memory, FLASH_FW0_SIZE) != 0 || ftruncate(memory_fd, size) != 0 ||
		fcntl(memory_fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0)
		base_fail("execution memory is not locked");
}

_Noreturn void boot_run(struct hand_over *out)
{
	char path[32];
	snprintf(path, sizeof path, "/proc/self/fd/%d", memory_fd);
	void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (object == NULL)
		boot_other_board();
	close(memory_fd);
	firmware_start *start;
	*(void **)&start = dlsym(object, FIRMWARE_START);
	if (start == NULL)
		boot_other_board();
	start(board_window(), out);
	boot_fatal("the firmware came back");
}

int main(int argc, char **argv)
{
	static struct hand_over out;
	signal(SIGUSR1, SIG_IGN); /* a question of the simulator, which only the firmware answers */
	base_open_window(argc, argv);
	boot_program(&out);
}
