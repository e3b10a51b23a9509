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
#include <sys/stat.h>
#include <unistd.h>

#include "../boot-program/program.h"
#include "../silicon/layout.h"
#include "../silicon/power-on.h"
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

/* Which chip this process stands for. */
uint32_t boot_attestation(void)
{
	const struct power_on *block = (const struct power_on *)(board_window() + POWER_ON_OFFSET);
	return (block->flags & POWER_ON_DICE) != 0u ? BOOT_ATTESTATION_DEVICE_KEY : BOOT_ATTESTATION_IAK;
}

/* The executable file. */
const uint8_t *boot_code(size_t *size)
{
	struct stat found;
	const int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (file < 0 || fstat(file, &found) != 0)
		base_fail("boot's own file");
	*size = (size_t)found.st_size;
	const uint8_t *code = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, file, 0);
	if (code == MAP_FAILED)
		base_fail("boot's own file");
	close(file);
	return code;
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
