# Tests of the tree as text and of the installed package. They say the same under every flag, so only the presets without a
# sanitizer run them.

# Every header compiles alone. One with a .cpp of its name does so there, as the first include (the rules test sees to it),
# unless the .cpp is one of several in a compilation. The others: one compilation each, in an object library that is never linked.
function(add_headers_alone name)
  foreach(header IN LISTS ARGN)
    cmake_path(REPLACE_EXTENSION header .cpp OUTPUT_VARIABLE own)
    if(EXISTS ${PROJECT_SOURCE_DIR}/${own} AND NOT own MATCHES "^autodiff/ops/")
      continue()
    endif()
    string(REPLACE "/" "_" unit ${header})
    set(unit ${CMAKE_CURRENT_BINARY_DIR}/${name}/${unit}.cpp)
    file(CONFIGURE OUTPUT ${unit} CONTENT "#include <descent/${header}>\n")
    list(APPEND units ${unit})
  endforeach()
  add_library(${name} OBJECT ${units})
  target_compile_options(${name} PRIVATE -O0)
  target_link_libraries(${name} PRIVATE descent::descent descent_settings)
endfunction()

add_headers_alone(headers_alone ${DESCENT_PUBLIC_HEADERS})

set(private_headers ${DESCENT_HEADERS})
list(REMOVE_ITEM private_headers ${DESCENT_PUBLIC_HEADERS})
if(private_headers)
  add_headers_alone(private_headers_alone ${private_headers})
  use_for_loops(private_headers_alone)
endif()

# How a user's compiler is called: the language, an include folder, no flag of ours.
set(user_compile ${CMAKE_CXX_COMPILER} -std=c++20 -ffp-contract=off -fsyntax-only)

# descent.hpp is cheap to include.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")  # judged by what the compiler allocates, the same in every run, which g++ alone tells
  add_test(NAME structure/header_cost COMMAND ${PROJECT_SOURCE_DIR}/scripts/header_cost ${CMAKE_CXX_COMPILER} ${DESCENT_INCLUDE})
  set_tests_properties(structure/header_cost PROPERTIES RUN_SERIAL ON SKIP_RETURN_CODE 77)
endif()

# What must not compile says why.
file(GLOB cases CONFIGURE_DEPENDS compile_fail/*.cpp)
foreach(case IN LISTS cases)
  cmake_path(GET case STEM name)
  add_test(NAME compile_fail/${name}
    COMMAND ${CMAKE_COMMAND} "-DCOMPILE=${user_compile};-I${DESCENT_INCLUDE}" -DCASE=${case} -P ${CMAKE_CURRENT_SOURCE_DIR}/compile_fail/check.cmake)
endforeach()

# A project of a user's, built against the installed tree: by find_package and by pkg-config.
set(prefix ${PROJECT_BINARY_DIR}/consumer/prefix)
add_test(NAME consumer/install
  COMMAND ${CMAKE_COMMAND} -DBUILD=${PROJECT_BINARY_DIR} -DPREFIX=${prefix} -P ${CMAKE_CURRENT_SOURCE_DIR}/consumer/install.cmake)
add_test(NAME consumer/find_package
  COMMAND ${CMAKE_CTEST_COMMAND} --build-and-test ${CMAKE_CURRENT_SOURCE_DIR}/consumer ${PROJECT_BINARY_DIR}/consumer/build
          --build-generator ${CMAKE_GENERATOR}
          --build-options -DCMAKE_PREFIX_PATH=${prefix} -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER} -DCMAKE_BUILD_TYPE=Release
          --test-command consumer)
add_test(NAME consumer/pkg_config
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/consumer/pkg_config.sh ${CMAKE_CXX_COMPILER} ${prefix}/${CMAKE_INSTALL_LIBDIR}
          ${PROJECT_BINARY_DIR}/consumer)

# No public header reaches one that is not installed, or a library that is used inside.
list(TRANSFORM DESCENT_PUBLIC_HEADERS REPLACE "(.+)" "#include <descent/\\1>" OUTPUT_VARIABLE includes)
list(JOIN includes "\n" includes)
set(every_header ${PROJECT_BINARY_DIR}/consumer/every_header.cpp)
file(CONFIGURE OUTPUT ${every_header} CONTENT "${includes}\n")
add_test(NAME consumer/every_header
  COMMAND ${CMAKE_COMMAND} "-DCOMPILE=${user_compile};-I${prefix}/${CMAKE_INSTALL_INCLUDEDIR}" -DSOURCE=${every_header}
          -P ${CMAKE_CURRENT_SOURCE_DIR}/consumer/every_header.cmake)

set_tests_properties(consumer/install PROPERTIES FIXTURES_SETUP installed)
set_tests_properties(consumer/find_package consumer/pkg_config consumer/every_header
                     PROPERTIES FIXTURES_REQUIRED installed SKIP_RETURN_CODE 77)
