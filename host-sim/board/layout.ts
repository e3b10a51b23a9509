// SPDX-License-Identifier: Apache-2.0
/** The window as devices/silicon/layout.h and power-on.h lay it out; test/board/layout.test.ts holds them in step. */
export const WINDOW_SIZE = 0x1000000;
export const PROGRAMMED_OFFSET = 0x400000;
export const PROGRAMMED_SIZE = 0x8000;
export const POWER_ON_OFFSET = 0x500000;
export const APP0_OFFSET = 0x000000;
export const APP0_SIZE = 0x100000;

export const POWER_ON_MAGIC = 0x4f504854;
export const POWER_ON_VERSION = 1;
export const POWER_ON_INSTRUMENTS = 32;

/** Offsets in struct power_on. */
export const PowerOnField = Object.freeze({
  magic: 0,
  version: 4,
  flags: 8,
  seed: 12,
  wall_clock_ms: 44,
  heap_bytes: 52,
  stack_slots: 56,
  app_offset: 60,
  app_length: 64,
  cut_operation: 68,
  cut_bytes: 72,
  operations: 76,
  digital_levels: 80,
  digital_driven: 84,
  analog_values: 88,
  reserved: 120,
  instruments: 124,
} as const);
export const POWER_ON_SIZE = PowerOnField.instruments + 8 * POWER_ON_INSTRUMENTS;

export const PowerOnFlag = Object.freeze({ virtualTime: 1, fixedSeed: 2, debug: 4, debugger: 8 } as const);
export const CUT_HALF = 0xffffffff;
