# SPDX-License-Identifier: Apache-2.0
# mps2-an505: an emulated Arm Cortex-M33 (QEMU). Toolchain: host-sim/engine/arm-none-eabi.cmake.
add_compile_options(-mcpu=cortex-m33 -mthumb -mfloat-abi=soft --specs=nano.specs)
add_link_options(-mcpu=cortex-m33 -mthumb -mfloat-abi=soft --specs=nano.specs -nostartfiles)

# Link-time optimization saves 15 KB of flash; debug builds keep one object a file for readable maps.
if(THIMBLE_VARIANT STREQUAL "release")
  add_compile_options(-flto -fno-asynchronous-unwind-tables)
  add_link_options(-flto=auto -Os)
endif()

function(thimble_add_program name)
  add_executable(${name} ${BOARD_DIR}/board.c ${BOARD_DIR}/startup.c ${BOARD_DIR}/syscalls.c ${ARGN})
  target_compile_options(${name} PRIVATE ${THIMBLE_WARNINGS})
  target_link_libraries(${name} PRIVATE thimble_runtime m)
  target_link_options(${name} PRIVATE -T${BOARD_DIR}/mps2-an505.ld -Wl,-Map=${name}.map,--cref,--no-warn-rwx-segments)
  set_target_properties(${name} PROPERTIES LINK_DEPENDS ${BOARD_DIR}/mps2-an505.ld)
endfunction()
set(THIMBLE_PROGRAM thimble-mps2-an505.elf)
