# Compiles CASE and expects an error that has the text of its first line, "// expect: TEXT".
# usage: cmake -DCOMPILE=compiler;flags -DCASE=case.cpp -P check.cmake

file(STRINGS ${CASE} first LIMIT_COUNT 1)
if(NOT first MATCHES "^// expect: (.+)$")
  message(FATAL_ERROR "${CASE}: the first line must be \"// expect: TEXT\"; it is \"${first}\"")
endif()
set(expected "${CMAKE_MATCH_1}")

execute_process(COMMAND ${COMPILE} ${CASE} ERROR_VARIABLE said RESULT_VARIABLE result)
if(result EQUAL 0)
  message(FATAL_ERROR "${CASE} compiles; it must not. Expected: ${expected}")
endif()
string(FIND "${said}" "${expected}" found)
if(found EQUAL -1)
  message(FATAL_ERROR "${CASE} fails to compile, but not with \"${expected}\". The compiler said:\n${said}")
endif()
