# How every source of the project is compiled: the target descent_settings. Nothing here reaches a user of the library.

option(DESCENT_WERROR "treat warnings as errors (the developer presets do; a user's compiler is not ours)" OFF)

add_library(descent_settings INTERFACE)
target_compile_features(descent_settings INTERFACE cxx_std_20)
target_compile_options(descent_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow
  $<$<BOOL:${DESCENT_WERROR}>:-Werror>
  -ffp-contract=off
  $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
# g++ copies a Shape by `rep movs`, which takes longer to start than to write its 80 bytes.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  target_compile_options(descent_settings INTERFACE
    -fno-tree-loop-distribute-patterns
    -mmemcpy-strategy=unrolled_loop:256:noalign,libcall:-1:noalign
    -mmemset-strategy=unrolled_loop:512:noalign,libcall:-1:noalign)
endif()

# Most of what a source costs is the headers it shares with its neighbours. Names in anonymous namespaces must differ within
# such a group; the clang preset compiles each source alone, so that each includes what it needs.
option(DESCENT_UNITY "compile several sources together, which takes half the time; off: each alone" ON)
function(compile_together target count)
  if(DESCENT_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${count})
  endif()
endfunction()

if(NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(DESCENT_CCACHE ccache)
  mark_as_advanced(DESCENT_CCACHE)
  if(DESCENT_CCACHE)
    # what ccache asks for before it caches what uses a precompiled header
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${DESCENT_CCACHE})
  endif()
endif()

# The link makes the tree look installed: #include <descent/autodiff/tape/tape.hpp> works in both.
set(DESCENT_INCLUDE ${PROJECT_BINARY_DIR}/include)
file(MAKE_DIRECTORY ${DESCENT_INCLUDE})
file(CREATE_LINK ${PROJECT_SOURCE_DIR} ${DESCENT_INCLUDE}/descent SYMBOLIC)
target_include_directories(descent_settings INTERFACE ${DESCENT_INCLUDE})
