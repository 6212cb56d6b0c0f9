# The target descent::descent, one compiled library.
#
# Sources are found, not listed: a file that lies in a folder of the library belongs to it, and the structure tests say
# whether it is where it should be. CONFIGURE_DEPENDS has the build look again each time.

file(GLOB_RECURSE sources CONFIGURE_DEPENDS LIST_DIRECTORIES false
     autodiff/*.cpp nn/*.cpp optim/*.cpp data/*.cpp plot/*.cpp)
file(GLOB_RECURSE DESCENT_HEADERS CONFIGURE_DEPENDS LIST_DIRECTORIES false RELATIVE ${PROJECT_SOURCE_DIR}
     autodiff/*.hpp nn/*.hpp optim/*.hpp data/*.hpp plot/*.hpp)
list(APPEND DESCENT_HEADERS descent.hpp)

# Headers that only the library's own sources include: files, or folders with a slash. They are not installed, and are free
# to use macros, fmt, xsimd and OpenMP.
set(DESCENT_PRIVATE_HEADERS
  autodiff/compile/assemble.hpp
  autodiff/compile/candidates.hpp
  autodiff/compile/executable.hpp
  autodiff/compile/merge.hpp
  autodiff/compile/plan.hpp
  autodiff/compile/simplify.hpp
  autodiff/compile/small.hpp
  autodiff/compile/sources.hpp
  autodiff/compile/strips.hpp
  autodiff/compile/variant.hpp
  autodiff/functions/cubic.hpp
  autodiff/functions/located.hpp
  autodiff/kernels/cascade.hpp
  autodiff/kernels/convolve.hpp
  autodiff/kernels/convolve_work.hpp
  autodiff/kernels/copy.hpp
  autodiff/kernels/gather.hpp
  autodiff/kernels/indirect_product.hpp
  autodiff/kernels/lanes.hpp
  autodiff/kernels/lapack.hpp
  autodiff/kernels/linalg.hpp
  autodiff/kernels/math.hpp
  autodiff/kernels/math/
  autodiff/kernels/matmul.hpp
  autodiff/kernels/matrices.hpp
  autodiff/kernels/matrix_exp.hpp
  autodiff/kernels/padded_planes.hpp
  autodiff/kernels/philox.hpp
  autodiff/kernels/product_of_others.hpp
  autodiff/kernels/resample.hpp
  autodiff/kernels/scan.hpp
  autodiff/kernels/scatter.hpp
  autodiff/kernels/simd_lane.hpp
  autodiff/kernels/softmax.hpp
  autodiff/kernels/sort.hpp
  autodiff/kernels/standardise.hpp
  autodiff/kernels/strips.hpp
  autodiff/kernels/thread_buffer.hpp
  autodiff/kernels/window_max.hpp
  autodiff/kernels/windows.hpp
  autodiff/ops/indices.hpp
  autodiff/ops/matrices.hpp
  autodiff/ops/systems.hpp
  autodiff/tape/budget.hpp
  autodiff/tape/open_tapes.hpp
  autodiff/tape/recipients.hpp
  autodiff/tape/record.hpp
  autodiff/tape/reverse.hpp
  autodiff/transforms/colouring.hpp
  autodiff/transforms/cpp_loops.hpp
  autodiff/transforms/sparsity.hpp
  data/byte_reader.hpp
  data/draws.hpp
  data/file.hpp
  data/gzip.hpp
  data/safetensors_header.hpp
  data/tape_params.hpp
  nn/loss/targets.hpp
  plot/braille_marks.hpp
  plot/crowd.hpp
  plot/scene.hpp
  plot/svg_areas.hpp
  plot/svg_layout.hpp
  plot/svg_marks.hpp
  plot/svg_writer.hpp
  plot/track.hpp)
list(JOIN DESCENT_PRIVATE_HEADERS "|" private)
set(DESCENT_PUBLIC_HEADERS ${DESCENT_HEADERS})
list(FILTER DESCENT_PUBLIC_HEADERS EXCLUDE REGEX "^(${private})")

set(kernels ${sources})
set(ops ${sources})
list(FILTER kernels INCLUDE REGEX "/autodiff/kernels/")
list(FILTER ops INCLUDE REGEX "/autodiff/ops/")
set(files ${sources})
list(FILTER files INCLUDE REGEX "/(data|plot)/[^/]*$")
list(FILTER sources EXCLUDE REGEX "/autodiff/(kernels|ops)/|/(data|plot)/[^/]*$")

add_library(descent ${sources})
add_library(descent::descent ALIAS descent)
target_compile_features(descent PUBLIC cxx_std_20)
# A user's own op must give the bits that the library's ops give: no contraction there either.
target_compile_options(descent PUBLIC $<$<COMPILE_LANG_AND_ID:CXX,GNU,Clang,AppleClang>:-ffp-contract=off>)
# Lanes are passed by value: g++ says at each that such calls changed in version 4.6. An op of a user's own has them too.
target_compile_options(descent PUBLIC $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-psabi>)
target_include_directories(descent PUBLIC $<BUILD_INTERFACE:${DESCENT_INCLUDE}>)
target_link_libraries(descent
  PRIVATE $<BUILD_INTERFACE:descent_settings> $<BUILD_INTERFACE:nlohmann_json::nlohmann_json>
          Threads::Threads $<LINK_ONLY:OpenMP::OpenMP_CXX> ZLIB::ZLIB LAPACK::LAPACK fmt::fmt)
# One file knows OpenMP, one the version.
set_source_files_properties(autodiff/kernels/parallel.cpp PROPERTIES COMPILE_OPTIONS "${OpenMP_CXX_FLAGS}")
set_source_files_properties(autodiff/base/version.cpp PROPERTIES COMPILE_DEFINITIONS DESCENT_VERSION="${PROJECT_VERSION}")
compile_together(descent 12)
set_target_properties(descent PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})

# The loops over elements: built for the chosen instruction set, with the SIMD form of Lane. Only these sources are, so
# no code for this CPU can reach another program through an inline function of a header.
function(use_for_loops target)
  target_compile_definitions(${target} PRIVATE DESCENT_SIMD_LANES=1)
  target_compile_options(${target} PRIVATE
    ${DESCENT_ISA_FLAGS} $<$<CONFIG:Release,RelWithDebInfo>:-O3>
    # Below -O1 each intrinsic is a call; and what is flattened into one body takes a sanitizer minutes a file.
    $<$<CONFIG:Debug>:-O1;-Dflatten=unused>
    $<$<CXX_COMPILER_ID:GNU>:-Wno-uninitialized;-Wno-maybe-uninitialized>)  # false in its own intrinsics: GCC bug 105593
  target_link_libraries(${target} PRIVATE descent_settings fmt::fmt xsimd)
endfunction()

# Sources of the library that have compiler flags of their own.
function(add_part target)
  add_library(${target} OBJECT ${ARGN})
  if(BUILD_SHARED_LIBS)
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_compile_options(${target} PRIVATE -fno-semantic-interposition)
  endif()
  target_sources(descent PRIVATE $<TARGET_OBJECTS:${target}>)
endfunction()

function(add_loops target)
  add_part(${target} ${ARGN})
  use_for_loops(${target})
endfunction()

if(kernels)
  add_loops(descent_kernels ${kernels})
  target_precompile_headers(descent_kernels PRIVATE autodiff/kernels/lanes.hpp)
  set_source_files_properties(autodiff/kernels/parallel.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endif()
if(ops)
  add_loops(descent_ops ${ops})
  # Twelve ops in one compilation take hardly longer than one: always.
  set_target_properties(descent_ops PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
endif()

# Files and pictures, whose time is the disk's or a reader's: at -O1 they take a third less to compile.
add_part(descent_files ${files})
target_compile_options(descent_files PRIVATE $<$<CONFIG:Release>:-O1>)
target_link_libraries(descent_files PRIVATE descent_settings nlohmann_json::nlohmann_json ZLIB::ZLIB fmt::fmt)
compile_together(descent_files 12)

if(BUILD_SHARED_LIBS)
  target_compile_options(descent PRIVATE -fno-semantic-interposition)
  if(NOT APPLE)
    set(map ${PROJECT_SOURCE_DIR}/cmake/exports.map)
    target_link_options(descent PRIVATE "LINKER:--version-script=${map}")
    set_target_properties(descent PROPERTIES LINK_DEPENDS ${map})
  endif()
endif()
