#pragma once

#include <descent/autodiff/kernels/lane.hpp>
#include <descent/autodiff/kernels/math.hpp>
#include <descent/autodiff/kernels/simd_lane.hpp>

namespace descent::inline v1::kernels {
inline namespace DESCENT_ISA_NAMESPACE {

/// The SIMD form of Lane and Mask, as a template argument of `map`: what the library's own loops take. Private.
struct SimdLanes {
  template <class T> using Lane = SimdLane<T>;
  template <class T> using Mask = SimdMask<T>;
};

}  // namespace DESCENT_ISA_NAMESPACE
}  // namespace descent::inline v1::kernels
