# What the library is built from. All of it stays inside: no installed header mentions any of these.

find_package(Threads REQUIRED)
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(ZLIB REQUIRED)
find_package(LAPACK REQUIRED)
find_package(fmt REQUIRED)
find_package(xsimd REQUIRED)
find_package(nlohmann_json REQUIRED)
if(DESCENT_TESTS OR DESCENT_EXAMPLES)
  find_package(CLI11 REQUIRED)
endif()
