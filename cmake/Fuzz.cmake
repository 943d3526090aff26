# SPDX-License-Identifier: Apache-2.0
# A libFuzzer program per tests/fuzz/fuzz_<name>.c, in fuzz/ of the build directory. Every object is
# compiled for coverage feedback (CompileFlags.cmake); Tests.cmake says where seeds are.

if(NOT CMAKE_C_COMPILER_ID STREQUAL "Clang")
  message(FATAL_ERROR "TV_FUZZ needs clang (Debian packages: clang libclang-rt-14-dev)")
endif()

file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/fuzz/fuzz_*.c)
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME_WE)
  add_executable(${name} ${file})
  target_link_libraries(${name} PRIVATE tv_flags tv_library)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_options(${name} PRIVATE -UNDEBUG)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz)
endforeach()
