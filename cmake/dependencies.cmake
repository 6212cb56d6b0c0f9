# What the library is built from. All of it stays inside: no installed header mentions any of these.

set(DESCENT_BLAS openblas CACHE STRING "the BLAS: a library name (openblas, blis, mkl_rt, ...) or a path")
option(DESCENT_OWN_PRODUCT "multiply matrices with our own loop and call no BLAS" OFF)

list(PREPEND CMAKE_MODULE_PATH ${CMAKE_CURRENT_LIST_DIR})
find_package(Threads REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(ZLIB REQUIRED)
find_package(fmt REQUIRED)
find_package(xsimd REQUIRED)
find_package(nlohmann_json REQUIRED)
if(NOT DESCENT_OWN_PRODUCT)
  find_package(CBLAS REQUIRED)
endif()
if(DESCENT_TESTS OR DESCENT_EXAMPLES)
  find_package(CLI11 REQUIRED)
endif()
