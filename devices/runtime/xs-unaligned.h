/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Included before xsDataView.c only. A DataView may read and write at any offset, and a Cortex-M faults on a 64-bit
 * access that is not aligned. XS has a way around it (mxMisalignedSettersCrash), but in 13.3 that way reads 64-bit
 * integers with c_read32; so c_read32 there reads as much as the variable `value`, which each such place assigns, holds.
 */
#define mxMisalignedSettersCrash 1
#define c_read32(POINTER) \
	({ \
		__typeof__(value) read; \
		c_memcpy(&read, (POINTER), sizeof read); \
		read; \
	})
