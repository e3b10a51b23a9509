# SPDX-License-Identifier: Apache-2.0
# mps2-an505: an emulated Arm Cortex-M33 (QEMU). Toolchain: host-sim/engine/arm-none-eabi.cmake.
add_compile_options(-mcpu=cortex-m33 -mthumb -mfloat-abi=soft --specs=nano.specs)
add_link_options(-mcpu=cortex-m33 -mthumb -mfloat-abi=soft --specs=nano.specs -nostartfiles)

# Link-time optimization saves 15 KB of flash; debug builds keep one object a file for readable maps.
if(THIMBLE_VARIANT STREQUAL "release")
  add_compile_options(-flto -fno-asynchronous-unwind-tables)
  add_link_options(-flto=auto -Os)
endif()

# SCRIPT: mps2-an505.ld or boot.ld
function(thimble_place name script)
  target_compile_options(${name} PRIVATE ${THIMBLE_WARNINGS})
  target_link_options(${name} PRIVATE -T${BOARD_DIR}/${script} -L${BOARD_DIR} -Wl,-Map=${name}.map,--cref,--no-warn-rwx-segments)
  set_target_properties(${name} PROPERTIES LINK_DEPENDS "${BOARD_DIR}/${script};${BOARD_DIR}/memory.ld")
endfunction()

function(thimble_add_program name)
  add_executable(${name} ${BOARD_DIR}/base.c ${BOARD_DIR}/board.c ${BOARD_DIR}/fault.c ${BOARD_DIR}/startup.c ${BOARD_DIR}/syscalls.c
    ${ARGN})
  target_link_libraries(${name} PRIVATE thimble_runtime m)
  thimble_place(${name} mps2-an505.ld)
endfunction()
set(THIMBLE_PROGRAM thimble-mps2-an505.elf)

function(thimble_add_boot)
  add_executable(thimble-boot.elf ${BOARD_DIR}/base.c ${BOARD_DIR}/boot.c ${BOARD_DIR}/fault.c)
  target_compile_options(thimble-boot.elf PRIVATE -fno-lto)
  target_link_libraries(thimble-boot.elf PRIVATE thimble_boot_program thimble_boot_mbedtls)
  thimble_place(thimble-boot.elf boot.ld)
  # As it lies from _boot_start on: what boot_code() is.
  add_custom_command(TARGET thimble-boot.elf POST_BUILD
    COMMAND ${CMAKE_OBJCOPY} -O binary thimble-boot.elf boot.bin BYPRODUCTS boot.bin VERBATIM)
endfunction()

# The program is linked where boot copies it to; its first vectors, for a start without boot, are no part of it.
function(thimble_add_firmware_payload file)
  add_custom_command(TARGET ${THIMBLE_PROGRAM} POST_BUILD
    COMMAND ${CMAKE_OBJCOPY} -O binary --remove-section=.direct ${THIMBLE_PROGRAM} ${file} BYPRODUCTS ${file} VERBATIM)
endfunction()
