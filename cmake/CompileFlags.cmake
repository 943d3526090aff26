# SPDX-License-Identifier: Apache-2.0
# How every file is compiled. tv_flags carries what the C files need to be understood (language,
# warnings, include directories); the rest holds for everything that is compiled or linked here.
include(CheckCCompilerFlag)
include(CheckPIESupported)

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# One set of objects serves the static library, the shared one and every executable.
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
check_pie_supported(LANGUAGES C)

# -O2 rather than CMake's -O3: the kernels that gain from more say so themselves.
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g -DNDEBUG")

add_library(tv_flags INTERFACE)
target_include_directories(
  tv_flags INTERFACE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/src
                     ${PROJECT_BINARY_DIR}/generated)
target_compile_definitions(tv_flags INTERFACE _POSIX_C_SOURCE=200809L
                                              TV_VERSION="${PROJECT_VERSION}")
target_compile_options(
  tv_flags
  INTERFACE -Wall
            -Wextra
            -Wpedantic
            -Wshadow
            -Wconversion
            $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes>
            $<$<COMPILE_LANGUAGE:C>:-Wmissing-prototypes>
            $<$<BOOL:${TV_WERROR}>:-Werror>)

add_compile_options(-fvisibility=hidden -fno-common)

# A fuzz build is one with sanitizers, and with coverage feedback in every object.
if(TV_FUZZ)
  if(NOT TV_SANITIZE)
    set(TV_SANITIZE address,undefined)
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

if(TV_SANITIZE)
  add_compile_options(-fsanitize=${TV_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${TV_SANITIZE})
endif()

if(TV_COVERAGE)
  add_compile_options(--coverage -fprofile-abs-path)
  add_link_options(--coverage)
endif()

# Hardening, and paths that do not depend on where the tree lies, so that two builds are equal.
# Sanitizers bring their own checks and do not go together with _FORTIFY_SOURCE.
if(NOT TV_SANITIZE AND NOT TV_COVERAGE AND CMAKE_BUILD_TYPE MATCHES "^(Release|RelWithDebInfo)$")
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong
                      -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
  check_c_compiler_flag(-fstack-clash-protection TV_HAS_STACK_CLASH_PROTECTION)
  if(TV_HAS_STACK_CLASH_PROTECTION)
    add_compile_options(-fstack-clash-protection)
  endif()
  add_link_options(-Wl,-z,relro -Wl,-z,now)
endif()
