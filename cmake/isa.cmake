# The instruction set of the loops over elements: DESCENT_ISA -> DESCENT_ISA_FLAGS.

set(DESCENT_ISA native CACHE STRING "instruction set of kernels/ and ops/: native (this CPU), v3 or v2 (x86-64 levels)")
set_property(CACHE DESCENT_ISA PROPERTY STRINGS native v3 v2)

if(DESCENT_ISA STREQUAL "native")
  execute_process(COMMAND ${PROJECT_SOURCE_DIR}/scripts/native_flags ${CMAKE_CXX_COMPILER}
                  OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
elseif(DESCENT_ISA MATCHES "^v[23]$")
  set(flags "-march=x86-64-${DESCENT_ISA}")
else()
  message(FATAL_ERROR "DESCENT_ISA is ${DESCENT_ISA}; it must be native, v3 or v2")
endif()

# The flags for one CPU are about ninety, so they go into a file named after them: command lines stay readable, and change
# with the CPU, so that what depends on it is built again. ccache reads the file.
string(SHA1 hash "${flags}")
string(SUBSTRING ${hash} 0 8 hash)
set(flags_file ${PROJECT_BINARY_DIR}/isa-${DESCENT_ISA}-${hash}.flags)
file(CONFIGURE OUTPUT ${flags_file} CONTENT "${flags}\n")
set(DESCENT_ISA_FLAGS @${flags_file})

# The stamp lets the scripts see, without CMake, that a build folder was configured on another CPU.
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/isa.stamp CONTENT "${DESCENT_ISA}\n${CMAKE_CXX_COMPILER}\n${flags}\n")
