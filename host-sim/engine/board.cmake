# SPDX-License-Identifier: Apache-2.0
# One board: XS (run time only), the shared runtime, virtual silicon, PSA binding and the board's own files.
set(XS ${THIMBLE_XS_DIR}/sources)
set(RUNTIME ${THIMBLE_DEVICES}/runtime)
set(SILICON ${THIMBLE_DEVICES}/silicon)
set(BOOT ${THIMBLE_DEVICES}/boot)
set(BOARD_DIR ${THIMBLE_DEVICES}/${THIMBLE_TARGET})

add_compile_definitions(INCLUDE_XSPLATFORM "XSPLATFORM=\"xs-platform.h\"" mxRun=1)
if(THIMBLE_VARIANT STREQUAL "release")
  set(THIMBLE_OPTIMIZE -Os)
  if(THIMBLE_TARGET STREQUAL "host")
    set(THIMBLE_OPTIMIZE -O2)
  endif()
else()
  set(THIMBLE_OPTIMIZE -O1 -g)
  add_compile_definitions(mxDebug=1)
endif()
add_compile_options(${THIMBLE_OPTIMIZE} -ffunction-sections -fdata-sections -fno-common)
add_link_options(-Wl,--gc-sections)
if(THIMBLE_VARIANT STREQUAL "sanitize")
  add_compile_options(-fsanitize=address -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
include(${BOARD_DIR}/board.cmake)

# XS without its parser: fxParseScript of the runtime refuses, and the linker drops what only a parser would reach.
set(XS_PARTS API All Arguments Array Atomics BigInt Boolean Common DataView Date Debug Defaults Error Function
  Generator Global JSON MapSet Marshall Math Memory Module Number Object Platforms Profile Promise Property Proxy
  RegExp Run String Symbol Type dtoa re mc)
foreach(part ${XS_PARTS})
  list(APPEND XS_FILES ${XS}/xs${part}.c)
endforeach()
add_library(xs STATIC ${XS_FILES})
set_source_files_properties(${XS}/xsDataView.c PROPERTIES COMPILE_OPTIONS "-include;xs-unaligned.h")
set_source_files_properties(${XS}/xsMemory.c PROPERTIES COMPILE_DEFINITIONS "c_realloc=runtime_grow_keys")
set(XS_RUN_NAMES fxJump=runtime_jump)
if(THIMBLE_VARIANT STREQUAL "release")
  # What runs byte code: 3.5 KB for a tenth of the instructions of an app's code.
  set_property(SOURCE ${XS}/xsRun.c APPEND PROPERTY COMPILE_OPTIONS -O2)
endif()
if(NOT THIMBLE_VARIANT STREQUAL "release")
  list(APPEND XS_RUN_NAMES fxDebugLine=runtime_debug_line)
endif()
set_source_files_properties(${XS}/xsRun.c PROPERTIES COMPILE_DEFINITIONS "${XS_RUN_NAMES}")
if(THIMBLE_VARIANT STREQUAL "release")
  # XS finds positions in its debug build only; devices/runtime/stack.c finds them in a release build.
  set_source_files_properties(${XS}/xsDefaults.c PROPERTIES COMPILE_DEFINITIONS
    "fxCaptureErrorStack=runtime_capture_stack")
endif()
if(THIMBLE_VARIANT STREQUAL "sanitize")
  # xsCommon.c exempts its word-wise strlen (which reads past the end on purpose) in a way that only Clang understands.
  set_source_files_properties(${XS}/xsCommon.c PROPERTIES COMPILE_OPTIONS "-D__has_feature(x)=1")
endif()
target_include_directories(xs SYSTEM PUBLIC ${THIMBLE_XS_DIR}/includes ${THIMBLE_XS_DIR}/platforms ${XS})
target_include_directories(xs PUBLIC ${RUNTIME})
target_compile_options(xs PRIVATE -w -fno-strict-aliasing)
target_link_libraries(xs PUBLIC m)

add_subdirectory(${THIMBLE_DEVICES}/psa psa)

# What boot believes. The runtime asks it about the app, as no boot program stands before it.
add_library(thimble_boot STATIC ${BOOT}/image.c ${BOOT}/signature.c ${BOOT}/trust.c)
target_include_directories(thimble_boot PUBLIC ${BOOT})
target_link_libraries(thimble_boot PUBLIC thimble_psa)
target_compile_options(thimble_boot PRIVATE ${THIMBLE_WARNINGS})

# The firmware's services behind their call gate, and what they share with boot.
file(GLOB SECURE_FILES CONFIGURE_DEPENDS ${THIMBLE_DEVICES}/secure/*.c)
add_library(thimble_secure STATIC ${SECURE_FILES} ${BOOT}/dice.c ${BOOT}/fuses.c ${BOOT}/slots.c)
target_link_libraries(thimble_secure PUBLIC xs thimble_boot thimble_psa)
set_source_files_properties(${THIMBLE_DEVICES}/secure/token.c PROPERTIES COMPILE_DEFINITIONS "THIMBLE_BOARD_NAME=\"${THIMBLE_TARGET}\"")
target_compile_options(thimble_secure PRIVATE ${THIMBLE_WARNINGS})

file(GLOB RUNTIME_FILES CONFIGURE_DEPENDS ${RUNTIME}/*.c)
file(GLOB SILICON_FILES CONFIGURE_DEPENDS ${SILICON}/*.c)
add_library(thimble_runtime STATIC ${RUNTIME_FILES} ${SILICON_FILES} ${THIMBLE_FIRMWARE_DIR}/firmware.c
  ${THIMBLE_FIRMWARE_DIR}/firmware-keys.c)
target_link_libraries(thimble_runtime PUBLIC xs thimble_secure thimble_boot thimble_psa)
target_compile_options(thimble_runtime PRIVATE ${THIMBLE_WARNINGS})
# XS calls the platform functions of the runtime, and the runtime calls XS: the linker visits both again.
target_link_libraries(xs PRIVATE thimble_runtime)
if(THIMBLE_VARIANT STREQUAL "sanitize")
  foreach(library thimble_boot thimble_secure thimble_runtime)
    target_compile_options(${library} PRIVATE -fsanitize=undefined -fno-sanitize-recover=undefined)
  endforeach()
endif()

thimble_add_program(${THIMBLE_PROGRAM})

# The boot program, and the payload of the firmware image that it starts. An engine with sanitizers does not fit a slot.
add_subdirectory(${THIMBLE_DEVICES}/boot-program boot-program)
thimble_add_boot()
if(NOT THIMBLE_VARIANT STREQUAL "sanitize")
  thimble_add_firmware_payload(${CMAKE_CURRENT_BINARY_DIR}/firmware.bin)
endif()

# A checkout has the tests of the C code that run on the board itself; a package has not.
set(THIMBLE_C_TESTS ${CMAKE_CURRENT_SOURCE_DIR}/../../test/c)
foreach(test image-test archive-fuzz silicon-board guarded-board)
  if(EXISTS ${THIMBLE_C_TESTS}/${test}.c)
    thimble_add_program(${test} ${THIMBLE_C_TESTS}/${test}.c)
  endif()
endforeach()
if(THIMBLE_TARGET STREQUAL "mps2-an505" AND EXISTS ${THIMBLE_C_TESTS}/locked-board.c)
  thimble_add_program(locked-board ${THIMBLE_C_TESTS}/locked-board.c)
endif()
if(EXISTS ${THIMBLE_C_TESTS}/boot-test.c)
  thimble_add_program(boot-test ${THIMBLE_C_TESTS}/boot-test.c ${THIMBLE_C_TESTS}/boot-cases.c)
endif()
