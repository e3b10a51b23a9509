# SPDX-License-Identifier: Apache-2.0
# The host board: a desktop process.
function(thimble_add_board)
  add_executable(thimble-host ${BOARD_DIR}/board.c)
  target_compile_options(thimble-host PRIVATE ${THIMBLE_WARNINGS})
  target_link_libraries(thimble-host PRIVATE thimble_runtime m pthread)
endfunction()
