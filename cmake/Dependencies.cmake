# SPDX-License-Identifier: Apache-2.0
# Finds what the project stands on, and names the Debian package of whatever is missing.

find_package(PkgConfig)
if(NOT PKG_CONFIG_FOUND)
  message(FATAL_ERROR "pkg-config is missing (Debian package: pkg-config)")
endif()

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

find_package(OpenSSL 3.0 COMPONENTS Crypto)
if(NOT OPENSSL_FOUND)
  message(FATAL_ERROR "OpenSSL 3.0 or later is missing (Debian package: libssl-dev)")
endif()

# Sets PkgConfig::<name> from the pkg-config module of that name.
function(tv_find_module name package)
  pkg_check_modules(${name} QUIET IMPORTED_TARGET GLOBAL ${ARGN})
  if(NOT ${name}_FOUND)
    message(FATAL_ERROR "${ARGN} is missing (Debian package: ${package})")
  endif()
endfunction()

tv_find_module(libuv libuv1-dev libuv>=1.44)
tv_find_module(libxxhash libxxhash-dev libxxhash>=0.8.1)
tv_find_module(inih libinih-dev inih)
tv_find_module(jansson libjansson-dev jansson>=2.12)

if(TV_TESTS)
  tv_find_module(cmocka libcmocka-dev cmocka>=1.1.5)
endif()

if(TV_BENCH)
  find_package(benchmark QUIET)
  if(NOT benchmark_FOUND)
    message(FATAL_ERROR "Google Benchmark is missing (Debian package: libbenchmark-dev)")
  endif()
endif()
