# SPDX-License-Identifier: Apache-2.0
# bench/peers: loops on other libraries that trustval is compared with (tools/bench_compare.sh), and
# the program that measures them. One whose library is missing is left out, and said to be.

add_executable(peers_measure ${PROJECT_SOURCE_DIR}/bench/peers/measure.c)
target_link_libraries(peers_measure PRIVATE tv_flags)
set_target_properties(peers_measure PROPERTIES OUTPUT_NAME measure)
set(TV_PEER_TARGETS peers_measure)

# A loop; ARGN are the libraries that it links.
function(tv_add_peer name)
  add_executable(peers_${name} ${PROJECT_SOURCE_DIR}/bench/peers/${name}.c
                               ${PROJECT_SOURCE_DIR}/bench/peers/peer.c)
  target_link_libraries(peers_${name} PRIVATE tv_flags ${ARGN} Threads::Threads)
  set_target_properties(peers_${name} PROPERTIES OUTPUT_NAME ${name})
  set(TV_PEER_TARGETS ${TV_PEER_TARGETS} peers_${name} PARENT_SCOPE)
endfunction()

tv_add_peer(openssl_loop OpenSSL::Crypto)

pkg_check_modules(gnutls QUIET IMPORTED_TARGET gnutls)
if(gnutls_FOUND)
  tv_add_peer(gnutls_loop PkgConfig::gnutls)
else()
  message(STATUS "bench/peers/gnutls_loop is left out: libgnutls is missing (Debian package: libgnutls28-dev)")
endif()

set_target_properties(${TV_PEER_TARGETS} PROPERTIES RUNTIME_OUTPUT_DIRECTORY
                                                    ${PROJECT_BINARY_DIR}/peers)
add_custom_target(peers DEPENDS ${TV_PEER_TARGETS})

if(TV_TESTS)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/bench/*_test.sh)
  foreach(file IN LISTS files)
    get_filename_component(stem ${file} NAME_WE)
    string(REGEX REPLACE "_test$" "" stem ${stem})
    tv_add_shell_test(bench_${stem} bench ${file} ${PROJECT_BINARY_DIR})
  endforeach()
endif()
