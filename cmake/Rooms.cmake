# SPDX-License-Identifier: Apache-2.0
# One archive per room that has sources, tv_<room>, for what is linked with a part of the house, and
# the library made of the objects of all of them.

# What a room may link beyond the C library; tools/layers.txt says the same of includes. base
# compiles xxHash in from its header and links nothing.
set(TV_LINK_sig OpenSSL::Crypto)
set(TV_LINK_policy PkgConfig::inih)
set(TV_LINK_jobs PkgConfig::jansson)
set(TV_LINK_run PkgConfig::libuv Threads::Threads)

# The built-in profiles become a table of texts, compiled into the policy room.
file(GLOB TV_PROFILES CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/policy/profiles/*.ini)
set(TV_GENERATED ${PROJECT_BINARY_DIR}/generated)
# The names are on the command line so that taking one away makes the table anew.
list(JOIN TV_PROFILES "," TV_PROFILE_LIST)
add_custom_command(
  OUTPUT ${TV_GENERATED}/builtin_profiles.c ${TV_GENERATED}/builtin_profiles.h
  COMMAND ${CMAKE_COMMAND} -DPROFILES=${TV_PROFILE_LIST} -DOUT_DIR=${TV_GENERATED} -P
          ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
  DEPENDS ${TV_PROFILES} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
  COMMENT "Embedding the built-in profiles"
  VERBATIM)

set(TV_BUILT_ROOMS "")
set(TV_LIBRARY_LINKS "")
foreach(room IN LISTS TV_ROOMS)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${room}/*.c)
  if(NOT sources)
    continue()
  endif()
  if(room STREQUAL policy)
    list(APPEND sources ${TV_GENERATED}/builtin_profiles.c ${TV_GENERATED}/builtin_profiles.h)
  endif()
  add_library(tv_${room} STATIC ${sources})
  target_link_libraries(tv_${room} PUBLIC tv_flags ${TV_LINK_${room}})
  list(APPEND TV_BUILT_ROOMS tv_${room})
  list(APPEND TV_LIBRARY_LINKS ${TV_LINK_${room}})
endforeach()
target_include_directories(tv_base SYSTEM PRIVATE ${libxxhash_INCLUDE_DIRS})

# Sets `out` to the archives of a room and of the rooms to its left, in the order of linking.
function(tv_rooms_up_to out room)
  set(found "")
  foreach(each IN LISTS TV_ROOMS)
    if(TARGET tv_${each})
      list(PREPEND found tv_${each})
    endif()
    if(each STREQUAL room)
      break()
    endif()
  endforeach()
  set(${out} ${found} PARENT_SCOPE)
endfunction()

function(tv_make_library target kind)
  add_library(${target} ${kind})
  foreach(room IN LISTS TV_BUILT_ROOMS)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${room}>)
  endforeach()
  target_include_directories(
    ${target} INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                        $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(${target} PRIVATE ${TV_LIBRARY_LINKS})
  set_target_properties(${target} PROPERTIES OUTPUT_NAME trustval LINKER_LANGUAGE C)
endfunction()

tv_make_library(tv_library STATIC)
if(TV_SHARED)
  tv_make_library(tv_library_shared SHARED)
  set_target_properties(tv_library_shared PROPERTIES VERSION ${PROJECT_VERSION}
                                                     SOVERSION ${PROJECT_VERSION_MAJOR})
endif()

file(GLOB TV_CLI_SOURCES CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/cli/*.c)
if(TV_CLI_SOURCES)
  add_executable(trustval ${TV_CLI_SOURCES})
  target_link_libraries(trustval PRIVATE tv_flags tv_library)
endif()
