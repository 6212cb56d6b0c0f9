# A BLAS behind its C interface: the target CBLAS::CBLAS. DESCENT_BLAS names the library (openblas, blis, mkl_rt, ...) or is
# its full path. The header is optional: who only links a static descent does not need it.

if(IS_ABSOLUTE "${DESCENT_BLAS}")
  set(CBLAS_LIBRARY "${DESCENT_BLAS}" CACHE FILEPATH "the BLAS")
else()
  find_library(CBLAS_LIBRARY NAMES ${DESCENT_BLAS} PATH_SUFFIXES ${DESCENT_BLAS})
endif()
find_path(CBLAS_INCLUDE_DIR NAMES cblas.h PATH_SUFFIXES ${DESCENT_BLAS})
mark_as_advanced(CBLAS_LIBRARY CBLAS_INCLUDE_DIR)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(CBLAS REQUIRED_VARS CBLAS_LIBRARY)

if(CBLAS_FOUND AND NOT TARGET CBLAS::CBLAS)
  add_library(CBLAS::CBLAS UNKNOWN IMPORTED)
  set_target_properties(CBLAS::CBLAS PROPERTIES IMPORTED_LOCATION "${CBLAS_LIBRARY}")
  if(CBLAS_INCLUDE_DIR)
    target_include_directories(CBLAS::CBLAS SYSTEM INTERFACE "${CBLAS_INCLUDE_DIR}")
  endif()
endif()
