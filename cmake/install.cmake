# The installed tree: include/descent with the public headers, the library, and its descriptions for find_package(descent)
# and pkg-config.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/descent)
install(TARGETS descent EXPORT descentTargets INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT descentTargets NAMESPACE descent:: DESTINATION ${package_dir})
foreach(header IN LISTS DESCENT_PUBLIC_HEADERS)
  cmake_path(GET header PARENT_PATH folder)
  install(FILES ${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/descent/${folder})
endforeach()

configure_package_config_file(cmake/descentConfig.cmake.in ${PROJECT_BINARY_DIR}/descentConfig.cmake
                              INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/descentConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/descentConfig.cmake ${PROJECT_BINARY_DIR}/descentConfigVersion.cmake
        DESTINATION ${package_dir})

# A static library leaves its dependencies to the user's link; a shared one has them inside.
set(DESCENT_PC_LIBS "")
if(NOT BUILD_SHARED_LIBS)
  # The LAPACK that was found, by the names that a linker takes: "/usr/lib/libopenblas.so" is -lopenblas.
  set(lapack ${LAPACK_LIBRARIES} ${BLAS_LIBRARIES} ${LAPACK_LINKER_FLAGS})
  list(REMOVE_DUPLICATES lapack)
  list(TRANSFORM lapack REPLACE "^.*/lib([^/]+)\\.(so|a|dylib|tbd)$" "-l\\1")
  list(TRANSFORM lapack REPLACE "^.*/([^/]+)\\.framework$" "-framework \\1")
  list(JOIN lapack " " lapack)
  set(DESCENT_PC_LIBS "-lfmt -lz ${lapack} -fopenmp -pthread")
endif()
# The .pc file finds its prefix from where it lies, so the installed tree may be moved.
file(RELATIVE_PATH DESCENT_PC_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/descent.pc.in ${PROJECT_BINARY_DIR}/descent.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/descent.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
