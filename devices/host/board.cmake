# SPDX-License-Identifier: Apache-2.0
# The host board: a desktop process.
function(thimble_add_program name)
  add_executable(${name} ${BOARD_DIR}/board.c ${ARGN})
  target_compile_options(${name} PRIVATE ${THIMBLE_WARNINGS})
  target_link_libraries(${name} PRIVATE thimble_runtime m pthread)
endfunction()
set(THIMBLE_PROGRAM thimble-host)
