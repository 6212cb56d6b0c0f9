# DESCENT_TEST_ENVIRONMENT: what a test program sees. The sanitizers' settings, a Python with NumPy and safetensors, and
# OpenMP threads that sleep while they wait: ctest runs as many programs as there are cores, and those that spin take the
# cores from those that work (343 s against 14 s for the universal op test on two busy cores).

set(DESCENT_PYTHON "$ENV{DESCENT_PYTHON}" CACHE FILEPATH "a Python with numpy and safetensors; tests that need one skip without it")

# g++ 12 with AVX-512 stores 64-byte vectors to AddressSanitizer's fake stack, which is not aligned for them, as if it were.
set(DESCENT_TEST_ENVIRONMENT
  "OMP_WAIT_POLICY=passive"
  "ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=0:strict_string_checks=1:check_initialization_order=1"
  "UBSAN_OPTIONS=print_stacktrace=1")
if(DESCENT_PYTHON)
  list(APPEND DESCENT_TEST_ENVIRONMENT "DESCENT_PYTHON=${DESCENT_PYTHON}")
endif()

# Archer tells ThreadSanitizer about the barriers of LLVM's OpenMP; without it every parallel loop looks like a race.
if(CMAKE_CXX_FLAGS_DEBUG MATCHES "sanitize=thread")
  cmake_path(GET OpenMP_omp_LIBRARY PARENT_PATH omp_folder)
  find_library(DESCENT_ARCHER archer HINTS ${omp_folder} PATHS /usr/lib/llvm-16/lib REQUIRED)
  mark_as_advanced(DESCENT_ARCHER)
  list(APPEND DESCENT_TEST_ENVIRONMENT
    "OMP_TOOL_LIBRARIES=${DESCENT_ARCHER}"
    "TSAN_OPTIONS=ignore_noninstrumented_modules=1")
endif()
