# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where: the CLI, the library, its headers, the schemas of its JSON, and
# trustval.pc.

install(TARGETS tv_library)
if(TV_SHARED)
  install(TARGETS tv_library_shared)
endif()
if(TARGET trustval)
  install(TARGETS trustval)
endif()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/tv DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES ${PROJECT_SOURCE_DIR}/docs/trustval-1.schema.json
              ${PROJECT_SOURCE_DIR}/docs/trustval-bench-1.schema.json
        DESTINATION ${CMAKE_INSTALL_DOCDIR})

file(CONFIGURE OUTPUT trustval.pc CONTENT
"prefix=@CMAKE_INSTALL_PREFIX@
includedir=@CMAKE_INSTALL_FULL_INCLUDEDIR@
libdir=@CMAKE_INSTALL_FULL_LIBDIR@

Name: trustval
Description: @PROJECT_DESCRIPTION@
Version: @PROJECT_VERSION@
Requires.private: libcrypto libuv inih jansson
Libs: -L\${libdir} -ltrustval
Cflags: -I\${includedir}
" @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/trustval.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
