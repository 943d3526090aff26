# SPDX-License-Identifier: Apache-2.0
# Tests are found by where they lie:
#   tests/unit/<room>/<name>_test.c   linked with that room and those to its left
#   tests/{differential,corpus,suites,stress}/<name>_test.c   linked with the whole library
#   tests/{cli,tools}/<name>.sh       shell; exit code 77 means skipped
#   tests/bench/<name>_test.sh        shell, with TV_PEERS: the scripts that compare and scale
#   tests/golden/<command>/<case>/    what the CLI prints, a test per command
#   tests/fuzz/fuzz_<name>.c          replayed on its seeds: corpus/<name>, and what is shared by a
#                                     room, corpus/<first word of name>
# The label is the kind. A file with `tv-label: threaded` in its first 30 lines also gets the label
# `threaded`: those run under the thread sanitizer too.

# Tests see the source tree, the CLI and, where they are there, the suites of other projects through
# the environment.
set(TV_SUITES "${PROJECT_SOURCE_DIR}/../shared/suites" CACHE PATH "Third-party verification suites")
set(TV_TEST_ENV "TV_SOURCE_DIR=${PROJECT_SOURCE_DIR}" "TV_SUITES=${TV_SUITES}")
if(TARGET trustval)
  list(APPEND TV_TEST_ENV "TRUSTVAL=$<TARGET_FILE:trustval>")
endif()

# What several tests share.
file(GLOB TV_SUPPORT_SOURCES CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/support/*.c)
set(TV_SUPPORT "")
if(TV_SUPPORT_SOURCES)
  add_library(tv_support OBJECT ${TV_SUPPORT_SOURCES})
  target_link_libraries(tv_support PUBLIC tv_flags OpenSSL::Crypto PkgConfig::cmocka)
  target_include_directories(tv_support PUBLIC ${PROJECT_SOURCE_DIR}/tests)
  target_compile_options(tv_support PRIVATE -UNDEBUG)
  set(TV_SUPPORT tv_support)
endif()

# What tests of the whole library share: tests/support/judging.
file(GLOB TV_JUDGING_SOURCES CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/support/judging/*.c)
set(TV_JUDGING "")
if(TV_JUDGING_SOURCES)
  add_library(tv_judging OBJECT ${TV_JUDGING_SOURCES})
  target_link_libraries(tv_judging PUBLIC tv_flags OpenSSL::Crypto PkgConfig::jansson)
  target_include_directories(tv_judging PUBLIC ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(tv_judging PRIVATE TV_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_compile_options(tv_judging PRIVATE -UNDEBUG)
  set(TV_JUDGING tv_judging)
endif()

# What the tests of foreign suites share: tests/suites, all but the tests themselves.
file(GLOB TV_SUITES_SOURCES CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/suites/*.c)
list(FILTER TV_SUITES_SOURCES EXCLUDE REGEX "_test\\.c$")
add_library(tv_suites_support OBJECT ${TV_SUITES_SOURCES})
target_link_libraries(tv_suites_support PUBLIC tv_flags OpenSSL::Crypto PkgConfig::jansson)
target_include_directories(tv_suites_support PUBLIC ${PROJECT_SOURCE_DIR}/tests)
target_compile_options(tv_suites_support PRIVATE -UNDEBUG)

function(tv_describe_test name kind file)
  set(labels ${kind})
  file(STRINGS ${file} head LIMIT_COUNT 30)
  if(head MATCHES "tv-label: threaded")
    list(APPEND labels threaded)
  endif()
  set_tests_properties(
    ${name} PROPERTIES LABELS "${labels}" ENVIRONMENT "${TV_TEST_ENV}" SKIP_RETURN_CODE 77
                       TIMEOUT 600)
endfunction()

# A C test; ARGN are the libraries it links. Its asserts hold in every build type.
function(tv_add_c_test name kind file)
  add_executable(${name} ${file})
  target_link_libraries(${name} PRIVATE tv_flags ${TV_SUPPORT} ${ARGN} OpenSSL::Crypto
                                        PkgConfig::cmocka Threads::Threads)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${name} PRIVATE TV_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_compile_options(${name} PRIVATE -UNDEBUG)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name})
  tv_describe_test(${name} ${kind} ${file})
endfunction()

foreach(room IN LISTS TV_ROOMS)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/unit/${room}/*_test.c)
  tv_rooms_up_to(archives ${room})
  foreach(file IN LISTS files)
    get_filename_component(stem ${file} NAME_WE)
    string(REGEX REPLACE "_test$" "" stem ${stem})
    tv_add_c_test(unit_${room}_${stem} unit ${file} ${archives})
  endforeach()
endforeach()

foreach(kind IN ITEMS differential corpus suites stress)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${kind}/*_test.c)
  foreach(file IN LISTS files)
    get_filename_component(stem ${file} NAME_WE)
    string(REGEX REPLACE "_test$" "" stem ${stem})
    set(helpers ${TV_JUDGING})
    if(kind STREQUAL "suites")
      set(helpers tv_suites_support PkgConfig::jansson)
    endif()
    tv_add_c_test(${kind}_${stem} ${kind} ${file} ${helpers} tv_library)
    if(TARGET trustval)
      add_dependencies(${kind}_${stem} trustval)
    endif()
  endforeach()
endforeach()

function(tv_add_shell_test name kind file)
  add_test(NAME ${name} COMMAND ${file} ${ARGN})
  tv_describe_test(${name} ${kind} ${file})
endfunction()

# Tests of the tools need no program; those of the CLI do.
file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/tools/*.sh)
foreach(file IN LISTS files)
  get_filename_component(stem ${file} NAME_WE)
  string(REGEX REPLACE "_test$" "" stem ${stem})
  tv_add_shell_test(tools_${stem} tools ${file})
endforeach()
tv_add_shell_test(layers tools ${PROJECT_SOURCE_DIR}/tools/check_layers.sh)

if(TARGET trustval)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/cli/*.sh)
  foreach(file IN LISTS files)
    get_filename_component(stem ${file} NAME_WE)
    string(REGEX REPLACE "_test$" "" stem ${stem})
    tv_add_shell_test(cli_${stem} cli ${file})
  endforeach()

  # Each case runs with 1, 2 and 8 threads, so the thread sanitizer is to see it too.
  file(GLOB cases CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/golden/*/*/args)
  set(commands ${cases})
  list(TRANSFORM commands REPLACE "/[^/]*/args$" "")
  list(REMOVE_DUPLICATES commands)
  foreach(command IN LISTS commands)
    get_filename_component(name ${command} NAME)
    add_test(NAME golden_${name} COMMAND ${PROJECT_SOURCE_DIR}/tests/golden/run_golden.sh ${command})
    set_tests_properties(golden_${name} PROPERTIES LABELS "golden;threaded" ENVIRONMENT
                                                   "${TV_TEST_ENV}" TIMEOUT 600)
  endforeach()
endif()

# The fuzz targets, compiled as any test is and run on their seeds.
file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/fuzz/fuzz_*.c)
if(files)
  add_library(tv_replay OBJECT ${PROJECT_SOURCE_DIR}/tests/fuzz/replay.c)
  target_link_libraries(tv_replay PRIVATE tv_flags)
endif()
foreach(file IN LISTS files)
  get_filename_component(name ${file} NAME_WE)
  string(REGEX REPLACE "^fuzz_" "" stem ${name})
  add_executable(replay_${stem} ${file})
  target_link_libraries(replay_${stem} PRIVATE tv_flags tv_replay tv_library)
  target_include_directories(replay_${stem} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_options(replay_${stem} PRIVATE -UNDEBUG)
  set_target_properties(replay_${stem} PROPERTIES RUNTIME_OUTPUT_DIRECTORY
                                                  ${PROJECT_BINARY_DIR}/tests)
  string(REGEX REPLACE "_.*" "" room ${stem})
  file(GLOB seeds CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/corpus/${stem}/*
       ${PROJECT_SOURCE_DIR}/corpus/${room}/*)
  add_test(NAME replay_${stem} COMMAND replay_${stem} ${seeds})
  set_tests_properties(replay_${stem} PROPERTIES LABELS fuzz TIMEOUT 300)
endforeach()
