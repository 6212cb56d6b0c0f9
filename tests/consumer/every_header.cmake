# Fails when a compilation of SOURCE, which includes every public header, opens a header of a library that is used inside.
# usage: cmake -DCOMPILE=compiler;flags -DSOURCE=file.cpp -P every_header.cmake

execute_process(COMMAND ${COMPILE} -H ${SOURCE} ERROR_VARIABLE opened RESULT_VARIABLE result)  # -H: ".. /path/of/header"
if(NOT result EQUAL 0)
  string(REGEX REPLACE "\n\\.+ [^\n]*" "" opened "\n${opened}")
  message(FATAL_ERROR "the public headers do not compile together:\n${opened}")
endif()

set(inside "fmt/|xsimd/|nlohmann/|CLI/|cblas[^/]*\\.h|omp\\.h|zlib\\.h|[a-z0-9]*intrin\\.h|arm_neon\\.h")
string(REGEX MATCHALL "\n\\.+ [^\n]*/(${inside})[^\n]*" leaks "\n${opened}")
if(leaks)
  list(JOIN leaks "" leaks)
  message(FATAL_ERROR "public headers reach what is to stay inside (one more dot: included by the line above):${leaks}")
endif()
