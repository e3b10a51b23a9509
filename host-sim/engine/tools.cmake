# SPDX-License-Identifier: Apache-2.0
# xs-compile: XS's parser and code generator without the run time.
set(XS ${THIMBLE_XS_DIR}/sources)
add_library(xs_parser STATIC
  ${XS}/xsBigInt.c ${XS}/xsCode.c ${XS}/xsCommon.c ${XS}/xsdtoa.c ${XS}/xsLexical.c ${XS}/xsre.c
  ${XS}/xsScope.c ${XS}/xsScript.c ${XS}/xsSourceMap.c ${XS}/xsSyntaxical.c ${XS}/xsTree.c)
target_compile_definitions(xs_parser PUBLIC mxCompile=1 mxParse=1)
target_include_directories(xs_parser SYSTEM PUBLIC ${THIMBLE_XS_DIR}/includes ${THIMBLE_XS_DIR}/platforms ${XS})
target_compile_options(xs_parser PRIVATE -O2 -w)
add_executable(xs-compile xs-compile.c)
target_compile_options(xs-compile PRIVATE -O2 -Wall -Wextra -Wno-unused-parameter -Werror)
target_link_libraries(xs-compile PRIVATE xs_parser m)
