// SPDX-License-Identifier: Apache-2.0
/** The window as devices/silicon/layout.h and power-on.h lay it out; test/board/layout.test.ts holds them in step. */
export const WINDOW_SIZE = 0x1000000;
export const FLASH_OFFSET = 0x800000;
export const PROGRAMMED_OFFSET = 0x400000;
export const PROGRAMMED_SIZE = 0xe0c0;
export const POWER_ON_OFFSET = 0x500000;
export const REGISTERS_OFFSET = 0x501000;
export const OTP_OFFSET = 0x502000;
export const OTP_SIZE = 512;
export const COUNTERS_OFFSET = 0x503000;
export const COUNTERS_MAX = 8;
/** One of them: its value, and the value of a step that was interrupted. */
export const COUNTER_SIZE = 8;
/** In the flash. */
export const APP0_OFFSET = 0x000000;
export const APP0_SIZE = 0x100000;

export const POWER_ON_MAGIC = 0x4f504854;
export const POWER_ON_VERSION = 2;
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
  reset_cause: 120,
  start_us: 124,
  counters: 132,
  watchdog_max_ms: 136,
  switched_off: 140,
  instruments: 144,
} as const);
export const POWER_ON_SIZE = PowerOnField.instruments + 8 * POWER_ON_INSTRUMENTS;

/** Offsets in struct registers of what the simulator reads. */
export const RegisterField = Object.freeze({ watchdog_us: 0 } as const);
export const REGISTERS_SIZE = 257;

/** Why a board starts (devices/silicon/reset.h). */
export const ResetCause = Object.freeze({ powerOn: 1, software: 2, watchdog: 3, brownOut: 4 } as const);

export const PowerOnFlag = Object.freeze({
  ...({ virtualTime: 1, fixedSeed: 2, debug: 4, debugger: 8, service: 16, dice: 32 } as const),
} as const);
export const CUT_HALF = 0xffffffff;
