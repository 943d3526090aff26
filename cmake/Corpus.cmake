# SPDX-License-Identifier: Apache-2.0
# The minting tool, and the test corpus that it makes in the build directory: the fixture `corpus`.
# Tests that judge the corpus require it and find it in TV_CORPUS.

if(NOT PROJECT_IS_TOP_LEVEL)
  return()
endif()

file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tools/mint_corpus.c
     ${PROJECT_SOURCE_DIR}/tools/mint/*.c)
add_executable(mint_corpus ${files})
target_link_libraries(mint_corpus PRIVATE tv_flags OpenSSL::Crypto Threads::Threads)
if(NOT TV_TESTS)
  set_target_properties(mint_corpus PROPERTIES EXCLUDE_FROM_ALL ON)
  return()
endif()

set(TV_CORPUS_DIR ${PROJECT_BINARY_DIR}/corpus-cases)
add_test(NAME mint_cases COMMAND mint_corpus cases --large ${TV_CORPUS_DIR})
set_tests_properties(mint_cases PROPERTIES LABELS corpus FIXTURES_SETUP corpus TIMEOUT 300)

get_property(tests DIRECTORY PROPERTY TESTS)
foreach(test IN LISTS tests)
  if(test MATCHES "^(corpus|differential|cli|stress)_")
    set_property(TEST ${test} APPEND PROPERTY FIXTURES_REQUIRED corpus)
  endif()
  if(test MATCHES "^(corpus|differential|cli|stress|tools)_")
    set_property(TEST ${test} APPEND PROPERTY ENVIRONMENT "TV_CORPUS=${TV_CORPUS_DIR}"
                                              "MINT_CORPUS=$<TARGET_FILE:mint_corpus>")
  endif()
endforeach()
