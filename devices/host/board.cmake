# SPDX-License-Identifier: Apache-2.0
# The host board: a desktop process. Its firmware is a program, or a shared object that boot loads.
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
add_compile_options(-fvisibility=hidden)

function(thimble_add_program name)
  add_executable(${name} ${BOARD_DIR}/base.c ${BOARD_DIR}/board.c ${BOARD_DIR}/direct.c ${ARGN})
  target_compile_options(${name} PRIVATE ${THIMBLE_WARNINGS})
  target_link_libraries(${name} PRIVATE thimble_runtime m pthread)
endfunction()
set(THIMBLE_PROGRAM thimble-host)

function(thimble_add_boot)
  add_executable(thimble-boot ${BOARD_DIR}/base.c ${BOARD_DIR}/boot.c)
  target_compile_options(thimble-boot PRIVATE ${THIMBLE_WARNINGS})
  target_link_libraries(thimble-boot PRIVATE thimble_boot_program thimble_boot_mbedtls ${CMAKE_DL_LIBS})
endfunction()

function(thimble_add_firmware_payload file)
  add_library(thimble-firmware MODULE ${BOARD_DIR}/base.c ${BOARD_DIR}/board.c ${BOARD_DIR}/firmware.c)
  target_compile_options(thimble-firmware PRIVATE ${THIMBLE_WARNINGS})
  target_link_libraries(thimble-firmware PRIVATE thimble_runtime m pthread)
  target_link_options(thimble-firmware PRIVATE -Wl,-Bsymbolic,-z,now)
  add_custom_command(TARGET thimble-firmware POST_BUILD
    COMMAND ${CMAKE_STRIP} -o ${file} $<TARGET_FILE:thimble-firmware> BYPRODUCTS ${file} VERBATIM)
endfunction()
